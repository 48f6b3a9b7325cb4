import type { HealthVerdict } from '../../domain/health/health.ts'
import type { Beside, BesideDeployment } from '../../domain/migration/beside.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { AnalysisRunSnapshot, Measurement, MetricSnapshot } from '../../domain/rollout/snapshots.ts'
import type { AlertsDetail } from '../alerts-contract.ts'
import {
  HEALTH_STATUSES,
  SERVING_STATES,
  type Freshness,
  type PullRequestSummary,
  type RolloutDetail,
  type RolloutPage,
  type RolloutSummary,
  type VersionSide,
} from '../contract.ts'
import { CAUSES } from '../filters.ts'
import {
  flag,
  list,
  nullable,
  number,
  object,
  oneOf,
  open,
  optional,
  ref,
  text,
  time,
  whole,
  type Properties,
  type Schema,
} from './schema.ts'

/** See `Cause`. A person's undoing of a promotion is one that nobody filters by. */
export const CAUSE = nullable(oneOf([...new Set([...CAUSES, 'undone'])], 'Why it failed; null while it has not.'))

export const PLACE = { cluster: text('As `clusters` of the configuration names it.'), namespace: text(), name: text('Of the Rollout.') }

const SUMMARY: Properties<RolloutSummary> = {
  ...PLACE,
  uid: text(),
  application: nullable(text('`namespace/name` of the Application, where exactly one lists it.')),
  project: nullable(text('Argo CD’s project of that Application.')),
  health: ref('Health'),
  serving: oneOf(SERVING_STATES, 'How what Git asks for and what serves compare.'),
  reason: text(),
  strategy: oneOf(['canary', 'blueGreen', 'none']),
  paused: nullable(text('Why it waits; null while it does not.')),
  step: nullable(open('The canary’s step that it is at.', { index: whole(), count: whole() })),
  weight: nullable(number('Per cent of traffic on N+1, where a router says so.')),
  gitWants: ref('VersionSide'),
  clusterRuns: ref('VersionSide'),
  since: nullable(time('Since when the state holds, as far as the ledger knows; of what cannot be seen, since when it cannot.')),
  exposedSince: nullable(time('Since when Git asks for what failed while the cluster runs the version before.')),
  blindSince: nullable(time('Since when its cluster cannot be seen: then the state is `unknown`, and all else as it was last seen.')),
  cause: CAUSE,
  why: nullable(text('The first failing metric, as a person would say it.')),
  release: nullable(text('Id of its newest release.')),
  preExisting: flag('It was broken before Kedge first looked, and nobody has adopted it.'),
  pullRequest: nullable(ref('PullRequest')),
  quarantine: nullable(open('The newest of its versions that are in quarantine.', { key: text(), version: text(), until: time() })),
  servesBeside: optional(
    open('Which Deployments serve beside it, as was read a moment ago. Absent where that is not known.', {
      deployments: list(text(), 'The names of the first few; none where nothing does.'),
      asOf: time('When they were read.'),
    }),
  ),
}

const MEASUREMENT = object<Measurement>('One measurement of a metric.', {
  phase: text(),
  value: optional(text()),
  message: optional(text()),
  finishedAt: optional(time()),
  job: optional(text('Name of the Job, for the job provider.')),
})

const METRIC = object<MetricSnapshot>('One metric of an AnalysisRun.', {
  name: text(),
  phase: text(),
  message: optional(text()),
  dryRun: flag(),
  provider: text(),
  successCondition: optional(text()),
  failureCondition: optional(text()),
  failureLimit: optional(text()),
  inconclusiveLimit: optional(text()),
  consecutiveErrorLimit: optional(text()),
  count: whole(),
  failed: whole(),
  inconclusive: whole(),
  error: whole(),
  consecutiveError: whole(),
  measurements: list(MEASUREMENT, 'The newest, oldest first.'),
})

