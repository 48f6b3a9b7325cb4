import { expect, it } from 'vitest'
import type { Release } from '../../../../src/domain/release/release.ts'
import { tellByContent } from '../../../../src/reconcile/git-facts/syncs/told-by-content.ts'
import { aQuestion, at, REORDERED, running, web, type Of, type Story } from '../a-question.ts'
import { COMMITS, failedAt, N, told, type Asking } from './telling.ts'

/** Every operation since N's sync. */
const SEEN = { application: { seenSince: at(10) } }

it.each<[string, Asking, unknown]>([
  ['one sync brought each', { synced: [N, ['next', 50]] }, ['next', 'n']],
  ['later ones that render N+1 change nothing about it', { synced: [N, ['next', 49], ['again', 55]] }, ['next', 'n']],
  ['later ones that render something else are passed by', { synced: [N, ['next', 49], ['beyond', 55]] }, ['next', 'n']],
  ['earlier ones that render something else are passed by', { synced: [N, ['other', 20], ['next', 49]] }, ['next', 'n']],
  ['what renders N+1 before something else is not of this release', { synced: [['first', 5], N, ['again', 49]], ...SEEN }, ['again', 'n']],
  ['no sync is known', {}, undefined],
  ['nothing renders N+1', { synced: [N, ['other', 20]] }, undefined],
  ['N is known of no sync', { synced: [['next', 49]] }, ['next', null]],
  ['N is remembered', { synced: [['next', 49]], release: ({ applied }) => ({ goodApplied: applied('n') }) }, ['next', 'n']],
])('syncs are told by what they render: %s', async (_, story, expected) => {
  expect(await told(story)).toEqual(expected)
})

it.each<[string, Asking]>([
  ['it was told before', { release: ({ sha }) => ({ told: 'by-rendering', goodRevision: sha('n') }) }],
  ['something stands in for it', { release: ({ sha }) => ({ told: 'stands-in', goodRevision: sha('n') }) }],
  ['there is no version before', { release: () => ({ stableHash: 'abc' }) }],
  ['the ReplicaSet of N+1 is not in view', { failing: null }],
  ['the ReplicaSet of N is not in view', { stable: null }],
  ['the template of N+1 is gone', { question: () => liveIs({ next: undefined }) }],
  ['the template of N is gone', { question: () => liveIs({ n: undefined }) }],
  ['the template of N+1 may not be read', { question: () => liveIs({ next: 'forbidden' }) }],
  ['the template of N may not be read', { question: () => liveIs({ n: 'forbidden' }) }],
])('nothing is told, and nothing rendered, where %s', async (_, story) => {
  const asked = aQuestion({ commits: COMMITS, synced: [N, ['next', 50]], ...story })
  expect(await tellByContent(asked.question, asked.question)).toBeUndefined()
  expect(asked.rendered()).toEqual([])
})

function liveIs(found: Readonly<Record<string, unknown>>) {
  const { live } = aQuestion({ commits: COMMITS, synced: [] })
  const templates: Readonly<Record<string, unknown>> = { n: live.before, next: live.failed, ...found }
  const { renderings } = aQuestion({ commits: COMMITS, synced: [] }).question
  return { renderings: { ...renderings, live: async ({ uid }: { uid: string }) => templates[uid] } } as object
}

it.each<[string, Asking]>([
  ['its commits are not', { release: () => ({ told: 'by-rendering' }) }],
  ['it is by times alone', { release: ({ sha }) => ({ told: 'by-clocks', goodRevision: sha('n') }) }],
  ['it does not say how', { release: ({ sha }) => ({ goodRevision: sha('n') }) }],
])('what is told already is told again where %s', async (_, story) => {
  expect(await told({ synced: [N, ['next', 50]], ...story })).toEqual(['next', 'n'])
})

it('the two newest syncs are rendered side by side, and no more', async () => {
  const asked: string[] = []
  const renderings = {
    at: async ([sha = '']: readonly string[]) => {
      asked.push(sha)
      return new Promise<never>(() => {})
    },
    live: async ({ uid }: { uid: string }) => (uid === 'n' ? live.before : live.failed),
  }
  const synced: Story['synced'] = [N, ['other', 20], ['next', 50]]
  const { question, sha, live } = aQuestion({ commits: COMMITS, synced, question: () => ({ renderings }) as object })
  void tellByContent(question, undefined)
  await new Promise((resolve) => setImmediate(resolve))
  expect(asked).toEqual([sha('next'), sha('other')])
})

it('what is synced for N+1 may fit but for an order, where nothing fits better', async () => {
  const next = web('v2', { more: REORDERED })
  expect(await told({ synced: [N, ['next', 49]], next })).toEqual(['next', 'n'])
  const commits = { n: web('v1'), next: web('v2'), exact: web('v2', { more: REORDERED }) }
  expect(await told({ synced: [N, ['next', 40], ['exact', 49]], next, commits })).toEqual(['exact', 'n'])
})

/** Something adds the same to both versions on the way in. */
const ADDED = { n: web('v1', { more: 'added: 1\n' }), next: web('v2', { more: 'added: 1\n' }) }

