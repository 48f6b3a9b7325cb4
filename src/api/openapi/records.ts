import type { Spread } from '../../domain/report/dora.ts'
import type { Measures } from '../../domain/report/measures.ts'
import type { ReportPeople } from '../../domain/report/people.ts'
import type { ReportImage, ReportPullRequest, ReportRecords, ReportTimes } from '../../domain/report/row.ts'
import type { ErrorAnswer, StormList, StormSummary } from '../contract.ts'
import type { ChainPlace, LedgerAnswer, LedgerLine } from '../ledger-contract.ts'
import type { QuarantineList, QuarantineSummary } from '../quarantine-contract.ts'
import type { ReportItem, ReportPage } from '../report/contract.ts'
import type { DoraAnswer } from '../report/dora.ts'
import { OUTCOME, STATE } from './releases.ts'
import { CAUSE, PLACE } from './rollouts.ts'
import { flag, list, nullable, number, object, oneOf, open, optional, ref, text, time, whole, type Schema } from './schema.ts'

const WHO = nullable(text('Null: not known. Empty: nobody.'))
const SEVERAL: Schema = {
  anyOf: [list(text()), oneOf(['']), { type: 'null' }],
  description: 'Null: not known. Empty text: nothing was to be done.',
}
const MAYBE_TIME = optional(nullable(time('Null: it happened, and when is not known. Absent: it has not happened.')))
const MEASURED: Schema = { anyOf: [number('Milliseconds.'), oneOf(['unknown', 'open', 'none'])] }

const SPREAD = object<Spread>('Lengths of time, milliseconds.', {
  median: nullable(number()),
  p90: nullable(number('What nine of ten are not above.')),
  measured: whole(),
  unknown: whole('That should have been measured, and nobody has told.'),
  open: whole('That have not ended.'),
})

const PEOPLE = object<ReportPeople>('Who had to do with it: see docs/report.md.', {
  commitAuthor: WHO,
  author: WHO,
  approvers: SEVERAL,
  mergedBy: WHO,
  syncStartedBy: WHO,
  abortedBy: WHO,
  revertApprovers: SEVERAL,
  revertMergedBy: WHO,
  adoptedBy: WHO,
  onItBy: WHO,
  snoozedBy: WHO,
  liftedBy: WHO,
  stormReleasedBy: WHO,
  notes: list(text(), 'Why some of them are not known.'),
})

const TIMES = object<ReportTimes>('When what happened.', {
  began: time(),
  failed: optional(time()),
  aborted: MAYBE_TIME,
  revertOpened: MAYBE_TIME,
  revertMerged: MAYBE_TIME,
  restored: MAYBE_TIME,
  promoted: MAYBE_TIME,
  superseded: MAYBE_TIME,
  gone: MAYBE_TIME,
})

const IMAGE = object<ReportImage>('An image as its template names it.', {
  image: text(),
  digest: nullable(text()),
  ran: list(text(), 'Digests of what its pods really ran; empty where that was not asked.'),
})

