import { expect, it } from 'vitest'
import type { Release } from '../../../../src/domain/release/release.ts'
import type { Reduced } from '../../../../src/reconcile/git-facts/commit/reduced.ts'
import { beganWith, syncOf } from '../../../../src/reconcile/git-facts/revisions/began-with.ts'
import type { Difference } from '../../../../src/reconcile/git-facts/syncs/by-difference.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { FILE } from '../a-history.ts'
import { aQuestion, at, web, type Of, type Story, type Sync } from '../a-question.ts'
import { orRefusal } from '../syncs/telling.ts'
import { aDifference } from './a-good-question.ts'

/** N, something else, N+1 three times; the last is taken for N+1's commit. */
const COMMITS = {
  n: web('v1'),
  other: web('v3'),
  one: web('v2'),
  two: web('v2', { more: 'a: 1\n' }),
  bad: web('v2', { more: 'a: 2\n' }),
  side: { files: { [FILE]: web('v2') }, upon: 'n' },
}

interface Asking extends Partial<Story> {
  readonly passedBy?: readonly string[]
  /** With which all that differs has come about since N; null where files have to tell. */
  readonly with?: readonly string[] | null
  /** What renders N+1 as the last does. */
  readonly like?: readonly string[]
}

const SYNCED: readonly Sync[] = [
  ['n', 10],
  ['one', 48],
  ['bad', 50],
]

/** The commit and the sync that began N+1 already, if any did. */
async function began({ passedBy = [], with: those = ['one', 'two'], like = ['one', 'two'], ...story }: Asking): Promise<unknown> {
  const { question, applied, sha, named } = aQuestion({
    commits: COMMITS,
    synced: SYNCED,
    head: 'bad',
    ...story,
    release: (of) => ({ applied: of.applied('bad'), ...story.release?.(of) }),
  })
  const inputs = [{ path: 'apps/web', glob: false }]
  const reduced = async (name: string): Promise<Reduced> => ({ commit: await question.repository.commit(sha(name)), inputs })
  const [good, bad] = [await reduced('n'), await reduced('bad')]
  const passed = await Promise.all(passedBy.map(async (name) => ({ ...(await reduced(name)), applied: applied(name) })))
  const difference: Difference = {
    ...aDifference({}),
    isBetween: async (from, to) => from.commit.subject === 'n' && (those ?? []).includes(to.commit.subject),
    isLike: async (end, [first, middle, last]) =>
      [end, first.commit.subject, last.commit.subject].join(' ') === 'last n bad' && like.includes(middle.commit.subject),
  }
  const found = beganWith(question, { good: { ...good, passedBy: passed }, bad, difference: those === null ? undefined : difference })
  return orRefusal(found, (one) => one && named([one.commit.sha, one.applied]))
}

/** Syncs, as `commit@minute`. */
const line = (...syncs: readonly string[]): readonly Sync[] =>
  syncs.map((sync) => {
    const [name = '', minute] = sync.split('@')
    return [name, Number(minute)]
  })
const by = (name: string): unknown => [name, { application: 'argocd/web', revisions: [name] }]
const UNCLEAR = ['P4', expect.stringContaining('the later changes what the earlier did')]
const others =
  (commit: string, key = 'o'): Of<readonly Release[]> =>
  ({ applied }) => [aRelease({ key, applied: applied(commit) })]

