import { expect, it } from 'vitest'
import { syncsUnderWay } from '../../../../src/domain/application/applied.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../../../src/domain/rollout/snapshots.ts'
import { findBefore } from '../../../../src/reconcile/git-facts/syncs/before-by-content.ts'
import { createSyncReader } from '../../../../src/reconcile/git-facts/syncs/sync-reader.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { anAttempt, aReplicaSet } from '../../../domain/release/a-look.ts'
import { appliedSource } from '../../an-application.ts'
import { FILE } from '../a-history.ts'
import { aQuestion, at, REORDERED, web, type Names } from '../a-question.ts'
import { COMMITS as TOLD, N, orRefusal, type Asking } from './telling.ts'

const COMMITS = { ...TOLD, n2: { files: { 'apps/web/web.yaml': web('v1', { more: 'note: 3\n' }) }, upon: 'n' } }

/** The commit of the sync that is found to have brought N, before N+1's, which is the newest. */
async function before({ several = false, ...story }: Asking): Promise<unknown> {
  const { question, live, named } = aQuestion({ commits: COMMITS, synced: [], ...story })
  const [applied, ...older] = syncsUnderWay(question.application, { namespace: 'shop', name: 'web' })
  if (!applied) throw new Error('no sync')
  const single = several ? undefined : question
  const walk = { question, single, read: createSyncReader(question, live, single) }
  return orRefusal(findBefore(walk, { applied, older }), (good) => named(good && (good.revisions[0] ?? null)))
}

/** Every operation since N's sync was seen. */
const SEEN = { seenSince: at(10) }
const NEXT = ['next', 50] as const
const remembered =
  (name: string, fields: (of: Names) => Partial<Release> = () => ({})) =>
  (of: Names): Partial<Release> => ({ goodApplied: of.applied(name), ...fields(of) })

it.each<[string, Asking, unknown]>([
  ['the one right before', { synced: [N, NEXT] }, 'n'],
  ['one behind what renders something else', { synced: [N, ['other', 20], NEXT] }, 'n'],
  ['the newest that renders it', { synced: [['first', 5], N, ['other', 20], NEXT] }, 'n'],
  ['none', { synced: [['other', 20], NEXT] }, null],
  ['none, while something else is remembered', { synced: [['other', 20], NEXT], release: remembered('other') }, null],
  ['what is remembered', { synced: [['other', 20], NEXT], release: remembered('n') }, 'n'],
  ['what is remembered, of several repositories', { several: true, synced: [['other', 20], NEXT], release: remembered('n') }, 'n'],
  ['the one that fits but for an order', { synced: [['n', 10], NEXT], n: web('v1', { more: REORDERED }) }, 'n'],
])('N was brought by %s', async (_, story, expected) => {
  expect(await before({ application: SEEN, ...story })).toEqual(expected)
})

it('what fits better has brought N, though what fits but for an order is newer', async () => {
  const [commits, n] = [{ exact: web('v1', { more: REORDERED }), n: web('v1'), next: web('v2') }, web('v1', { more: REORDERED })]
  const story = { commits, n, synced: [['exact', 5], ['n', 10], NEXT] as const }
  expect(await before({ ...story, application: { seenSince: at(5) } })).toBe('exact')
})

const CHAIN = { n: web('v1'), n2: web('v1', { more: 'note: 1\n' }), other: web('v3'), next: web('v2') }

it.each<[string, Asking, unknown]>([
  ['is later than its sync', { synced: [['n', 10], NEXT], release: remembered('n2') }, 'n2'],
  ['is earlier than its sync', { synced: [['n', 5], ['n2', 10], NEXT], release: remembered('n') }, 'n2'],
  ['renders something else', { synced: [['n', 10], ['other', 20], NEXT], release: remembered('other') }, 'n'],
  [
    'fits but for an order',
    { commits: { ...CHAIN, n2: web('v1', { more: REORDERED }) }, synced: [N, NEXT], release: remembered('n2') },
    'n',
  ],
])('what is remembered of N counts where it %s', async (_, story, expected) => {
  expect(await before({ commits: CHAIN, application: SEEN, ...story })).toEqual(expected)
})

const OUTSIDE = ['P7', expect.stringContaining('another Application')]