/** Of Rollouts, as they are. */
export const ROLLOUT_SCHEMAS: Readonly<Record<string, Schema>> = {
  Health: object<HealthVerdict>('What Argo CD shows with lua-health.', { status: oneOf(HEALTH_STATUSES), message: text() }),
  VersionSide: object<VersionSide>('One side of "what does Git want, what does the cluster run". Null where it is not known.', {
    podTemplateHash: nullable(text()),
    revision: nullable(text('Git commit.')),
    revisionBy: nullable(oneOf(['git', 'synced', 'compared'], 'Who says so: Git itself, or Argo CD that synced or only compared it.')),
    author: nullable(text()),
    images: list(text()),
  }),
  PullRequest: object<PullRequestSummary>('A revert pull request.', {
    number: whole(),
    url: text(),
    state: oneOf(['planned', 'open', 'closing', 'ended']),
    outcome: nullable(text('How it ended; null while it has not.')),
  }),
  Rollout: object<RolloutSummary>('One Rollout in a list.', SUMMARY),
  RolloutPage: object<RolloutPage>('A page of Rollouts.', {
    items: list(ref('Rollout')),
    total: whole('How many match, over all pages.'),
    continue: nullable(text('Where the next page begins; null where there is none.')),
  }),
  Freshness: object<Freshness>('How far what is told of a cluster may be believed.', {
    fresh: flag(),
    asOf: time('The last sign of life of the stalest watch.'),
    blind: list(open('What cannot be seen, and why.', { kind: text(), reason: text(), since: time() })),
  }),
  AnalysisRun: object<AnalysisRunSnapshot>('An AnalysisRun, as the cluster has it.', {
    namespace: text(),
    name: text(),
    uid: text(),
    resourceVersion: text(),
    ownerUid: text(),
    ownerKind: text(),
    podTemplateHash: optional(text()),
    rolloutRevision: optional(whole()),
    role: optional(text('Step, Background, PrePromotion, PostPromotion.')),
    stepIndex: optional(whole()),
    createdAt: time(),
    completedAt: optional(time()),
    phase: text(),
    message: optional(text()),
    terminated: flag('Stopped because something else had ended the release.'),
    metrics: list(METRIC),
  }),
  Policy: object<Policy>('What the admin allows, after defaults, rules and annotations: see docs/configuration.md.', {
    mode: oneOf(['observe', 'notify', 'pr']),
    prCauses: list(text()),
    proof: oneOf(['any', 'rendered']),
    settleMs: number(),
    restoreDeadlineMs: number(),
    bakeMs: number(),
    ruledBakeMs: optional(number('What the rules say of it, where an annotation has shortened it.')),
    quarantineMs: number(),
    channel: optional(text()),
    alsoTell: list(text()),
    announce: list(text()),
    deploymentEnvironment: text(),
    reviewers: list(text()),
    labels: list(text()),
    flags: list(text()),
    irreversible: list(text()),
    reversible: flag(),
    bots: list(text()),
    mutedUntil: optional(time()),
    limits: open('How many PRs may be open.', { openPerRollout: whole(), openPerRepository: whole(), openedPerHour: whole() }),
    inStorms: flag(),
    storms: open('When failures of one cause are held.', { holdFrom: whole(), withinMs: number() }),
    origins: open('Where each value comes from.'),
    problems: list(text(), 'Annotations that were left out.'),
  }),
  RolloutDetail: object<RolloutDetail>('One Rollout, with all that is known of it.', {
    ...SUMMARY,
    freshness: ref('Freshness'),
    analysisRuns: list(ref('AnalysisRun')),
    newestRelease: nullable(ref('ReleaseDetail')),
    policy: nullable(ref('Policy')),
    unaskedGit: nullable(text('The line of the configuration that would let Kedge look into the repository; null where it may.')),
    alerts: optional(ref('Alerts')),
    beside: optional(ref('Beside')),
  }),
  Beside: object<Beside>('The Deployments with pods beside it. Absent where they may not be read.', {
    items: list(
      object<BesideDeployment>('One of them.', {
        name: text(),
        available: whole('Pods that are available.'),
        how: oneOf(['refers', 'selector', 'name'], 'What it has to do with the Rollout.'),
      }),
    ),
    fault: nullable(text('Why that is not known; null where it is.')),
  }),
  Alerts: object<AlertsDetail>('The alerts about it while it bakes. Absent where nobody is asked for any.', {
    askedAt: nullable(time('When they were told last; null where they have not been yet.')),
    fault: nullable(text('Why they are not known now; null while they are.')),
    items: list(open('One alert, and what it says of what runs.', { name: text(), beganAt: time(), words: text() })),
  }),
}
