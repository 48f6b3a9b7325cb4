import { expect, it } from 'vitest'
import { createVirtualClock } from '../../../../src/adapters/replay/virtual-clock.ts'
import { gatherFlags } from '../../../../src/reconcile/git-facts/flags/flag-facts.ts'
import type { SourceQuestion } from '../../../../src/reconcile/git-facts/question/question.ts'
import { aBurnedRelease } from '../../../domain/release/a-look.ts'
import { digest } from '../../../histories/git/remote.ts'
import { anApplication } from '../../an-application.ts'
import { aRow } from '../culprits/a-row.ts'
import { CHARTS } from './a-move.ts'

interface Given {
  fields?: Partial<Parameters<typeof anApplication>[1]>
  sources?: Parameters<typeof anApplication>[0]
  /** So many commits came after it. */
  later?: number
  /** The commits that were synced, one a millisecond, by their places; by default what was before, and the release. */
  synced?: readonly number[]
  /** The commit that was applied before; the one before the release where nothing else is said. */
  before?: number
}

/** What Git says of a release of these flags, the last commit but for those after it, which was synced after the one before. */
async function gathered(states: readonly string[], { fields, sources = [{}], later = 0, ...given }: Given = {}) {
  const revision = states.length - 1 - later
  const { before: good = revision - 1, synced = [good, revision] } = given
  const { question, commits } = await aRow(states, { good, revision })
  const history = synced.map((at, id) => ({
    id,
    revisions: [commits[at]?.sha ?? ''],
    sources: [],
    deployStartedAt: id,
    deployedAt: id,
  }))
  const { attempts } = aBurnedRelease({ flags: ['apps/web/flags.yaml', 'apps/web/values.yaml'] })
  const application = anApplication(sources, { history, seenSince: 0, ...fields })
  const asked = {
    ...question,
    application,
    repositories: { open: async () => question.repository },
    release: { ...question.release, cause: 'slo-burn', attempts, images: ['web:v1'], stableImages: ['web:v1'] },
    replicaSets: [],
    applications: [],
    others: [],
    stableOf: () => undefined,
    digest,
    commitsFor: () => ({}),
    revertOf: () => undefined,
    spellingsOf: () => [],
    wasAway: () => false,
    clock: createVirtualClock(0),
  } as unknown as SourceQuestion
  return { facts: await gatherFlags(asked), commits }
}

const FLAGS = ['web=v1 flags=1', 'web=v1 flags=2']

it.each<[string, Parameters<typeof gathered>, { check: string; reason: unknown }]>([
  [
    'several repositories are read',
    [FLAGS, { sources: [{}, { repoURL: CHARTS }] }],
    { check: 'P3', reason: expect.stringContaining('flags are looked for in one alone') },
  ],
  [
    'there are several Rollouts',
    [FLAGS, { fields: { rollouts: ['shop/web', 'shop/worker'] } }],
    { check: 'P7', reason: expect.stringContaining('has 2 Rollouts') },
  ],
  [
    'something else has changed with them',
    [['web=v1 flags=1', 'web=v2 flags=2']],
    { check: 'P7', reason: expect.stringContaining('apps/web/web.yaml has changed with the flags') },
  ],
  [
    'no sync of them is known',
    [FLAGS, { fields: { history: [], seenSince: 5 } }],
    { check: 'P6', reason: expect.stringContaining('Kedge has not seen every sync') },
  ],
  [
    'what was before them was synced again since, and the time before it was not seen',
    [FLAGS, { synced: [0, 1, 0], fields: { seenSince: 1 } }],
    { check: 'P6', reason: expect.stringContaining('Kedge has not seen every sync') },
  ],
  [
    'another commit was synced between',
    [['web=v1 flags=1', 'web=v1 flags=2', 'web=v1 flags=3'], { before: 0, synced: [0, 1, 2] }],
    { check: 'P6', reason: expect.stringContaining('between') },
  ],
])('flags are refused where %s', async (_, asked, refusal) => {
  expect((await gathered(...asked)).facts.refusal).toEqual(refusal)
})

it('flags alone go back, by files, where they are no revert themselves', async () => {
  const { facts } = await gathered(FLAGS)
  expect(facts).toMatchObject({ refusal: null, paths: ['apps/web/flags.yaml'], backToOlder: [], later: [], provenBy: 'files' })
  expect(facts.syncsBeside).toEqual({ changes: [], isAllKnown: true })
  const again = await gathered(['web=v1 flags=1', 'web=v1 flags=2', 'web=v1 flags=1'])
  expect(again.facts.backToOlder).toEqual([again.commits[2]?.sha])
})

it.each([
  ['one that holds a template', ['web=v1 flags=1', 'web=v1 flags=@2'], 'apps/web/flags.yaml is among the flags, and holds a Rollout.'],
  ['one that held a template', ['web=v1 flags=@1', 'web=v1 flags=2'], 'apps/web/flags.yaml is among the flags, and holds a Rollout.'],
  [
    'one that manifests are made by, where nobody renders',
    ['web=v1 values.yaml=1', 'web=v1 values.yaml=2'],
    'apps/web/values.yaml is among the flags, and what it changes is not known where nothing is rendered.',
  ],
])('a file is not taken for a flag: %s', async (_, states, reason) => {
  expect((await gathered(states)).facts.refusal).toEqual({ check: 'P7', reason })
})

it('whose commits they are is told where they are refused, too', async () => {
  const { facts, commits } = await gathered(['web=v1 flags=1', 'web=v2 flags=2'])
  expect([facts.good, facts.revision, facts.culprits]).toEqual([commits[0], commits[1], [commits[1]]])
})

it('flags that were changed again do not go back in part', async () => {
  const { facts, commits } = await gathered(['web=v1 flags=1', 'web=v1 flags=2', 'web=v1 flags=3'], { later: 1 })
  expect(facts).toMatchObject({ later: [commits[2]], overtaken: true, notByFields: null, proof: null })
})

it('flags go back by their own sync, whatever was synced after it', async () => {
  const states = ['web=v1 flags=1', 'web=v1 flags=2', 'web=v1 flags=2 rest=b']
  const { facts } = await gathered(states, { later: 1, synced: [0, 1, 2] })
  expect(facts.refusal).toBeNull()
})

it('what only other Rollouts have got since stays in their files', async () => {
  const states = ['web=v1 flags=1', 'web=v1 flags=2', 'web=v1 flags=2 worker=@v1']
  expect((await gathered(states, { later: 1 })).facts).toMatchObject({
    later: [],
    leftOut: { paths: ['apps/web/worker.yaml'] },
    provenBy: 'files',
  })
})