it('what the Application itself changed between two syncs is nothing that Git brought', async () => {
  const { question, live, applied } = aQuestion({ commits: COMMITS, synced: [N, ['other', 20]] })
  const older = syncsUnderWay(question.application, { namespace: 'shop', name: 'web' })
  const walk = { question, single: question, read: createSyncReader(question, live, question) }
  const theirs = { ...applied('next'), application: 'argocd/theirs' }
  expect(await orRefusal(findBefore(walk, { applied: theirs, older }), String)).toEqual(OUTSIDE)
  const moved = older.map((one, index) => ({ ...one, sources: [appliedSource({ parameters: `${index}` })] }))
  expect(await orRefusal(findBefore(walk, { applied: applied('next'), older: moved }), String)).toEqual([
    'P7',
    expect.stringContaining('the Application itself changed'),
  ])
})

it('what was synced before and cannot be rendered may have brought N', async () => {
  const commits = { n: web('v1'), other: 'unknown: nobody reads it.\n', next: web('v2') }
  const expected = ['P6', 'what was synced before N+1 cannot be told: nobody reads it.']
  expect(await before({ commits, synced: [N, ['other', 20], NEXT] })).toEqual(expected)
})

const UNSEEN = ['P6', expect.stringContaining('Kedge has not seen every sync before N+1')]
const MORE = { n: web('v1'), n2: web('v1', { more: 'note: 1\n' }), next: web('v2') }
const WITH = { n: web('v1'), other: web('v3'), next: web('v2') }

it.each<[string, Asking, unknown]>([
  ['renders N', { commits: MORE }, UNSEEN],
  ['renders N but for an order', { commits: { ...MORE, n2: web('v1', { more: REORDERED }) } }, UNSEEN],
  ['renders something else', { commits: WITH }, 'n'],
  ['cannot be rendered', { commits: { ...WITH, other: 'unknown: why\n' } }, UNSEEN],
  ['renders N, while all was seen since its sync', { commits: MORE, application: SEEN }, 'n'],
  ['renders N, of several repositories', { commits: MORE, several: true }, 'n'],
  ['renders N, and is N+1 itself', { commits: { n: web('v1'), next: web('v2') } }, 'n'],
  ['renders N, while what is remembered of it is in no history', { commits: MORE, synced: [NEXT], release: remembered('n') }, UNSEEN],
])('a commit between that %s may be N’s own, where a sync may have failed unseen', async (_, story, expected) => {
  expect(await before({ synced: [N, NEXT], ...story })).toEqual(expected)
})

const ROLLED = ['P6', expect.stringContaining('was brought back by a rollback in Argo CD')]

it.each<[string, Asking, unknown]>([
  ['something else', { commits: WITH, synced: [['n', 5], ['other', 8], N, NEXT] }, ROLLED],
  ['N as well', { commits: MORE, synced: [['n', 5], ['n2', 8], N, NEXT] }, 'n2'],
  [
    'N as well, and before that from something else',
    {
      commits: { n: web('v1'), n2: web('v1', { more: 'a: 1\n' }), other: web('v3'), next: web('v2') },
      synced: [['other', 3], ['n2', 8], N, NEXT],
    },
    ROLLED,
  ],
  ['N but for an order', { commits: { ...MORE, n2: web('v1', { more: REORDERED }) }, synced: [['n2', 8], N, NEXT] }, ROLLED],
  ['something else, of several repositories', { several: true, commits: WITH, synced: [['n', 5], ['other', 8], N, NEXT] }, 'n'],
])('where Argo CD went back in Git for N’s sync, it went back from %s', async (_, story, expected) => {
  expect(await before({ application: { seenSince: at(3) }, ...story })).toEqual(expected)
})

const BY_HAND = ['P6', expect.stringContaining('was brought back by hand after something newer had run')]
const stay = { stable: { rolloutRevision: 3, formerRevisions: [1] }, failing: { rolloutRevision: 4 } }
const x = (fields: Partial<ReplicaSetSnapshot> = {}): ReplicaSetSnapshot => aReplicaSet('x', 2, { createdAt: at(30), ...fields })
const ofX =
  (fields: (of: Names) => Partial<Release> = () => ({})) =>
  (of: Names) => [aRelease({ key: 'x', podTemplateHash: 'x', rolloutRevision: 2, applied: of.applied('other'), ...fields(of) })]
const HAND: Asking = { ...stay, sets: [x()], others: ofX(), synced: [N, ['other', 25], NEXT], application: SEEN, commits: WITH }

