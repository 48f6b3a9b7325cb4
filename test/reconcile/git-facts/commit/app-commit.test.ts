import { describe, expect, it } from 'vitest'
import { asCommitSha, type CommitSha, type InputPath } from '../../../../src/domain/application/commit.ts'
import { gitSources } from '../../../../src/domain/application/inputs.ts'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { readRestored, reduce, type AppReader } from '../../../../src/reconcile/git-facts/commit/app-commit.ts'
import { aRepositoryAt, someRepositories, type SomeRepository } from '../../a-repository.ts'
import { anApplication, REPO } from '../../an-application.ts'

const OTHER = 'https://git.example/shop/values.git'
const NOWHERE = 'f'.repeat(40)

function readerOf(application: ApplicationSnapshot, repository: SomeRepository, ...others: readonly SomeRepository[]): AppReader {
  const source = gitSources(application).find(({ repoURL }) => repoURL === repository.url)
  if (!source) throw new Error('no source')
  return { ...someRepositories(repository, ...others), repository: repository.git, source, application }
}

describe('the commit of an Application behind what was applied', () => {
  interface Commits {
    readonly web: CommitSha
    readonly api: CommitSha
    readonly others: CommitSha
  }

  /** Two folders of an Application, each by a commit, and above them one of others. */
  function aBranch(): { repository: SomeRepository; commits: Commits } {
    const repository = aRepositoryAt(REPO)
    const commit = (path: string): CommitSha => repository.commit({ [path]: 'a: 1' })
    return { repository, commits: { web: commit('apps/web/a.yaml'), api: commit('apps/api/a.yaml'), others: commit('README.md') } }
  }

  const both = (fields: Partial<ApplicationSnapshot> = {}): ApplicationSnapshot =>
    anApplication([{}, { repoURL: OTHER }, { path: 'apps/api' }], fields)

  it.each<[string, ApplicationSnapshot, (commits: Commits) => readonly string[], keyof Commits | undefined]>([
    ['is the newest that touches what it reads', anApplication([{}]), ({ others }) => [others], 'web'],
    ['is not there where none does', anApplication([{ path: 'apps/none' }]), ({ others }) => [others], undefined],
    ['is not there where what was applied is no commit', anApplication([{}]), () => ['main'], undefined],
    ['is not there where what was applied is not known', anApplication([{}]), () => [], undefined],
    ['is not there where the repository does not have it', anApplication([{}]), () => [NOWHERE], undefined],
    ['is of the first revision alone, where it reads one source', anApplication([{}]), ({ web, others }) => [web, others], 'web'],
    ['is one that all of its sources in that repository have', both(), ({ others }) => [others, NOWHERE, others], 'api'],
    ['is no other source’s', both(), ({ others, web }) => [others, web, others], 'api'],
    ['is that of the source which says one', both(), ({ others }) => ['main', 'v1', others], 'api'],
    ['is that of the source whose revision is there', both(), ({ others }) => [others, NOWHERE, NOWHERE], 'api'],
    [
      'is not known where two sources were at commits between which it was touched',
      both(),
      ({ api, web }) => [web, NOWHERE, api],
      undefined,
    ],
  ])('%s', async (_, application, revisionsOf, named) => {
    const { repository, commits } = aBranch()
    const asked: unknown[] = []
    const has: AppReader['repository']['has'] = (revision) => repository.git.has(asked[asked.push(revision) - 1] as CommitSha)
    const reader = readerOf(application, { ...repository, git: { ...repository.git, has } })
    const found = await reduce(reader, { application: 'argocd/web', revisions: revisionsOf(commits) })
    expect(found?.commit.sha).toBe(named && commits[named])
    expect(found?.inputs.some(({ path }) => path === 'apps/web/a.yaml' || path === 'apps/web/*.yaml')).toBe(named && true)
    expect(asked.every((revision) => asCommitSha(String(revision)))).toBe(true)
  })

  it('is that of the dry commit, where it is hydrated', async () => {
    const { repository, commits } = aBranch()
    const rendered = aRepositoryAt(OTHER)
    const hydrate = (drySha: string): CommitSha => rendered.commit({ 'hydrator.metadata': JSON.stringify({ drySha }) })
    const hydrator = { syncRepoURL: OTHER, syncBranch: 'main', syncPath: '' }
    const reader = readerOf(anApplication([{}], { hydrator }), repository, rendered)
    const reduced = async (revision: CommitSha): Promise<unknown> =>
      (await reduce(reader, { application: 'argocd/web', revisions: [revision] }))?.commit.sha
    expect(await reduced(hydrate(commits.others))).toBe(commits.web)
    expect(await reduced(hydrate('main'))).toBeUndefined()
  })
})

