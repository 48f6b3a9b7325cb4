import { expect, it } from 'vitest'
import { tellByDifference } from '../../../../src/reconcile/git-facts/syncs/told-by-difference.ts'
import { aQuestion, at, running, web } from '../a-question.ts'
import { failedAt, N, orRefusal, type Asking } from './telling.ts'

const SECOND = 1 / 60
const COMMITS = {
  n: web('v1'),
  other: web('v3'),
  next: web('v2'),
  again: web('v2', { more: 'note: 1\n' }),
  touched: web('v2', { level: 2, more: 'note: 1\n' }),
  beyond: web('v4'),
}

/** The commits of the syncs that are told to have brought N+1 and N, where nobody renders; N is remembered. */
async function told({ several = false, ...story }: Asking): Promise<unknown> {
  const { question, named } = aQuestion({
    commits: COMMITS,
    synced: [],
    ...story,
    release: (of) => ({ goodApplied: of.applied('n'), ...story.release?.(of) }),
  })
  return orRefusal(tellByDifference(question, several ? undefined : question), (found) =>
    named(found && [found.applied.revisions[0], found.goodApplied?.revisions[0] ?? null]),
  )
}

const UNCLEAR = ['P4', expect.stringContaining('the later changes what the earlier did')]

it.each<[string, Asking, unknown]>([
  ['the one with which all that differs had come', { synced: [N, ['next', 49]] }, ['next', 'n']],
  ['the older of two that change nothing about it', { synced: [N, ['next', 48], ['again', 49]] }, ['next', 'n']],
  ['the first of those of one commit', { synced: [N, ['next', 46], ['next', 48], ['again', 49], ['again', 50]] }, ['next', 'n']],
  ['one before what came later', { synced: [N, ['next', 48], ['beyond', 49]] }, ['next', 'n']],
  ['one that began as it was made', { synced: [N, ['next', 50]] }, ['next', 'n']],
  ['none that began after it was made', { synced: [N, ['next', 50 + SECOND]] }, undefined],
  ['none long before it was made', { synced: [N, ['next', 40, 50 - 5 - SECOND]] }, undefined],
  ['one five minutes before it was made', { synced: [N, ['next', 40, 45]] }, ['next', 'n']],
  ['none, where all of it never came', { synced: [N, ['other', 49]] }, undefined],
  ['none, where the row is broken by what is gone', { synced: [N, ['gone', 48], ['next', 49]] }, undefined],
  ['the newest row alone', { synced: [N, ['next', 46], ['other', 47], ['again', 49]] }, ['again', 'n']],
  ['one that runs', { synced: [N], application: ({ sha }) => ({ operation: running(sha('next'), at(49)) }) }, ['next', 'n']],
  ['none that runs since nobody knows when', { synced: [N], application: ({ sha }) => ({ operation: running(sha('next')) }) }, undefined],
  ['none, where nothing is synced', {}, undefined],
])('the sync that began N+1 is told by what the versions differ in: %s', async (_, story, expected) => {
  expect(await told(story)).toEqual(expected)
})

it('is refused where the later of two changes what the earlier did', async () => {
  const [n, next] = [web('v1', { level: 1 }), web('v2', { level: 2 })]
  const commits = { n, mid: web('v2', { level: 2, more: 'image: web:v2\n' }), next }
  expect(await told({ n, next, commits, synced: [N, ['mid', 48], ['next', 49]] })).toEqual(UNCLEAR)
})

it('a commit that does not come after N is none of N+1', async () => {
  const commits = {
    first: web('v1'),
    n: web('v1', { more: 'note: 0\n' }),
    side: { files: { 'apps/web/web.yaml': web('v2') }, upon: 'first' },
  }
  expect(await told({ commits, synced: [N, ['side', 49]] })).toBeUndefined()
})

it.each<[string, Asking]>([
  ['several repositories are read', { several: true }],
  ['its commits are known', { release: ({ sha }) => ({ goodRevision: sha('n') }) }],
  ['it began anew, and its sync is known', { release: ({ applied }) => ({ byTemplate: false, applied: applied('next') }) }],
  ['nobody knows what brought N', { release: () => ({ goodApplied: null }) }],
  ['what brought N is gone', { release: ({ applied }) => ({ goodApplied: applied('gone') }) }],
  ['its ReplicaSet is not in view', { failing: null }],
  ['it had run before', { failing: { formerRevisions: [0] } }],
  ["N's ReplicaSet is not in view", { stable: null }],
  ['that is what is known already', { release: ({ applied }) => ({ applied: applied('next') }) }],
])('nothing is told by what the versions differ in where %s', async (_, story) => {
  expect(await told({ synced: [N, ['next', 49]], ...story })).toBeUndefined()
})

it('what is known of N+1 is mended', async () => {
  expect(await told({ synced: [N, ['next', 49]], release: ({ applied }) => ({ applied: applied('n') }) })).toEqual(['next', 'n'])
})

/** It began anew, with other steps, after it had failed in minute 52, and has failed again in minute 60. */
const anew = {
  synced: [N, ['next', 40], ['again', 55]] as const,
  release: () => ({ ...failedAt(60), byTemplate: false, anewSince: at(52) }),
}

it.each<[string, Asking, unknown]>([
  ['the one after what made it', {}, ['again', 'n']],
  [
    'none, where there are several',
    {
      synced: [N, ['next', 40], ['again', 55], ['note', 57]],
      commits: { n: web('v1'), next: web('v2'), again: web('v2', { more: 'a: 1\n' }), note: web('v2', { more: 'a: 1\nb: 2\n' }) },
    },
    undefined,
  ],
  ['none, where nothing came after what made it', { synced: [N, ['next', 40]] }, undefined],
  ['none, where it came after it had failed again', { synced: [N, ['next', 40], ['again', 60 + SECOND]] }, undefined],
  ['the one that came as it failed', { synced: [N, ['next', 40], ['again', 60]] }, ['again', 'n']],
  [
    'the one after what made it, where it has not failed again',
    { release: () => ({ byTemplate: false, anewSince: at(52) }) },
    ['again', 'n'],
  ],
  ['none, where it was over before it failed', { synced: [N, ['next', 40], ['again', 50, 52 - SECOND]] }, undefined],
  ['the one that was over about when it failed', { synced: [N, ['next', 40], ['again', 50, 52]] }, ['again', 'n']],
  [
    'the one after what made it, where nobody knows when it failed',
    { synced: [N, ['next', 40], ['again', 42]], release: () => ({ ...failedAt(60), byTemplate: false }) },
    ['again', 'n'],
  ],
  [
    'none, of two commits that came at once',
    {
      synced: [N, ['next', 40], ['note', 55]],
      commits: { n: web('v1'), next: web('v2'), again: web('v2', { more: 'a: 1\n' }), note: web('v2', { more: 'a: 2\n' }) },
    },
    undefined,
  ],
  ['one that is far from when its ReplicaSet was made', { failing: { createdAt: at(1_000) } }, ['again', 'n']],
])('the sync with which N+1 began anew, with other steps: %s', async (_, story, expected) => {
  expect(await told({ ...anew, ...story })).toEqual(expected)
})
