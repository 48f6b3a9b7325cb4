import type { Cause } from '../release/evidence.ts'

export type Mode = 'observe' | 'notify' | 'pr'

/**
 * Where a release is told on the forge that its commit came by: beside the commit and on the pull request that brought it, once it has
 * failed; and as a deployment, from its beginning on.
 */
export type AnnounceWay = 'status' | 'comment' | 'deployment'

/** The ways that tell whose commit has failed. */
export type BlamingWay = Exclude<AnnounceWay, 'deployment'>

/** What a revert has to be proven by: whatever can be had, or by rendering alone. */
export type ProofWanted = 'any' | 'rendered'

/** What an admin allows for one Rollout, after defaults, rules and annotations. */
export interface Policy {
  readonly mode: Mode
  /** Causes that open a PR in mode `pr`. All others: a notice only. */
  readonly prCauses: readonly Cause[]
  readonly proof: ProofWanted
  /** How long a verdict must hold in a fresh view, milliseconds. */
  readonly settleMs: number
  /** How long after a merge N may take to come back before people are told, milliseconds. */
  readonly restoreDeadlineMs: number
  /** How long a version that failed is in quarantine, milliseconds; 0: never. */
  readonly quarantineMs: number
  /** For how long after its promotion an alert may name a release, milliseconds; 0: never. */
  readonly bakeMs: number
  /** The same as the rules say, where an annotation has shortened it: what else an alert may be about is looked for in that. */
  readonly ruledBakeMs?: number
  /** Files that hold nothing but flags: globs relative to the repository's root. */
  readonly flags: readonly string[]
  readonly channel: string | undefined
  /** Channels that are told besides. No annotation changes them. */
  readonly alsoTell: readonly string[]
  /** How the forge is told; nothing is written there in mode `observe`. */
  readonly announce: readonly AnnounceWay[]
  /** What environments of deployments are called there, see `environmentName`. */
  readonly deploymentEnvironment: string
  readonly reviewers: readonly string[]
  readonly labels: readonly string[]
  /** Paths that no automatic revert may touch (database migrations, CRDs): globs relative to the repository's root. */
  readonly irreversible: readonly string[]
  /** Those who own it say that what a release changes for good (a hook that ran, a CRD, volumes, migrations) may go back in Git. */
  readonly reversible: boolean
  /** Name or email fragments of image bots and other committers that are not people. */
  readonly bots: readonly string[]
  /** No PR and no notice before this time (annotation `ignore-until`), epoch milliseconds. */
  readonly mutedUntil: number | undefined
  readonly limits: { readonly openPerRollout: number; readonly openPerRepository: number; readonly openedPerHour: number }
  /** Whether its failures may be told on one card with others that have the same cause, and its PR held with theirs. */
  readonly inStorms: boolean
  /** From how many Rollouts on PRs are held, and how long after one failure the next belongs to it, milliseconds. */
  readonly storms: { readonly holdFrom: number; readonly withinMs: number }
  /** Where each value comes from: `defaults`, `rule 2`, `Application annotation`, … */
  readonly origins: Readonly<Record<string, string>>
  /** Annotations that were left out, or have an old name, one sentence each. */
  readonly problems: readonly string[]
}

/** The causes that open a PR by default. */
export const DEFAULT_PR_CAUSES: readonly Cause[] = ['analysis-failed', 'progress-deadline']

/** Where nobody says anything else, in mode `pr`: there, Kedge may write to the repository anyway. */
export const ANNOUNCED_WITH_PR: readonly AnnounceWay[] = ['status', 'comment']

/** The built-in policy, before any configuration: look, and touch nothing. */
export const DEFAULT_POLICY: Policy = {
  mode: 'observe',
  prCauses: DEFAULT_PR_CAUSES,
  proof: 'any',
  settleMs: 1_000,
  restoreDeadlineMs: 10 * 60_000,
  // Bots push again within minutes to days, and two weeks see the next fixed build of nearly everything; nothing that was forgotten stays
  // red for ever.
  quarantineMs: 14 * 86_400_000,
  bakeMs: 60 * 60_000,
  flags: [],
  channel: undefined,
  alsoTell: [],
  announce: [],
  // One environment a Rollout, wherever it runs.
  deploymentEnvironment: '{cluster}/{namespace}/{rollout}',
  reviewers: [],
  labels: ['revert', 'kedge'],
  irreversible: [],
  reversible: false,
  bots: ['[bot]', 'image-updater', 'renovate', 'dependabot', 'fluxcdbot', 'flux@', 'weave-flux'],
  mutedUntil: undefined,
  limits: { openPerRollout: 1, openPerRepository: 10, openedPerHour: 20 },
  inStorms: true,
  storms: { holdFrom: 3, withinMs: 5 * 60_000 },
  origins: {},
  problems: [],
}
