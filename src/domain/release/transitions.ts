import { row, type StateTable } from '../state-table.ts'
import type { End, Release } from './release.ts'

/** Where a release stands; `none` before Kedge has seen it. */
export type ReleaseStanding = 'none' | Release['state']

/**
 * What follows a transition in the same transaction: a trace for the outbox, the card (an open release is told of once Git was asked), and
 * word to the revert that stands for it from the beginning, where there is one. Only what tells of a turn has any, see {@link ReleaseNews}.
 */
export type ReleaseEffect = 'trace-release' | 'tell-people' | 'follow-revert'

/** What is known of a release besides where it stands. */
export type ReleaseFacts = Omit<Release, 'state' | 'outcome' | 'endedAt'>

/** More is known of a release, or a person has said something of it. Nothing follows from these by the table, see {@link RELEASE_TABLE}. */
export interface ReleaseNews {
  type:
    | 'release-updated'
    | 'release-retried'
    | 'release-relapsed'
    | 'release-decided'
    | 'release-adopted'
    | 'release-traced'
    | 'release-freed'
    | 'release-shown'
    | 'release-policy'
    | 'release-gathered'
    | 'release-acknowledged'
    | 'release-snoozed'
  facts: Partial<ReleaseFacts>
}

/** What may happen to a release, under the name that the ledger's record bears. `facts`: what is known of it from then on. */
export type ReleaseEvent =
  | { type: 'release-started' | 'release-failed' | 'release-undone' | 'release-burned'; facts: ReleaseFacts }
  | ReleaseNews
  | { type: 'release-ended'; outcome: End; at: number; restoredBy?: Release['restoredBy'] }

/** Those from which something may follow. */
type Turn = Exclude<ReleaseEvent['type'], ReleaseNews['type']>

/** Whoever records news has nothing else to write: the compiler refuses a row of theirs with effects, which would be lost. */
type ReleaseTable = StateTable<ReleaseStanding, Release['state'], Turn, ReleaseEffect> &
  StateTable<ReleaseStanding, Release['state'], ReleaseNews['type'], never>

/**
 * Everything that a release may go through. What has ended never begins again (the same template under a new number is another release),
 * but for one that made it, and that somebody undid by hand while Git still asks for it, or that an alert names soon after.
 */
export const RELEASE_TABLE: ReleaseTable = {
  none: {
    'release-started': row('rolling', ['follow-revert'], 'The controller has begun to move the Rollout to another template.'),
    'release-failed': row('failed', ['follow-revert'], 'It is seen for the first time and has failed already.'),
    'release-burned': row('failed', [], 'A sync changed flags and no template, and an alert that began soon after names it.'),
    'release-undone': row('failed', [], 'It was healthy, and is seen for the first time when somebody has undone it by hand.'),
  },
  rolling: {
    'release-updated': row('rolling', [], 'More is known of it.'),
    'release-failed': row('failed', [], 'An abort, or another failure, has held for the settle delay.'),
    'release-relapsed': row('failed', [], 'The failure that it seemed to have left shows again: no new attempt.'),
    'release-ended': row('ended', ['trace-release', 'tell-people'], 'It was promoted, or something took its place.'),
    'release-decided': row('rolling', [], 'It is being tried again, and its merged revert has not brought the version before back.'),
    'release-adopted': row('rolling', [], 'A person wants it handled like any other.'),
    'release-traced': row('rolling', [], 'The forge has told who brought it.'),
    'release-freed': row('rolling', [], 'Its revert was withdrawn.'),
    'release-shown': row('rolling', [], 'Its forge has made a deployment of it.'),
    'release-policy': row('rolling', [], 'The policy says something else of telling people.'),
    'release-acknowledged': row('rolling', [], 'A person is on it.'),
    'release-snoozed': row('rolling', [], 'A person wants no replies for a while, or wants them again.'),
  },
  failed: {
    'release-gathered': row('failed', [], 'Another Rollout has failed for the same cause: both are told on one card.'),
    'release-updated': row('failed', [], 'More is known of it.'),
    'release-failed': row('failed', [], 'It was tried again, unseen, and has failed again.'),
    'release-retried': row('rolling', [], 'Somebody tries it again.'),
    'release-ended': row('ended', ['trace-release', 'tell-people'], 'The version before is back, or something took its place.'),
    'release-decided': row('failed', [], 'What to do about it, and why.'),
    'release-adopted': row('failed', [], 'It was broken before the first look, and a person wants it handled like any other.'),
    'release-traced': row('failed', [], 'The forge has told who brought it.'),
    'release-freed': row('failed', [], 'Its revert was withdrawn.'),
    'release-shown': row('failed', [], 'Its forge has made a deployment of it.'),
    'release-policy': row('failed', [], 'The policy says something else of telling people.'),
    'release-acknowledged': row('failed', [], 'A person is on it.'),
    'release-snoozed': row('failed', [], 'A person wants no replies for a while, or wants them again.'),
  },
  ended: {
    'release-undone': row('failed', [], 'It had made it, and somebody has undone it by hand while Git asks for it.'),
    'release-burned': row('failed', [], 'It was promoted, and an alert that began within its bake window names it.'),
    'release-traced': row('ended', [], 'Git and the forge have told where it came from.'),
    'release-freed': row('ended', [], 'Its revert was withdrawn.'),
    'release-shown': row('ended', [], 'Its forge has made a deployment of it.'),
    'release-policy': row('ended', [], 'The policy says something else of telling people.'),
  },
}

/** Where a document stands; `none` without one. */
export function releaseStanding(release: Release | undefined): ReleaseStanding {
  return release?.state ?? 'none'
}

/** A step that the table allows: the document as it is from now on. */
export interface ReleaseTransition {
  readonly event: ReleaseEvent['type']
  readonly release: Release
  readonly effects: readonly ReleaseEffect[]
}

/**
 * Applies the table to the document as the ledger has it now. Undefined where the event does not apply to where it stands: then nothing is
 * written. Nothing else may write where a release stands.
 */
export function moveRelease(release: Release | undefined, event: ReleaseEvent): ReleaseTransition | undefined {
  const step = RELEASE_TABLE[releaseStanding(release)][event.type]
  const next = step && withNews(release, event)
  return next && { event: event.type, release: { ...next, state: step.to }, effects: step.effects }
}

function isBeginning(event: ReleaseEvent): event is Extract<ReleaseEvent, { facts: ReleaseFacts }> {
  return BEGINNINGS.includes(event.type)
}

const BEGINNINGS: readonly ReleaseEvent['type'][] = ['release-started', 'release-failed', 'release-undone', 'release-burned']

/** The document with what the event tells, besides where it stands. */
function withNews(release: Release | undefined, event: ReleaseEvent): Omit<Release, 'state'> | undefined {
  if (isBeginning(event)) return { ...event.facts, outcome: 'open', endedAt: null }
  if (!release) return undefined
  if (event.type !== 'release-ended') return { ...release, ...event.facts }
  const { outcome, at, restoredBy } = event
  return {
    ...release,
    outcome,
    ...(restoredBy && { restoredBy }),
    endedAt: at,
    waiting: null,
    serving: outcome === 'gone' ? 'unknown' : 'in-step',
  }
}
