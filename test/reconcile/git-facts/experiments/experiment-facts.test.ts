import { describe, expect, it } from 'vitest'
import { refusedSource } from '../../../../src/reconcile/git-facts/question/put-together.ts'
import { IDS, type Story } from './an-experiment.ts'
import { commit, COMMITS, factsOf, PATHS, PLACE, PROVEN, RESTORE, andThen, unknown } from './experiment-stories.ts'

describe('what Git says of an Experiment that a sync brought is', () => {
  it('its one commit, what stands before it, and a revert that is proven by all that is rendered', async () => {
    const { facts, rendered } = await factsOf()
    expect(facts).toEqual({
      ...(JSON.parse(JSON.stringify(refusedSource('P1', ''))) as object),
      refusal: null,
      ...PLACE,
      head: 'try',
      revision: commit('try', 'before'),
      good: commit('before'),
      inputs: expect.arrayContaining([{ path: 'apps/web/*.yaml', glob: true }]),
      culprits: [commit('try', 'before')],
      paths: PATHS,
      otherFiles: ['apps/web/README.md'],
      ...RESTORE,
      ...PROVEN,
      proof: {
        commit: expect.stringMatching(/^[0-9a-f]{40}$/),
        tree: expect.stringMatching(/^[0-9a-f]{40}$/),
        atGood: expect.stringMatching(/./),
        atRevert: (facts['proof'] as { atGood: string }).atGood,
        files: PATHS.map((path) => ({ path, before: expect.stringMatching(/^[0-9a-f]{40}$/), after: null })),
      },
    })
    expect(rendered).toEqual(['try', 'try', 'before', 'before', 'try', 'revert unpublished'])
  })

  it.each<[string, Partial<Story>, object]>([
    [
      'also with later commits that stay',
      { commits: andThen({ later: { 'config.yaml': 'c2' } }) },
      { head: 'later', later: [], staying: [commit('later', 'try')], ...RESTORE, ...PROVEN },
    ],
    [
      'without a restore, where it is gone from the branch',
      { commits: andThen({ gone: { 'experiment.yaml': null, 'template.yaml': null } }) },
      { refusal: null, restoredInGit: true, later: [commit('gone', 'try')], ...RESTORE, proof: null },
    ],
    [
      'without one, where it is rendered no more though its file is there',
      {
        told: (digest, at) => (at === 'later' ? { ...digest, whole: new Map() } : digest),
        commits: andThen({ later: { 'config.yaml': 'c2' } }),
      },
      { refusal: null, restoredInGit: true, proof: null },
    ],
    [
      'without one, where its files have been changed since',
      { commits: andThen({ later: { 'experiment.yaml': 'e1 refers: rate other' } }) },
      {
        refusal: null,
        restoredInGit: false,
        overtaken: true,
        later: [commit('later', 'try')],
        staying: [],
        notByFields: null,
        ...RESTORE,
        proof: null,
      },
    ],
    [
      'without one, where a later commit has it rendered otherwise',
      {
        commits: andThen({ later: { 'config.yaml': 'c2' } }),
        told: (digest, at) =>
          at === 'later' ? { ...digest, whole: new Map([...(digest.whole ?? []), [IDS['experiment.yaml'] ?? '', 'e2']]) } : digest,
      },
      { refusal: null, restoredInGit: false, later: [commit('later', 'try')], staying: [], ...RESTORE, proof: null },
    ],
    [
      'without one, where what may need its template has changed',
      { commits: andThen({ later: { 'rollout.yaml': 'r1' } }) },
      {
        later: [commit('later', 'try')],
        staying: [],
        notByFields: 'the Rollout web has changed, and may need an AnalysisTemplate that came with the Experiment',
        proof: null,
      },
    ],
    [
      'with one though that has changed, where it has no template',
      { commits: { before: { 'config.yaml': 'c1' }, try: { 'experiment.yaml': 'e1' }, later: { 'rollout.yaml': 'r1' } } },
      { later: [], staying: [commit('later', 'try')], notByFields: null, ...PROVEN },
    ],
  ])('%s', async (_, story, expected) => {
    expect((await factsOf(story)).facts).toMatchObject({ refusal: null, ...expected })
  })
})

describe('a revert of it', () => {
  it('can only be rendered once it is pushed, where who renders reads no other', async () => {
    const { facts } = await factsOf({ told: (digest, at) => (at === 'revert' ? unknown('unpublished') : digest) })
    expect(facts).toMatchObject({ refusal: null, provenBy: 'rendering', notRendered: 'Why unpublished.', changedFields: null })
  })

  it('is not built upon what conflicts with it', async () => {
    const { facts } = await factsOf({
      question: ({ repository }) => ({
        repositories: { open: async () => ({ ...repository.git, buildRestore: async () => ({ result: 'conflict', paths: PATHS }) }) },
      }),
    })
    expect(facts).toMatchObject({ refusal: null, ...RESTORE, conflicts: PATHS, proof: null })
  })

  it('is nothing where nothing is to be restored', async () => {
    const { facts } = await factsOf({
      question: ({ repository }) => ({
        repositories: { open: async () => ({ ...repository.git, buildRestore: async () => ({ result: 'empty' }) }) },
      }),
    })
    expect(facts).toMatchObject({ refusal: null, ...RESTORE, conflicts: [], proof: null })
  })

  it.each<[string, Partial<Story>]>([
    [
      'its commit has merged what was there already',
      { question: ({ repository }) => ({ repositories: { open: async () => ({ ...repository.git, differingPaths: async () => [] }) } }) },
    ],
    [
      'its commit has changed another Rollout alone',
      {
        commits: { ...COMMITS, try: { 'worker.yaml': 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata:\n  name: worker\n' } },
        told: (digest, at) =>
          at === 'try' ? { ...digest, whole: new Map([...(digest.whole ?? []), [IDS['experiment.yaml'] ?? '', 'e1']]) } : digest,
      },
    ],
  ])('is none where %s', async (_, story) => {
    const { facts } = await factsOf(story)
    expect(facts).toMatchObject({ refusal: null, paths: [], revertKey: null, branch: null, proof: null })
  })

  it('says on its branch what it is about', async () => {
    const messages: string[] = []
    await factsOf({
      question: ({ repository }) => ({
        repositories: {
          open: async () => ({
            ...repository.git,
            async buildRestore(request) {
              messages.push(request.message)
              return repository.git.buildRestore(request)
            },
          }),
        },
      }),
    })
    expect(messages.join('\n')).toContain(
      'shop/experiment:web-ab failed by its analysis: this takes it out of Git, or back to what it was there before.\n',
    )
  })
})

it('an Experiment that is brought back as it was before is told', async () => {
  const made = { 'experiment.yaml': 'e1 refers: rate', 'template.yaml': 't1' }
  const gone = { 'experiment.yaml': null, 'template.yaml': null }
  const { facts } = await factsOf({ commits: { old: made, before: { ...gone, 'config.yaml': 'c1' }, try: made } })
  expect(facts['backToOlder']).toEqual(['try'])
})