it.each<[string, Asking, unknown]>([
  ['something else was synced since', {}, BY_HAND],
  ['nothing else was synced since', { synced: [N, NEXT], others: () => [] }, 'n'],
  ['it never left', { stable: { rolloutRevision: 3 } }, 'n'],
  ['it is not in view', { stable: null }, 'n'],
  ['what ran between has failed over it', { others: ofX(() => ({ attempts: [anAttempt()] })) }, 'n'],
  [
    'what was undone has come from no sync',
    { synced: [N, NEXT], others: ofX(({ applied }) => ({ cause: 'undone', applied: applied('n') })) },
    BY_HAND,
  ],
  ['what ran between is of a sync that is in no history', { synced: [N, NEXT] }, BY_HAND],
  [
    'what ran between is of a sync that is in the history',
    { synced: [N, NEXT], others: ofX(({ applied }) => ({ applied: applied('n') })) },
    'n',
  ],
  ['what ran between came with no sync that is known', { synced: [N, NEXT], others: ofX(() => ({ applied: null })) }, 'n'],
  ['what ran before is in no history', { synced: [N, NEXT], others: ofX(() => ({ rolloutRevision: 1 })) }, 'n'],
  ['what ran before its last stay is in no history', { synced: [N, NEXT], stable: { rolloutRevision: 5, formerRevisions: [1, 3] } }, 'n'],
  ['what runs since is in no history', { synced: [N, NEXT], others: ofX(() => ({ rolloutRevision: 3 })) }, 'n'],
  ['no sync of it is known', { synced: [['other', 25], NEXT] }, BY_HAND],
  ['no sync of it is known, but it is remembered', { synced: [['other', 25], NEXT], release: remembered('n') }, BY_HAND],
])('N is back by hand after something newer had run: %s', async (_, story, expected) => {
  expect(await before({ ...HAND, ...story })).toEqual(expected)
})

const ofN = (fields: (of: Names) => Partial<Release>) => (of: Names) => [
  ...ofX()(of),
  aRelease({ key: 'n', podTemplateHash: 'old', rolloutRevision: 3, startedAt: at(26), applied: null, ...fields(of) }),
]

it.each<[string, Asking, unknown]>([
  ['with what is synced for it', { others: ofN(({ applied }) => ({ applied: applied('n') })) }, 'n'],
  [
    'with what is remembered of it',
    { commits: { ...CHAIN }, release: remembered('n2'), others: ofN(({ applied }) => ({ applied: applied('n2') })) },
    'n2',
  ],
  ['with something else', { others: ofN(({ applied }) => ({ applied: applied('other') })) }, BY_HAND],
  ['before what was passed by', { others: ofN(() => ({ startedAt: at(20) })) }, 'n'],
  ['after what was passed by', { others: ofN(() => ({})) }, BY_HAND],
  [
    'before what was passed by, of a history that is not complete',
    { others: (of) => [...ofN(() => ({ startedAt: at(20) }))(of), ...ofX(() => ({ key: 'y', applied: of.applied('beyond') }))(of)] },
    BY_HAND,
  ],
])('N is there as Git asks where its own release began %s', async (_, story, expected) => {
  expect(await before({ ...HAND, ...story })).toEqual(expected)
})

const undone =
  (fields: Partial<Release> = {}) =>
  (): Partial<Release> => ({ cause: 'undone', ...fields })

it.each<[string, Asking, unknown]>([
  ['each commit since has made another version', { commits: WITH }, 'n'],
  [
    'a commit since changed no template',
    { commits: { n: web('v1'), other: web('v3'), same: web('v3', { more: 'a: 1\n' }), next: web('v2') } },
    ['P6', expect.stringContaining('changed no template since: it would go back as well.')],
  ],
  [
    'a commit since cannot be rendered',
    { commits: { n: web('v1'), other: web('v3'), bad: 'unknown: why\n', next: web('v2') } },
    expect.arrayContaining(['P6']),
  ],
  ['several repositories are read', { several: true }, BY_HAND],
  ['no sync of N is known', { synced: [['other', 25], NEXT] }, BY_HAND],
  [
    'a commit since has taken the Rollout away',
    { commits: { n: web('v1'), other: web('v3'), gone: { files: { [FILE]: null } }, next: web('v2') } },
    BY_HAND,
  ],
  ['no sync of N is known, but it is remembered', { synced: [['other', 25], NEXT], release: remembered('n', undone()) }, 'n'],
])('Git may follow what a person has undone by hand where %s', async (_, story, expected) => {
  expect(await before({ ...HAND, release: undone(), ...story })).toEqual(expected)
})