it.each<[string, Asking, unknown]>([
  ['in both versions alike', { synced: [N, ['next', 49]] }, ['next', 'n']],
  ['alike, where N+1 is remembered alone', { synced: [N], release: ({ applied }) => ({ applied: applied('next') }) }, ['next', 'n']],
  [
    'alike, where N is remembered alone',
    { synced: [['next', 49]], release: ({ applied }) => ({ goodApplied: applied('n') }) },
    ['next', 'n'],
  ],
  ['alike, and nothing is known of N', { synced: [['next', 49]] }, undefined],
  ['in one of them alone', { synced: [N, ['next', 49]], n: web('v1') }, undefined],
])('what is rewritten on the way in is told by what the versions differ in: %s', async (_, story, expected) => {
  expect(await told({ ...ADDED, ...story })).toEqual(expected)
})

const SEEN_LATER = { application: { seenSince: at(10) + 1 } }
const MOVED_ON = expect.stringContaining('a sync may have gone on to a newer commit while it was tried again')

it.each<[string, Asking, unknown]>([
  ['an earlier commit, whose sync failed', SEEN_LATER, ['next', 'n']],
  ['an earlier commit, while every sync since N was seen', SEEN, ['P4', MOVED_ON]],
  ['the same commit', { ...SEEN, release: ({ applied }) => ({ applied: applied('again') }) }, ['again', 'n']],
  ['a later commit, which is in no history', { ...SEEN, release: ({ applied }) => ({ applied: applied('last') }) }, ['again', 'n']],
  ['what renders something else', { ...SEEN, release: ({ applied }) => ({ applied: applied('other') }) }, ['again', 'n']],
  ['nothing', { ...SEEN, release: () => ({}) }, ['again', 'n']],
  ['any other revision, of several repositories', { several: true }, ['next', 'n']],
])('N+1 began with what is remembered of it, where that is earlier than all that is in the history: %s', async (_, story, expected) => {
  const release: Of<Partial<Release>> = ({ applied }) => ({ applied: applied('next') })
  expect(await told({ synced: [N, ['again', 49]], release, ...story })).toEqual(expected)
})

it('that the same sync is in the history as well is what counts, wherever it stands', async () => {
  const release: Of<Partial<Release>> = ({ applied }) => ({ applied: applied('first') })
  expect(await told({ synced: [['first', 5], N, ['again', 49]], release, ...SEEN })).toEqual(['again', 'n'])
})

it('what is remembered is all there is of a sync that never came to its end', async () => {
  const release: Of<Partial<Release>> = ({ applied }) => ({ applied: applied('next') })
  expect(await told({ synced: [N, ['other', 20]], release })).toEqual(['next', 'n'])
  expect(await told({ synced: [N], release: ({ applied }) => ({ applied: applied('other') }) })).toBeUndefined()
})

const LATE = ['P4', 'what renders N+1 was synced only after N+1 ran: somebody had made it by hand.']
const SECOND = 1 / 60

it.each<[string, Asking, unknown]>([
  ['after it was made', { synced: [N, ['next', 50 + 2 * SECOND]] }, LATE],
  ['a second after it was made, as times are whole seconds', { synced: [N, ['next', 50 + SECOND]] }, ['next', 'n']],
  [
    'after it was made, in a cluster with another clock',
    { synced: [N, ['next', 50 + 5 * SECOND]], application: { cluster: 'west' } },
    ['next', 'n'],
  ],
  [
    'long after it was made, in a cluster with another clock',
    { synced: [N, ['next', 50 + 6 * SECOND]], application: { cluster: 'west' } },
    LATE,
  ],
  ['after it was made the first time', { synced: [N, ['next', 55]], failing: { formerRevisions: [0] } }, ['next', 'n']],
  ['after it had failed', { synced: [N, ['next', 55]], failing: { formerRevisions: [0] }, release: () => failedAt(54) }, LATE],
  ['before it had failed', { synced: [N, ['next', 55]], failing: { formerRevisions: [0] }, release: () => failedAt(56) }, ['next', 'n']],
])('what renders N+1 was synced %s', async (_, story, expected) => {
  expect(await told(story)).toEqual(expected)
})

it('a sync that runs and does not say since when is none that came late', async () => {
  expect(await told({ synced: [], application: ({ sha }) => ({ operation: running(sha('next')) }) })).toEqual(['next', null])
})

const UNSEEN = ['P4', expect.stringContaining('the sync history does not reach back to it')]

it.each<[string, Asking, unknown]>([
  [
    'and so are several commits that render it',
    {
      synced: [
        ['next', 48],
        ['again', 49],
      ],
    },
    UNSEEN,
  ],
  [
    'and what was synced before is gone',
    {
      synced: [
        ['gone', 40],
        ['next', 48],
        ['again', 49],
      ],
    },
    UNSEEN,
  ],
  [
    'and so is one commit, twice',
    {
      synced: [
        ['next', 48],
        ['next', 49],
      ],
    },
    ['next', null],
  ],
  ['and what came before is known', { synced: [N, ['next', 48], ['again', 49]] }, ['next', 'n']],
  [
    'of several repositories',
    {
      several: true,
      synced: [
        ['next', 48],
        ['again', 49],
      ],
    },
    UNSEEN,
  ],
  [
    'of several repositories, of one state',
    {
      several: true,
      synced: [
        ['next', 48],
        ['next', 49],
      ],
    },
    ['next', null],
  ],
])('the history ends with N+1, %s', async (_, story, expected) => {
  expect(await told(story)).toEqual(expected)
})
