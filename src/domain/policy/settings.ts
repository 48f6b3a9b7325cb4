import type { ApplicationSnapshot } from '../application/snapshots.ts'
import type { Cause } from '../release/evidence.ts'
import type { RolloutSnapshot } from '../rollout/snapshots.ts'
import { DEFAULT_POLICY, type AnnounceWay, type Mode, type Policy, type ProofWanted } from './policy.ts'

/** What `defaults` and a rule's `set` may choose. Absent: what came before holds. */
export interface PolicyChoice {
  readonly mode?: Mode | undefined
  readonly prCauses?: readonly Cause[] | undefined
  readonly proof?: ProofWanted | undefined
  readonly settleMs?: number | undefined
  readonly restoreDeadlineMs?: number | undefined
  readonly quarantineMs?: number | undefined
  readonly bakeMs?: number | undefined
  readonly flags?: readonly string[] | undefined
  readonly channel?: string | undefined
  readonly alsoTell?: readonly string[] | undefined
  readonly announce?: readonly AnnounceWay[] | undefined
  readonly deploymentEnvironment?: string | undefined
  readonly reviewers?: readonly string[] | undefined
  readonly labels?: readonly string[] | undefined
  readonly irreversible?: readonly string[] | undefined
  readonly inStorms?: boolean | undefined
}

/** Which Rollouts a rule is for: all that is said must hold; a list holds when one of its globs does. */
export interface PolicyMatch {
  readonly cluster?: readonly string[] | undefined
  readonly namespace?: readonly string[] | undefined
  /** The Rollout's name. */
  readonly name?: readonly string[] | undefined
  /** The Application's AppProject. A Rollout without an Application matches no project. */
  readonly project?: readonly string[] | undefined
  /** Each must be on the Rollout or on its Application, with a value that matches the glob. */
  readonly labels?: Readonly<Record<string, string>> | undefined
}

/** What annotations and Applications may reach. */
export interface PolicyAllow {
  /** `https://host/owner/*`: repositories that credentials may go to. */
  readonly repositories: readonly string[]
  readonly channels: readonly string[]
  /** Logins and `org/team`s that annotations may ask for a review. */
  readonly reviewers: readonly string[]
  /** The highest mode that an annotation may choose. */
  readonly maxMode: Mode
}

/** The part of the configuration that deciding needs. Times are epoch milliseconds. */
export interface PolicySettings {
  readonly defaults: PolicyChoice
  readonly allow: PolicyAllow
  /** All that match are applied in order: a later one wins. */
  readonly rules: readonly { readonly match: PolicyMatch; readonly set: PolicyChoice }[]
  readonly mute: readonly { readonly from: number; readonly to: number; readonly match: PolicyMatch }[]
  readonly bots: readonly string[]
  /** What the configured forges take for a login or a team. Without one, any plain name will do. */
  readonly reviewerNames?: readonly RegExp[]
  /** Hosts of configured forges that take owner and name in any case; in lower case. */
  readonly caseIgnoringHosts?: readonly string[]
  readonly limits: Policy['limits']
  readonly storms: Policy['storms']
}

/** Settings that change nothing of the built-in policy and allow nothing. */
export const NO_SETTINGS: PolicySettings = {
  defaults: {},
  allow: { repositories: [], channels: [], reviewers: [], maxMode: 'observe' },
  rules: [],
  mute: [],
  bots: DEFAULT_POLICY.bots,
  limits: DEFAULT_POLICY.limits,
  storms: DEFAULT_POLICY.storms,
}

/** The Rollout that a policy is for, with its Application where it has exactly one. */
export interface PolicySubject {
  readonly rollout: Pick<RolloutSnapshot, 'cluster' | 'namespace' | 'name' | 'labels' | 'settings'>
  readonly application?: Pick<ApplicationSnapshot, 'project' | 'labels' | 'settings'> | undefined
}

/** Whether deployments are asked for, for any Rollout. */
export function wantsDeployments({ defaults, rules }: Pick<PolicySettings, 'defaults' | 'rules'>): boolean {
  return [defaults, ...rules.map(({ set }) => set)].some(({ announce }) => announce?.includes('deployment'))
}
