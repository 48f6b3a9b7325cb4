import { describe, expect, it } from 'vitest'
import type { RenderedDigest } from '../../../../src/domain/application/rendered.ts'
import type { SourceSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { anApplication } from '../../an-application.ts'
import { IDS, type Story } from './an-experiment.ts'
import { commit, COMMITS, factsOf, RESTORE, andThen, unknown } from './experiment-stories.ts'

const beside = (name: string, fields: Parameters<typeof anApplication>[1] = {}, path = 'apps/web') => ({
  question: () => ({ applications: [anApplication([{ path }], { name, uid: name, ...fields })] }),
})

describe('a revert of an Experiment is refused where', () => {
  const P3 = 'the Application reads several sources, none, or hydrated ones: an Experiment is looked for in one folder of Git alone.'
  const notSeen =
    'Kedge has not seen every sync from the one before to the one that made it, both of them to a good end: one that failed, or was of ' +
    'some resources only, may have applied a part of it.'
  const sources = (...all: readonly Partial<SourceSnapshot>[]) => ({ application: { sources: anApplication(all).sources } })
  const revised = (at: string, told: (whole: ReadonlyMap<string, string>) => ReadonlyMap<string, string>): Partial<Story> => ({
    told: (digest, name) => (name === at ? { ...digest, whole: told(digest.whole ?? new Map()) } : digest),
  })
  const revertIs = (told: RenderedDigest): Partial<Story> => ({ told: (digest, name) => (name === 'revert' ? told : digest) })

  it.each<[string, Partial<Story>, string, string, object]>([
    ['there are several sources in Git', sources({}, { path: 'apps/api' }), 'P3', P3, { repoURL: null }],
    ['a chart is another source', sources({}, { chart: 'web' }), 'P3', P3, { repoURL: null }],
    ['there is no Git', sources({ chart: 'web' }), 'P3', P3, { repoURL: null }],
    [
      'it is hydrated',
      { application: { hydrator: { syncRepoURL: undefined, syncBranch: 'b', syncPath: '' } } },
      'P3',
      P3,
      { repoURL: null },
    ],
    [
      'its sync is not known',
      { applied: null },
      'P4',
      'which sync made it is not known: none was seen to run just then, or several.',
      { head: 'try', revision: null },
    ],
    ['the sync before is not', { goodApplied: null }, 'P6', notSeen, { head: 'try', revision: null }],
    [
      'both syncs were of one commit',
      { goodApplied: 'try' },
      'P6',
      'the sync before was of the same commit: it was made anew, and what was there before its first sync is not asked for.',
      { revision: null },
    ],
    [
      'several commits came with it',
      { commits: { before: COMMITS['before'] ?? {}, first: { 'config.yaml': 'c2' }, try: COMMITS['try'] ?? {} } },
      'P7',
      '2 commits came with its sync: whether all of them are about the Experiment, nobody can tell.',
      { revision: commit('try', 'first'), later: [], proof: null },
    ],
    [
      'the branch is not rendered',
      { commits: andThen({ later: { 'config.yaml': 'c2' } }), told: (digest, at) => (at === 'later' ? unknown('failed') : digest) },
      'P5',
      'what is rendered there is not known. Why failed.',
      { later: [] },
    ],
    [
      'the branch renders it otherwise, and no commit says why',
      {
        commits: andThen({ later: { 'other/a.yaml': 'a' } }),
        ...revised('later', (whole) => new Map([...whole, [IDS['experiment.yaml'] ?? '', 'e2']])),
      },
      'P5',
      'the branch renders it otherwise by now, and no commit of it says why.',
      { head: 'later' },
    ],
    [
      'another Application is made of its files',
      beside('api'),
      'P7',
      'the Application argocd/api is made of the same files.',
      { ...RESTORE, untoldApplications: [] },
    ],
    [
      'another may be',
      beside('api', { sources: anApplication([{ valueFiles: Array.from({ length: 600 }, (_, index) => `${index}.yaml`) }]).sources }),
      'P7',
      'the Application argocd/api may be made of the same files.',
      { ...RESTORE, untoldApplications: ['argocd/api'] },
    ],
    [
      'nobody renders the revert',
      revertIs(unknown('unsupported')),
      'P10',
      'nobody renders the revert, and files prove nothing of an Experiment. Why unsupported.',
      { ...RESTORE, provenBy: 'files', notRendered: 'Why unsupported.' },
    ],
    [
      'the revert is not found',
      revertIs(unknown('unfetched')),
      'P10',
      'who renders does not find the revert that was pushed, so nobody has rendered it. It is pushed again later. Why unfetched.',
      { ...RESTORE, unfetched: true },
    ],
    [
      'the revert does not render',
      revertIs(unknown('failed')),
      'P10',
      'the revert does not render. Why failed.',
      { ...RESTORE, provenBy: 'rendering' },
    ],
    [
      'the revert holds Secrets',
      revertIs({ result: 'rendered', digest: 'd', hides: true }),
      'P10',
      expect.stringMatching(/^the Application holds Secrets/) as string,
      RESTORE,
    ],
    [
      'the revert renders it still',
      revised('revert', (whole) => new Map([...whole, [IDS['experiment.yaml'] ?? '', 'e1']])),
      'P10',
      'the revert does not render the Experiment, or its AnalysisTemplates, as before its sync.',
      { ...RESTORE, provenBy: 'rendering' },
    ],
    [
      'the revert changes something else',
      revised('revert', (whole) => new Map([...whole, [IDS['rollout.yaml'] ?? '', 'r1']])),
      'P10',
      'the revert would change the Rollout web as well.',
      { ...RESTORE, provenBy: 'rendering' },
    ],
  ])('%s', async (_, ...[story, check, reason, known]) => {
    expect((await factsOf(story)).facts).toMatchObject({ refusal: { check, reason }, ...known })
  })
})
