import type { HistoryRecord, ReleaseDetail, ReleasePage, ReleaseSteps, ReleaseSummary, TraceAnswer, TracedSync } from '../contract.ts'
import type { ReleaseLinks } from '../release-links.ts'
import { OUTCOMES } from '../words.ts'
import { CAUSE, PLACE } from './rollouts.ts'
import { flag, list, nullable, number, object, oneOf, open, optional, ref, text, time, whole, type Schema } from './schema.ts'

export const OUTCOME = oneOf(OUTCOMES, 'How it ended, or `open` while it has not.')
export const STATE = oneOf(['rolling', 'failed', 'ended'])

/** Documents of the ledger are told by what never changes of them: the rest is in docs/ledger.md, and grows. */
const DOCUMENT = 'The ledger’s document, as an export has it. Keys are added; those that are named stay.'

/** Of releases, and of what a commit came to. */
export const RELEASE_SCHEMAS: Readonly<Record<string, Schema>> = {
  Release: object<ReleaseSummary>('One release in a list: one attempt to move one Rollout from N to N+1.', {
    ...PLACE,
    id: text('For `/api/v1/releases/{id}`.'),
    podTemplateHash: nullable(text()),
    rolloutRevision: whole(),
    state: STATE,
    outcome: OUTCOME,
    cause: CAUSE,
    revision: nullable(text('The commit that brought it.')),
    goodRevision: nullable(text('The commit of the version before.')),
    author: nullable(text()),
    images: list(text()),
    stableImages: list(text()),
    startedAt: time(),
    endedAt: nullable(time()),
    attempts: whole('How often it failed.'),
    recurrence: whole('How many times this very template was released and failed.'),
    preExisting: flag(),
    why: nullable(text('The first failing metric, as a person would say it.')),
    pullRequest: nullable(ref('PullRequest')),
  }),
  ReleasePage: object<ReleasePage>('A page of releases, newest first. It may be short, or empty, and have a next one.', {
    items: list(ref('Release')),
    continue: nullable(text('Where the next page begins; null where there is none.')),
  }),
  HistoryRecord: object<HistoryRecord>('One record of the ledger’s chain.', {
    sequence: whole(),
    at: time(),
    kind: text(),
    key: text(),
    event: text(),
    document: optional({ description: 'The whole document as it was from then on.' }),
    hash: text('SHA-256 over the record and the hash before it.'),
  }),
  ReleaseSteps: object<ReleaseSteps>('The steps of a canary, and how far it has come.', {
    labels: list(text(), '`setWeight 20`, `pause 5m`, `analysis`.'),
    percents: optional(list(nullable(number()), 'Per cent of the traffic at each.')),
    index: nullable(whole('The step that it is at, from 0; the number of steps when all are done.')),
  }),
  ReleaseLinks: object<ReleaseLinks>('Where more is of it. Null where nothing is.', {
    application: nullable(text()),
    goodCommit: nullable(text()),
    badCommit: nullable(text()),
    attestation: nullable(text('What the ledger has of it, signed.')),
    more: list(open('A link of the admin’s own.', { text: text(), url: text() })),
  }),
  ReleaseDetail: object<ReleaseDetail>('One release, with all that is known of it.', {
    id: text(),
    freshness: ref('Freshness'),
    release: open(DOCUMENT, {
      key: text(),
      cluster: text(),
      namespace: text(),
      rollout: text(),
      uid: text(),
      rolloutRevision: whole(),
      images: list(text()),
      startedAt: time(),
      state: STATE,
      outcome: OUTCOME,
      endedAt: nullable(time()),
      attempts: list(open('One failure of it.', { key: text(), cause: text(), message: text(), seenAt: time() })),
    }),
    revert: nullable(open(DOCUMENT, { key: text(), repository: text(), branch: text(), state: text(), outcome: nullable(text()) })),
    storm: nullable(ref('Storm')),
    quarantine: nullable(ref('Quarantine')),
    analysisRuns: list(ref('AnalysisRun'), 'As far as the cluster still has them, the oldest first.'),
    steps: nullable(ref('ReleaseSteps')),
    pendingEffects: list(open(DOCUMENT, { key: text(), state: text(), attempts: whole() }), 'What waits for its receipt.'),
    history: list(ref('HistoryRecord'), 'Of the release, its revert and its card, in the order of the chain.'),
    links: ref('ReleaseLinks'),
  }),
  TracedSync: object<TracedSync>('One time that Argo CD took a commit up.', {
    cluster: text(),
    application: text('`namespace/name`.'),
    revision: text(),
    what: oneOf(['synced', 'compared']),
    at: nullable(time()),
    rollouts: list(text(), '`namespace/name` of the Rollouts that the Application lists.'),
  }),
  Trace: object<TraceAnswer>('Where a commit or an image went.', {
    query: text(),
    rollouts: list(ref('Rollout'), 'Whose present versions match.'),
    releases: list(ref('Release'), 'Newest first.'),
    syncs: list(ref('TracedSync')),
    complete: flag('False when older releases were left unread, or more matched than are shown.'),
  }),
}
