import type { ApplicationSnapshot } from '../application/snapshots.ts'
import type { Cause } from '../release/evidence.ts'
import type { RolloutSnapshot } from '../rollout/snapshots.ts'
import { DEFAULT_POLICY, type AnnounceWay, type Mode, type Policy, type ProofWanted } from './policy.ts'

/** What `defaults` and a rule's `set` may choose. Absent: what came before holds. */
export interface PolicyChoice {
  mode?: Mode | undefined
  prCauses?: readonly Cause[] | undefined
  proof?: ProofWanted | undefined
  settleMs?: number | undefined
  restoreDeadlineMs?: number | undefined
  quarantineMs?: number | undefined
  bakeMs?: number | undefined
  flags?: readonly string[] | undefined
  channel?: string | undefined
  alsoTell?: readonly string[] | undefined
  announce?: readonly AnnounceWay[] | undefined
  deploymentEnvironment?: string | undefined
  reviewers?: readonly string[] | undefined
  labels?: readonly string[] | undefined
  irreversible?: readonly string[] | undefined
  inStorms?: boolean | undefined
}

/** Which Rollouts a rule is for: all that is said must hold; a list holds when one of its globs does. */
export interface PolicyMatch {
  cluster?: readonly string[] | undefined
  namespace?: readonly string[] | undefined
  /** The Rollout's name. */
  name?: readonly string[] | undefined
  /** The Application's AppProject. A Rollout without an Application matches no project. */
  project?: readonly string[] | undefined
  /** Each must be on the Rollout or on its Application, with a value that matches the glob. */
  labels?: Readonly<Record<string, string>> | undefined
}

/** What annotations and Applications may reach. */
export interface PolicyAllow {
  /** `https://host/owner/*`: repositories that credentials may go to. */
  repositories: readonly string[]
  channels: readonly string[]
  /** Logins and `org/team`s that annotations may ask for a review. */
  reviewers: readonly string[]
  /** The highest mode that an annotation may choose. */
  maxMode: Mode
}

/** The part of the configuration that deciding needs. Times are epoch milliseconds. */
export interface PolicySettings {
  defaults: PolicyChoice
  allow: PolicyAllow
  /** All that match are applied in order: a later one wins. */
  rules: readonly { match: PolicyMatch; set: PolicyChoice }[]
  mute: readonly { from: number; to: number; match: PolicyMatch }[]
  bots: readonly string[]
  /** What the configured forges take for a login or a team. Without one, any plain name will do. */
  reviewerNames?: readonly RegExp[]
  /** Hosts of configured forges that take owner and name in any case; in lower case. */
  caseIgnoringHosts?: readonly string[]
  limits: Policy['limits']
  storms: Policy['storms']
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
  rollout: Pick<RolloutSnapshot, 'cluster' | 'namespace' | 'name' | 'labels' | 'settings'>
  application?: Pick<ApplicationSnapshot, 'project' | 'labels' | 'settings'> | undefined
}

/** Whether deployments are asked for, for any Rollout. */
export function wantsDeployments({ defaults, rules }: Pick<PolicySettings, 'defaults' | 'rules'>): boolean {
  return [defaults, ...rules.map(({ set }) => set)].some(({ announce }) => announce?.includes('deployment'))
}
