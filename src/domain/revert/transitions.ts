import type { CommitSha } from '../application/commit.ts'
import type { PullRequestPeople } from '../people.ts'
import type { End } from '../release/release.ts'
import { row, type StateTable } from '../state-table.ts'
import { endedAtForge, openedAtForge, retargeted, touchedBy, type OpenedAtForge, type SeenAtForge } from './at-forge.ts'
import { formerOf, withTakenBack, type TakenBack } from './former.ts'
import { MARKS } from './marks.ts'
import type { ClosedFor, Revert } from './revert.ts'

/**
 * Where a revert stands. `free`: its key was never used, or only for a plan that was withdrawn. `merged` and `declined` are what people
 * decided, `closed` is a promotion after all, or the Rollout is gone; all three are for ever, unless a person reopens what people
 * closed, or lets Git follow what was undone after its promotion. `lapsed`, on the way there `lapsing`, is an
 * end that the world made: it lasts while it holds.
 */
export type RevertStanding = 'free' | 'planned' | 'open' | 'closing' | 'lapsing' | 'merged' | 'declined' | 'closed' | 'lapsed'

/** Ends that the world made. */
type Lapse = 'restored' | 'superseded' | 'held'

/**
 * What follows a transition: `open-revert`, `close-revert`, `delete-branch` and `trace-revert` go to the outbox, the others are in the same
 * transaction.
 */
export type RevertEffect = 'open-revert' | 'close-revert' | 'delete-branch' | 'trace-revert' | 'free-releases' | 'tell-releases'

/** What a revert is when it is planned, before anything has happened to it. */
export type PlannedRevert = Pick<
  Revert,
  | 'key'
  | 'repoURL'
  | 'repository'
  | 'branch'
  | 'baseBranch'
  | 'culprits'
  | 'goodRevision'
  | 'paths'
  | 'cause'
  | 'provenBy'
  | 'otherApplications'
  | 'plannedAt'
>

/** A failed release that the revert is to stand for, and the attempt that asks for it. */
interface Asking {
  release: string
  attempt: string
}

/** What may happen to a revert, under the name that the ledger's record bears. Times (`at`) are epoch milliseconds. */
export type RevertEvent =
  | ({ type: 'revert-planned'; plan: PlannedRevert } & Asking)
  | ({ type: 'revert-shared' } & Asking)
  | { type: 'revert-followed'; release: string }
  | { type: 'revert-waits' }
  /** Without a commit, the branch holds somebody else's work. */
  | ({ type: 'revert-opened' } & OpenedAtForge)
  | { type: 'revert-touched'; headSha: string }
  | { type: 'revert-retargeted'; base: string }
  | { type: 'revert-lapsing'; outcome: Lapse; headSha: string | undefined; closedFor?: ClosedFor | undefined }
  | { type: 'revert-closing'; outcome: Exclude<End, Lapse>; headSha: string | undefined }
  | { type: 'revert-closed'; at: number; touchedByOthers: boolean }
  | ({ type: 'revert-merged'; mergeCommit: CommitSha | null } & SeenAtForge)
  | ({ type: 'revert-declined' } & SeenAtForge)
  | { type: 'revert-reopened' }
  | { type: 'revert-withdrawn'; at: number; takenBack?: TakenBack | undefined }
  | { type: 'restore-overdue' }
  | { type: 'revert-traced'; people: PullRequestPeople }

/** Everything that a revert may go through. A revert may be closed where `revert-closing` or `revert-lapsing` stands, and nowhere else. */
export const REVERT_TABLE: StateTable<RevertStanding, RevertStanding, RevertEvent['type'], RevertEffect> = {
  free: {
    'revert-planned': row('planned', ['open-revert'], 'A release failed, and every check allows a revert PR.'),
  },
  planned: {
    'revert-shared': row('planned', ['open-revert'], 'Another release failed for which the same restore is right.'),
    'revert-waits': row('planned', ['tell-releases'], 'The forge takes no more for now: its turn is still to come.'),
    'revert-opened': row('open', [], 'The PR is open.'),
    'revert-merged': row('merged', ['trace-revert'], 'The forge has the PR already, and somebody merged it.'),
    'revert-declined': row('declined', [], 'The forge has the PR already, and somebody closed it.'),
    'revert-withdrawn': row('free', ['free-releases'], 'The last look before the push says that it is no longer right.'),
  },
  open: {
    'revert-shared': row('open', ['open-revert'], 'Another release failed for which the same restore is right: the PR is to name it.'),
    'revert-followed': row(
      'open',
      [],
      'Its release is tried again under a new number, and Git has not moved: it stands for that try, too.',
    ),
    'revert-touched': row('open', [], 'Somebody else has pushed to the branch: hands off.'),
    'revert-retargeted': row('open', ['tell-releases'], 'Somebody has turned it to another base branch, or back.'),
    'revert-lapsing': row(
      'lapsing',
      ['close-revert'],
      'Git asks for something else by now, or its release is one of many that failed for one cause.',
    ),
    'revert-closing': row('closing', ['close-revert'], 'It has become pointless for good.'),
    'revert-merged': row('merged', ['delete-branch', 'tell-releases', 'trace-revert'], 'Somebody merged it.'),
    'revert-declined': row('declined', ['delete-branch', 'tell-releases'], 'Somebody closed it.'),
  },
  closing: {
    'revert-closed': row('closed', ['tell-releases'], 'We have closed it, or left it to people where they have touched it.'),
    'revert-merged': row('merged', ['delete-branch', 'tell-releases', 'trace-revert'], 'Somebody merged it before we had closed it.'),
    'revert-declined': row('declined', ['delete-branch', 'tell-releases'], 'Somebody closed it before we had.'),
  },
  lapsing: {
    'revert-closed': row('lapsed', ['tell-releases'], 'We have closed it, or left it to people where they have touched it.'),
    'revert-merged': row('merged', ['delete-branch', 'tell-releases', 'trace-revert'], 'Somebody merged it before we had closed it.'),
    'revert-declined': row('declined', ['delete-branch', 'tell-releases'], 'Somebody closed it before we had.'),
  },
  merged: {
    'revert-traced': row('merged', [], 'The forge has told who approved and merged it, or why that may not be read.'),
    'restore-overdue': row('merged', [], 'The version before has not come back in time: people are told once.'),
  },
  declined: {
    'revert-reopened': row('open', ['tell-releases'], 'Somebody has reopened it, and may have merged it since.'),
  },
  closed: {
    'revert-planned': row(
      'planned',
      ['open-revert'],
      'Its release made it after all, was undone by hand since, and a person wants Git to follow.',
    ),
  },
  lapsed: {
    'revert-planned': row(
      'planned',
      ['open-revert'],
      'It is right again, and Git asks for the failed version still: a new PR, on the same branch.',
    ),
  },
}