it.each<[string, Asking, unknown]>([
  ['what was synced right before', {}, by('one')],
  [
    'the oldest in a row',
    {
      synced: line('n@10', 'one@46', 'two@48', 'bad@50'),
    },
    by('one'),
  ],
  [
    'one before which something else was synced',
    {
      synced: line('n@10', 'one@44', 'other@46', 'two@48', 'bad@50'),
    },
    by('two'),
  ],
  [
    'nothing, where nothing was synced between',
    {
      synced: line('n@10', 'bad@50'),
    },
    undefined,
  ],
  [
    'nothing, where N+1’s own sync is not in the history',
    {
      synced: line('n@10', 'one@48'),
    },
    undefined,
  ],
  [
    'what was synced before N+1’s commit, which was synced twice',
    {
      synced: line('n@10', 'one@46', 'bad@48', 'bad@50'),
    },
    by('one'),
  ],
  ['nothing that was synced after its own', { synced: line('n@10', 'bad@50', 'two@52') }, undefined],
  ['nothing, where nobody knows what was applied', { release: () => ({ applied: null }) }, undefined],
  [
    'nothing that was synced before N',
    {
      synced: line('one@5', 'n@10', 'bad@50'),
    },
    undefined,
  ],
  [
    'nothing before what is gone',
    {
      synced: line('n@10', 'one@46', 'gone@48', 'bad@50'),
    },
    undefined,
  ],
  [
    'nothing before what began another release',
    {
      synced: line('n@10', 'one@46', 'two@48', 'bad@50'),
      others: others('two'),
    },
    undefined,
  ],
  ['what began this very release', { others: others('one', 'r') }, by('one')],
  [
    'what began no other release',
    { others: ({ applied }) => [aRelease({ key: 'o', applied: null }), aRelease({ key: 'p', applied: applied('n') })] },
    by('one'),
  ],
  [
    'nothing of another branch',
    {
      synced: line('n@10', 'side@48', 'bad@50'),
      with: ['side'],
    },
    undefined,
  ],
  [
    'nothing long before it appeared',
    {
      synced: line('n@10', 'one@40', 'bad@50'),
      failing: { createdAt: at(50) },
    },
    undefined,
  ],
  ['nothing, where it is not in view', { failing: null }, undefined],
  ['nothing, where it had run before', { failing: { formerRevisions: [0] } }, undefined],
  ['nothing, where it began anew', { release: () => ({ byTemplate: false }) }, undefined],
  ['nothing, where files have to tell', { with: null }, undefined],
  ['nothing for sure, where the later changes what the earlier did', { like: [] }, UNCLEAR],
])('N+1 began with %s', async (_, story, expected) => {
  expect(await began(story)).toEqual(expected)
})

it.each<[string, Asking, unknown]>([
  ['the oldest with which all came about', { passedBy: ['two', 'one'] }, by('one')],
  ['one behind another with which it did not', { passedBy: ['two', 'other', 'one'], with: ['one'] }, by('one')],
  [
    'nothing, where it came about with none',
    {
      passedBy: ['other'],
      synced: line('n@10', 'other@20', 'one@48', 'bad@50'),
    },
    undefined,
  ],
  ['one that names its images, and not those of N', { passedBy: ['two', 'other'], with: null }, by('two')],
  ['one, where nobody knows whether it is alike', { passedBy: ['two'], with: null, like: [] }, by('two')],
  ['one of a release that had run before', { passedBy: ['two'], failing: { formerRevisions: [0] } }, by('two')],
])('of what N was told after, N+1 began with %s', async (_, story, expected) => {
  expect(await began(story)).toEqual(expected)
})

it('what had begun with other steps is no beginning', async () => {
  const story: Asking = {
    release: () => ({ stepHash: 'new' }),
    others: ({ applied }) => [aRelease({ key: 'r', stepHash: 'old', applied: applied('one') })],
  }
  expect(await began(story)).toBeUndefined()
})

it.each<[string, readonly Sync[], unknown]>([
  ['the newest before N+1’s', line('n@5', 'n@10', 'bad@50'), 10],
  ['the newest, where N+1’s is not in the history', line('n@5', 'n@10'), 10],
  ['none that came later', line('other@5', 'bad@50', 'n@55'), null],
  ['none, where there is none', line('other@5', 'bad@50'), null],
  ['none, where what lies behind is gone', line('gone@5', 'bad@50'), null],
])('N’s sync is %s', async (_, synced, expected) => {
  const { question, sha } = aQuestion({ commits: COMMITS, synced, head: 'bad', release: ({ applied }) => ({ applied: applied('bad') }) })
  const good = { commit: await question.repository.commit(sha('n')), inputs: [] }
  const { sync, syncs } = await syncOf(question, good)
  expect([sync?.startedAt ?? null, syncs.length]).toEqual([expected === null ? null : at(Number(expected)), synced.length])
})

it('without what was applied the newest sync of N counts', async () => {
  const { question, sha } = aQuestion({
    commits: COMMITS,
    synced: line('n@10', 'bad@50', 'n@55'),
    head: 'bad',
  })
  const { sync } = await syncOf(question, { commit: await question.repository.commit(sha('n')), inputs: [] })
  expect(sync?.startedAt).toBe(at(55))
})