describe('what a revert restores', () => {
  /** Paths, a pattern with `glob ` before it. */
  const pathsIn = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_, found: unknown) => {
      const { path, glob } = (found ?? {}) as Partial<InputPath>
      return path === undefined ? found : `${glob ? 'glob ' : ''}${path}`
    })

  async function restored(good: Record<string, string>, bad: Record<string, string | null>, application = anApplication([{}])) {
    const repository = aRepositoryAt(REPO)
    const [one, other] = [repository.commit(good), repository.commit(bad)]
    return pathsIn(await readRestored(readerOf(application, repository), { good: one, revision: other }))
  }
  const overrides = ['apps/web/.argocd-source-argocd_web.yaml', 'apps/web/.argocd-source-web.yaml', 'apps/web/.argocd-source.yaml']
  const inWeb = (...names: readonly string[]): readonly string[] => names.map((name) => `apps/web/${name}`)
  const chart = inWeb(
    'Chart.lock',
    'Chart.yaml',
    'charts',
    'crds',
    'requirements.lock',
    'requirements.yaml',
    'templates',
    'values.schema.json',
    'values.yaml',
  )
  const tools = inWeb('Kustomization', 'kustomization.yaml', 'kustomization.yml')
  const plain = { candidates: [], unknown: [], perhaps: [] }

  it('is what the Application reads at N, and its own files at N+1; what it may read is told of both', async () => {
    const anything = { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/templates/a.yaml': '{{ $.Files.Get .Values.doc }}' }
    const library = {
      'apps/web/Chart.yaml': 'dependencies:\n- {name: a, repository: file://../../libs/a}\n',
      'libs/a/Chart.yaml': 'name: a\n',
    }
    const good = {
      ...anything,
      'apps/web/stage.md': 'a: 1\n',
      'apps/web/old.ini': '1',
      'apps/web/old.md': '1',
      'apps/web/prod.md': 'a: 1\n',
    }
    const bad = {
      ...library,
      'apps/web/.argocd-source.yaml': 'helm: {valueFiles: [stage.md]}\n',
      'apps/web/old.ini': null,
      'apps/web/old.md': null,
      'apps/web/new.ini': '1',
      'apps/web/new.md': '1',
    }
    const firm = [...overrides, 'apps/web/.helmignore', ...chart, 'apps/web/prod.md', 'apps/web/stage.md'].toSorted()
    expect(await restored(good, bad, anApplication([{ valueFiles: ['prod.md'] }]))).toEqual({
      restored: [...firm, 'apps/web/old.ini'].toSorted(),
      firm,
      candidates: inWeb('new.ini', 'old.ini'),
      unknown: [],
      perhaps: inWeb('new.ini', 'new.md', 'old.ini', 'old.md'),
      isPlain: false,
    })
  })

  it('is what files name at N, and not what they began to name with N+1', async () => {
    const kustomization = (...resources: readonly string[]): Record<string, string> => ({
      'apps/web/kustomization.yaml': `resources: [${resources.join(', ')}]\n`,
    })
    const [one, two] = ['https://x.example/one', 'https://x.example/two']
    const all = [...overrides, ...tools, 'apps/web/a.yaml'].toSorted()
    const unknown = [`the remote base ${one}`, `the remote base ${two}`]
    const both = await restored(kustomization('a.yaml', one), kustomization('b.yaml', one, two))
    expect(both).toEqual({ ...plain, restored: all, firm: all, unknown, isPlain: false })
  })

  it.each([
    [{ 'gone/a': null, 'new/a': '1' }, ['the path /never of manifest-generate-paths, which names nothing in the repository']],
    [
      { 'apps/web/kustomization.yaml': 'resources: [b.yaml]\n' },
      ['new', 'never'].map((name) => `the path /${name} of manifest-generate-paths, which names nothing in the repository`),
    ],
  ])('is named by an entry of manifest-generate-paths, which has to stand for something at N or N+1: %j', async (change, unknown) => {
    const application = anApplication([{}], { manifestGeneratePaths: '.;/gone;/new;/never' })
    const good = { 'apps/web/kustomization.yaml': 'resources: ["https://x.example/one"]\n', 'gone/a': '1' }
    expect(await restored(good, change, application)).toMatchObject({ unknown })
  })

  it('is plain manifests where it is at N and at N+1', async () => {
    const [folder, kustomized] = [{ 'apps/web/a.yaml': 'a: 1' }, { 'apps/web/kustomization.yaml': 'resources: [a.yaml]\n' }]
    const files = ['glob apps/web/*.json', 'glob apps/web/*.jsonnet', 'glob apps/web/*.yaml', 'glob apps/web/*.yml']
    const all = [...files, ...[...overrides, 'apps/web/Chart.yaml', ...tools].toSorted()]
    expect(await restored(folder, { 'apps/web/a.yaml': 'a: 2' })).toEqual({ ...plain, restored: all, firm: all, isPlain: true })
    expect(await restored(folder, kustomized)).toMatchObject({ isPlain: false })
    expect(await restored({ ...folder, ...kustomized }, { 'apps/web/kustomization.yaml': null })).toMatchObject({ isPlain: false })
  })
})
