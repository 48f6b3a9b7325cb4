import { expect, it } from 'vitest'
import type { Release } from '../../../../src/domain/release/release.ts'
import { readRevisions, settledFacts } from '../../../../src/reconcile/git-facts/revisions/revisions.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { aReplicaSet } from '../../../domain/release/a-look.ts'
import { appliedSource } from '../../an-application.ts'
import { at, web, type Of } from '../a-question.ts'
import { asked, NEXT, read, type Asking } from './reading.ts'

const P4 = (reason: string | RegExp): unknown => [
  'P4',
  typeof reason === 'string' ? expect.stringContaining(reason) : expect.stringMatching(reason),
]
/** N ran with numbers 1 and 3, both times by the sync that is named, and something else in between. */
const twice = (former: string): Asking => ({
  stable: { rolloutRevision: 3, formerRevisions: [1] },
  failing: { rolloutRevision: 4 },
  sets: [aReplicaSet('x', 2, { createdAt: at(30) })],
  others: ({ applied }) => [
    aRelease({ key: '3', podTemplateHash: 'old', rolloutRevision: 3, applied: applied('n') }),
    aRelease({ key: '1', podTemplateHash: 'old', rolloutRevision: 1, applied: applied(former) }),
  ],
})
const UNKNOWN = ['P6', expect.stringContaining('the commit that made the version before is not known: Kedge has not seen it run')]

it.each<[string, Asking, unknown]>([
  ['are known', {}, ['next', 'n']],
  [
    'cannot be told where nothing was applied',
    { release: () => ({ applied: null }) },
    P4('Argo CD does not say which revision it applied.'),
  ],
  [
    'cannot be told where it is gone',
    { release: ({ applied }) => ({ applied: applied('gone') }) },
    P4('the applied revision is not in the repository'),
  ],
  [
    'cannot be told where it is on another branch',
    { release: ({ applied }) => ({ applied: applied('side') }) },
    P4(/^the applied commit [0-9a-f]{12} is not on the branch: it was synced from another branch/),
  ],
  [
    'cannot be told where another folder is read',
    { release: ({ applied }) => ({ applied: { ...applied('next'), sources: [appliedSource({ path: 'x' })] } }) },
    P4('the Application reads other sources now than when N+1 was applied.'),
  ],
  ['were told by rendering', { told: 'n', release: () => ({ goodApplied: null }) }, ['next', 'n']],
  ['were told by rendering, and N has no sync', { told: null }, ['next', 'n', 'stands in']],
  ['were told by rendering, of one commit', { told: 'next' }, ['P7', expect.stringContaining('Git did not change')]],
])('the commits of the two versions %s', async (_, story, expected) => {
  expect(await read(story)).toEqual(expected)
})

it('what is refused of N leaves known what N+1 is of', async () => {
  const parameters: Of<Partial<Release>> = ({ applied }) => ({
    applied: { ...applied('next'), sources: [appliedSource()] },
    goodApplied: { ...applied('n'), sources: [appliedSource({ parameters: '{"a":1}' })] },
  })
  const moved: Of<Partial<Release>> = ({ applied }) => ({ applied: { ...applied('next'), sources: [appliedSource({ path: 'x' })] } })
  for (const story of [{ release: parameters }, { release: moved }, { told: 'next' }] as const) {
    const found = asked(story)
    const refused = await found.read().then(String, (error: unknown) => error)
    expect(refused).toMatchObject({ found: { revision: { sha: found.sha('next') }, inputs: expect.arrayContaining([expect.anything()]) } })
  }
})

it('a fault is no refusal', async () => {
  const fault = new Error('a fault')
  const { question, sha, live } = asked({ told: 'n' })
  const told = { live, brought: { applied: question.release.applied ?? { application: '', revisions: [] }, goodApplied: null } }
  const renderings = { ...question.renderings, at: async () => Promise.reject(fault) }
  await expect(readRevisions({ ...question, renderings }, sha('later'), told)).rejects.toBe(fault)
})

const knows =
  (fields: Partial<Release> = {}): Of<Partial<Release>> =>
  ({ sha }) => ({ repository: 'git.example/shop/gitops', goodRevision: sha('first'), ...fields })

it.each<[string, Asking, unknown]>([
  ['it is known again', { release: knows() }, ['next', 'first']],
  ['it stood in for another', { release: knows({ told: 'stands-in' }) }, ['next', 'first', 'stands in']],
  ['it was told by rendering', { release: knows({ told: 'by-rendering' }) }, ['next', 'first']],
  ['it is of another repository', { release: knows({ repository: 'git.example/acme/x' }) }, ['next', 'n']],
  ['it is on the branch no more', { release: (of) => ({ ...knows()(of), goodRevision: of.sha('side') }) }, ['next', 'n']],
])('N’s commit was found when it first failed: %s', async (_, story, expected) => {
  expect(await read(story)).toEqual(expected)
})

const ROLLED = ['P6', expect.stringContaining('was brought back by a rollback in Argo CD')]
const UNSEEN = ['P6', expect.stringContaining('Kedge has not seen every sync before N+1')]
const MORE = { n: web('v1'), n2: web('v1', { more: 'a: 1\n' }), other: web('v3'), next: web('v2'), later: web('v4') }

it.each<[string, Asking, unknown]>([
  ['what was synced before it is later', { synced: [['other', 5], ['n', 10], NEXT] }, ROLLED],
  ['what was synced before it is N as well', { commits: MORE, synced: [['n', 5], ['n', 10], NEXT] }, ['next', 'n']],
  ['a sync between may have gone unseen, of what may be N as well', { commits: MORE, application: {} }, UNSEEN],
  ['a sync between may have gone unseen, of what was another version', { application: {} }, ['next', 'n']],
  ['its present stay began with another sync than a former one', twice('other'), ['next', 'n']],
  ['its present stay is put down to the sync of a former one', twice('n'), UNKNOWN],
  [
    'all that N+1 is came with a later commit',
    { next: web('v4'), release: () => ({ images: ['web:v4'] }) },
    P4('what N+1 runs came about with a later commit'),
  ],
])('by what the versions differ in, N’s commit is told where %s', async (_, story, expected) => {
  expect(await read(story)).toEqual(expected)
})

it('N+1 is put down to the sync that began it, where files say that it was an earlier one', async () => {
  const commits = { n: web('v1'), next: web('v2'), again: web('v2', { more: 'a: 1\n' }) }
  const story: Asking = {
    commits,
    head: 'again',
    synced: [
      ['n', 10],
      ['next', 48],
      ['again', 50],
    ],
    release: ({ applied }) => ({ applied: applied('again') }),
  }
  expect(await read(story)).toEqual(['next', 'n', expect.stringMatching('next')])
})

it('what is settled of them is told in four facts', async () => {
  const { read: readIt, question, sha } = asked({})
  const found = await readIt()
  const revision = await question.repository.commit(sha('other'))
  expect(settledFacts(found, revision)).toEqual({ revision, good: found.good, inputs: found.restored, goodStandsIn: false })
})