/** Of what was recorded, and of faults. */
export const RECORD_SCHEMAS: Readonly<Record<string, Schema>> = {
  Storm: object<StormSummary>('Rollouts that failed within minutes for one cause.', {
    key: text(),
    kind: oneOf(['metric', 'commit', 'cluster']),
    cause: text('For people, as a clause.'),
    state: oneOf(['gathering', 'holding', 'passed', 'released', 'over']),
    begunAt: time(),
    endedAt: nullable(time()),
    releasedBy: nullable(text()),
    total: whole('How many releases failed in it.'),
    rollouts: list(open('One of them.', { ...PLACE, release: text('Id of the release.'), state: STATE, outcome: OUTCOME })),
  }),
  StormList: object<StormList>('The newest storms, newest first.', { items: list(ref('Storm')) }),
  Quarantine: object<QuarantineSummary>('A version that failed and is to stay out.', {
    ...PLACE,
    key: text('What `lift` takes.'),
    version: text(),
    images: list(text()),
    reason: text('A clause.'),
    culprit: nullable(text('The commit that brought it.')),
    repository: nullable(text()),
    since: time(),
    until: time(),
    state: oneOf(['standing', 'over']),
    outcome: nullable(text()),
    endedAt: nullable(time()),
    liftedBy: nullable(text()),
    liftedFor: nullable(text()),
    release: text('Id of the release that failed last.'),
    broughtBackBy: list(open('A commit, or the head of an open PR.', { commit: text(), pullRequest: nullable(whole()) })),
    unsaid: nullable(text('Why the forge takes no status of it.')),
  }),
  QuarantineList: object<QuarantineList>('Those that stand first, the newest first.', { items: list(ref('Quarantine')) }),
  ChainPlace: object<ChainPlace>('A record of the chain.', {
    sequence: whole(),
    hash: text('SHA-256 over the record and the hash before it.'),
  }),
  LedgerLine: object<LedgerLine>('One record, told in words.', {
    sequence: whole(),
    hash: text(),
    at: time(),
    kind: text(),
    key: text(),
    event: text(),
    subject: text(),
    who: nullable(text('The person by whose word it happened.')),
    release: nullable(text('Id of the release that it belongs to.')),
  }),
  Ledger: object<LedgerAnswer>('Where the chain stands, and its records, newest first.', {
    head: nullable(ref('ChainPlace')),
    archived: nullable(ref('ChainPlace')),
    verified: nullable(
      open('When this process walked the chain, and how far; after which record, while the whole is still being walked.', {
        at: time(),
        head: nullable(ref('ChainPlace')),
        from: nullable(ref('ChainPlace')),
      }),
    ),
    checkpoints: nullable(
      list(open('A place of signed checkpoints.', { place: text(), head: nullable(ref('ChainPlace')), trouble: nullable(text()) })),
    ),
    items: list(ref('LedgerLine')),
    continue: nullable(text()),
  }),
  ReportRow: object<ReportItem>('One release, with what an auditor asks about it: see docs/report.md.', {
    id: text(),
    key: text(),
    cluster: text(),
    namespace: text(),
    service: text('The Rollout’s name.'),
    rolloutRevision: whole(),
    podTemplateHash: nullable(text()),
    images: list(IMAGE),
    imagesBefore: list(IMAGE),
    commit: nullable(text()),
    synced: nullable(list(text())),
    builtFrom: nullable(list(open('What an image says that it was built from.'))),
    commitBefore: nullable(text()),
    repository: nullable(text()),
    application: nullable(text()),
    people: PEOPLE,
    times: TIMES,
    state: STATE,
    measures: nullable(
      object<Measures>('How long its failure lasted.', {
        result: oneOf(['promoted', 'failed', 'undecided']),
        leadTime: MEASURED,
        clusterSafe: MEASURED,
        gitHonest: MEASURED,
      }),
    ),
    outcome: OUTCOME,
    cause: CAUSE,
    attempts: whole(),
    recurrence: whole(),
    preExisting: flag(),
    evidence: list(text()),
    decision: nullable(text()),
    pullRequests: list(
      object<ReportPullRequest>('A pull request that has to do with it.', {
        what: oneOf(['release', 'revert']),
        number: whole(),
        url: text(),
        outcome: nullable(text()),
      }),
    ),
    records: list(
      object<ReportRecords>('Its records in the chain.', { of: oneOf(['release', 'revert']), first: whole(), last: whole(), hash: text() }),
    ),
  }),
  ReportPage: object<ReportPage>('A page of the report, newest first.', {
    items: list(ref('ReportRow')),
    continue: nullable(text()),
    head: nullable(ref('ChainPlace')),
    archived: nullable(ref('ChainPlace')),
    madeAt: time(),
  }),
  Dora: object<DoraAnswer>('How a period went: see docs/dora.md.', {
    from: nullable(time()),
    to: nullable(time()),
    days: number(),
    deployments: whole(),
    promoted: whole(),
    failed: whole(),
    undecided: whole(),
    deploymentsPerDay: number(),
    changeFailureRate: nullable(number('0 to 1.')),
    leadTime: SPREAD,
    clusterSafe: SPREAD,
    gitHonest: SPREAD,
    read: whole('Releases that were read.'),
    complete: flag('False where there are more: then it is of the newest.'),
    madeAt: time(),
  }),
  Done: open('What came of it.', { result: oneOf(['adopted', 'asked', 'released', 'lifted']) }),
  Envelope: open('A DSSE envelope with an in-toto statement: see docs/signed-ledger.md.', {
    payloadType: text(),
    payload: text('Base64.'),
    signatures: list(open('By the key of that id.', { keyid: text(), sig: text() })),
  }),
  Error: object<ErrorAnswer>('Why there is no other answer.', {
    code: text('See docs/runbook.md.'),
    message: text(),
    advice: text('What to do about it.'),
  }),
}