/** What happens to a revert that has become pointless. */
export function closingEvent(outcome: End | Lapse, headSha: string | undefined, closedFor?: ClosedFor): RevertEvent {
  return isLapse(outcome)
    ? { type: 'revert-lapsing', outcome, headSha, ...(closedFor && { closedFor }) }
    : { type: 'revert-closing', outcome, headSha }
}

/** Whether an end lasts no longer than it holds: the world made it. */
export function isLapse(outcome: Revert['outcome']): outcome is Lapse {
  return outcome === 'restored' || outcome === 'superseded' || outcome === 'held'
}

/** Where a document stands; `free` without one. */
export function revertStanding(revert: Revert | undefined): RevertStanding {
  if (revert === undefined || revert.outcome === 'withdrawn') return 'free'
  const { state, outcome } = revert
  if (state === 'closing') return isLapse(outcome) ? 'lapsing' : 'closing'
  if (state !== 'ended') return state
  if (outcome === 'merged' || outcome === 'declined') return outcome
  return isLapse(outcome) ? 'lapsed' : 'closed'
}

/** A step that the table allows: the document as it is from now on. */
export interface RevertTransition {
  readonly event: RevertEvent
  readonly revert: Revert
  readonly effects: readonly RevertEffect[]
}

/** What the ledger's document says for each standing. While it is closing and when it is closed, the outcome is why. */
const WRITTEN: Readonly<Record<RevertStanding, Pick<Revert, 'state'> & Partial<Pick<Revert, 'outcome'>>>> = {
  free: { state: 'ended', outcome: 'withdrawn' },
  planned: { state: 'planned', outcome: null },
  open: { state: 'open', outcome: null },
  closing: { state: 'closing' },
  lapsing: { state: 'closing' },
  merged: { state: 'ended', outcome: 'merged' },
  declined: { state: 'ended', outcome: 'declined' },
  closed: { state: 'ended' },
  lapsed: { state: 'ended' },
}

/**
 * Applies the table to the document as the ledger has it now. Undefined where the event does not apply to where it stands: then nothing is
 * written. Nothing else may write where a revert stands.
 */
export function moveRevert(revert: Revert | undefined, event: RevertEvent): RevertTransition | undefined {
  const step = REVERT_TABLE[revertStanding(revert)][event.type]
  const next = step && withNews(revert, event)
  return next && { event, revert: { ...next, ...WRITTEN[step.to] }, effects: step.effects }
}

const UNOPENED = {
  state: 'planned',
  outcome: null,
  commit: null,
  pullRequest: null,
  touchedByOthers: false,
  openedAt: null,
  endedAt: null,
  mergeCommit: null,
  toldNotRestored: false,
} satisfies Partial<Revert>

/** The document with what the event tells, besides where it stands. */
function withNews(revert: Revert | undefined, event: RevertEvent): Revert | undefined {
  if (event.type === 'revert-planned') return { ...event.plan, ...UNOPENED, ...formerOf(revert), releases: [event.release] }
  if (!revert) return undefined
  switch (event.type) {
    case 'revert-shared':
    case 'revert-followed':
      return { ...revert, releases: [...new Set([...revert.releases, event.release])] }
    case 'revert-opened':
      return openedAtForge(revert, event)
    case 'revert-touched':
      return touchedBy(revert, event.headSha)
    case 'revert-retargeted':
      return retargeted(revert, event.base)
    case 'revert-closing':
      return { ...touchedBy(revert, event.headSha), outcome: event.outcome }
    case 'revert-lapsing':
      return { ...touchedBy(revert, event.headSha), outcome: event.outcome, ...(event.closedFor && { closedFor: event.closedFor }) }
    case 'revert-closed':
      return { ...revert, endedAt: event.at, touchedByOthers: revert.touchedByOthers || event.touchedByOthers }
    case 'revert-merged':
    case 'revert-declined':
      return endedAtForge(revert, event)
    case 'revert-withdrawn':
      return { ...(event.takenBack ? withTakenBack(revert, event.takenBack) : revert), endedAt: event.at }
    case 'revert-traced':
      return { ...revert, people: event.people }
    default:
      return { ...revert, ...MARKS[event.type] }
  }
}
