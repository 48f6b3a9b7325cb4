import { expect, it } from 'vitest'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { RevertEvent } from '../../../src/domain/revert/transitions.ts'
import { recordRevert } from '../../../src/reconcile/record/moves.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { anEnvironment, known, lineOf, NOW, TOLD_IN_C } from '../an-environment.ts'

/** A failed release of its own Rollout, for which the revert stands, or did. */
const failed = (key: string, revertKey: string | null) =>
  known('release', aRelease({ key, rollout: key, uid: key, attempts: [anAttempt()], revertKey, policy: TOLD_IN_C }))

/** What is written beside two releases, the second of which has left the revert for another one. */
async function written(revert: Partial<Revert>, event: RevertEvent, more: Parameters<typeof recordRevert>[3] = {}) {
  const document = aRevert({ key: 'v', releases: ['r1', 'r2'], ...revert })
  const { environment } = await anEnvironment([failed('r1', 'v'), failed('r2', 'other'), known('revert', document)])
  return { before: document, ...recordRevert(environment, 'v', event, more) }
}

const PLANNED: Partial<Revert> = { state: 'planned', commit: null, pullRequest: null, openedAt: null }
const MERGED: RevertEvent = { type: 'revert-merged', at: NOW, headSha: undefined, mergeCommit: null }
const CARDS = ['publish-card-intended', 'card r1: card-changed', 'publish-card-intended', 'card r2: card-changed']

it.each<{ what: string; revert: Partial<Revert>; event: RevertEvent; lines: readonly string[] }>([
  {
    what: 'another release asks for',
    revert: PLANNED,
    event: { type: 'revert-shared', release: 'r3', attempt: 'r3|1' },
    lines: ['open-revert-intended'],
  },
  {
    what: 'became pointless',
    revert: {},
    event: { type: 'revert-closing', outcome: 'promoted', headSha: undefined },
    lines: ['close-revert-intended'],
  },
  { what: 'was merged', revert: {}, event: MERGED, lines: ['delete-branch-intended', ...CARDS, 'trace-revert-intended'] },
  { what: 'is still to come', revert: PLANNED, event: { type: 'revert-waits' }, lines: CARDS },
  { what: 'was withdrawn', revert: PLANNED, event: { type: 'revert-withdrawn', at: NOW }, lines: ['release r1: release-freed'] },
  { what: 'was touched', revert: {}, event: { type: 'revert-touched', headSha: 'f'.repeat(40) }, lines: [] },
])('of a revert that $what, what follows is written with it', async ({ revert, event, lines }) => {
  const { document, entries } = await written(revert, event)
  expect(entries.map(lineOf)).toEqual([`revert v: ${event.type}`, ...lines])
  expect(entries[0]?.document).toBe(document)
})

it('each effect bears the revert, and an intent is another one only where it may be wanted again', async () => {
  const opening = await written(PLANNED, { type: 'revert-shared', release: 'r1', attempt: 'r1|2' })
  const closing = await written({}, { type: 'revert-lapsing', outcome: 'restored', headSha: undefined })
  const merged = await written({}, MERGED, { told: 'r1' })
  const effects = [...opening.entries, ...closing.entries, ...merged.entries].flatMap((one) =>
    one.kind === 'effect' ? [one.document] : [],
  )
  expect(effects.filter(({ action }) => action.type !== 'publish-card')).toMatchObject([
    { key: `open-revert|v|r1|2|${NOW}`, action: { type: 'open-revert', revertKey: 'v' } },
    { key: `close-revert|v|${NOW}`, action: { type: 'close-revert', revertKey: 'v', reason: 'restored' } },
    { key: 'delete-branch|v', action: { type: 'delete-branch', revertKey: 'v' } },
    { key: 'trace-revert|v', action: { type: 'trace-revert', revertKey: 'v' } },
  ])
})

it('the release whose card the caller brings up to date is not told a second time', async () => {
  const { entries } = await written({}, MERGED, { told: 'r1' })
  expect(entries.map(lineOf)).toEqual(['revert v: revert-merged', 'delete-branch-intended', ...CARDS.slice(2), 'trace-revert-intended'])
})

it.each<[RevertEvent, readonly string[]]>([
  [{ type: 'revert-closing', outcome: 'promoted', headSha: undefined }, []],
  [{ type: 'revert-shared', release: 'r3', attempt: 'r3|1' }, []],
  [MERGED, [...CARDS, 'trace-revert-intended']],
])('who only observes records %j, and touches nothing outside', async (event, lines) => {
  const { entries } = await written({}, event, { observes: true })
  expect(entries.map(lineOf)).toEqual([`revert v: ${event.type}`, ...lines])
})

it.each<{ what: string; revert: Partial<Revert>; event: RevertEvent }>([
  { what: 'does not apply', revert: {}, event: { type: 'revert-reopened' } },
  { what: 'tells nothing new', revert: { touchedByOthers: true }, event: { type: 'revert-touched', headSha: 'f'.repeat(40) } },
])('what $what writes nothing', async ({ revert, event }) => {
  const { before, document, entries } = await written(revert, event)
  expect([document, entries]).toEqual([before, []])
})

it('that another asks for what it stands for already opens it once more', async () => {
  const { entries } = await written({}, { type: 'revert-shared', release: 'r1', attempt: 'r1|2' })
  expect(entries.map(lineOf)).toEqual(['revert v: revert-shared', 'open-revert-intended'])
})
