import { describe, expect, it } from 'vitest'
import { normaliseRepoURL } from '../../../src/domain/application/repo-url.ts'
import type { ApplicationSpec } from '../../../src/domain/application/snapshots.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { allOf, mergeInputs, readInputs } from '../../../src/reconcile/inputs/read-inputs.ts'
import { REPO, type ApplicationOptions } from '../../simulation/application.ts'
import { anApplication, aRepository, chartAt, many, readOf, SUBMODULE, type Told } from './a-repository.ts'
import { CHART, link, one, type Files } from './inputs-of.ts'

const AT = 'apps/web'
const OVERRIDES = overridesAt(AT)
const MARKS = at(AT, 'kustomization.yaml', 'kustomization.yml', 'Kustomization', 'Chart.yaml')
const ENDINGS = ['yaml', 'yml', 'json', 'jsonnet'].map((ending) => `glob ${AT}/*.${ending}`)
const PLAIN = [...OVERRIDES, ...MARKS, ...ENDINGS]
const KUSTOMIZATION = [...OVERRIDES, ...MARKS.slice(0, 3)]

function at(folder: string, ...names: readonly string[]): readonly string[] {
  return names.map((name) => `${folder}/${name}`)
}

function overridesAt(folder: string): readonly string[] {
  return at(folder, '.argocd-source.yaml', '.argocd-source-shop.yaml', '.argocd-source-argocd_shop.yaml')
}

type Case = [string, Files, ApplicationOptions, Told & { isPlain?: boolean }, Partial<ApplicationSpec>?]

const TOOLS: readonly Case[] = [
  ['a plain folder', { 'apps/web/a.yaml': 'x' }, one(), { own: PLAIN, isPlain: true }],
  ['a folder that is not there', {}, one(), { own: PLAIN, isPlain: true }],
  [
    'a folder in which only folders are called as a tool’s files',
    { 'apps/web/kustomization.yaml/x': 'x', 'apps/web/a.yaml': 'x' },
    one(),
    { own: PLAIN, isPlain: true },
  ],
  ['a chart', { 'apps/web/Chart.yaml': CHART }, one(), { own: [...OVERRIDES, ...chartAt(AT)] }],
  ['a chart by the end of a name', { 'apps/web/old-Chart.yaml': CHART }, one(), { own: [...OVERRIDES, ...chartAt(AT)] }],
  ['a chart that is not there', {}, one({ helm: {} }), { own: [...OVERRIDES, ...chartAt(AT)] }],
  [
    'a kustomization',
    { 'apps/web/kustomization.yaml': 'resources: [a.yaml]\n' },
    one(),
    { own: KUSTOMIZATION, named: at(AT, 'kustomization.yaml', 'a.yaml') },
  ],
  [
    'a kustomization with parts that only the Application names',
    { 'apps/web/kustomization.yaml': '{}', 'parts/kustomization.yaml': '{}', 'apps/sub': SUBMODULE },
    one({ kustomize: { components: ['../../parts', '../gone', '../sub', '../../../x'] } }),
    {
      own: [...KUSTOMIZATION, 'apps/gone'],
      named: at(AT, 'kustomization.yaml').concat('parts/kustomization.yaml'),
      unknown: ['the submodule apps/sub', 'the path ../../../x of apps/web'],
    },
  ],
  [
    'a kustomization, and no libraries of Jsonnet',
    { 'apps/web/kustomization.yaml': '{}', 'apps/web/.argocd-source.yaml': 'kustomize: {}\ndirectory: {jsonnet: {libs: [vendor]}}\n' },
    one(),
    { own: [...OVERRIDES, ...KUSTOMIZATION.slice(3)], named: at(AT, 'kustomization.yaml') },
  ],
  [
    'a plugin',
    { 'apps/web/a.yaml': 'x' },
    one({ plugin: {} }),
    { own: [...OVERRIDES, AT], unknown: [`what the plugin reads that renders ${AT}`] },
  ],
  [
    'a plugin that Argo CD has found',
    { 'apps/web/a.yaml': 'x' },
    one(),
    { own: [...OVERRIDES, AT], unknown: [`what the plugin reads that renders ${AT}`] },
    { sourceTypes: ['Plugin'] },
  ],
  [
    'a folder that is a link, and so holds nothing',
    { [AT]: link('../real'), 'real/a.yaml': 'x' },
    one(),
    { own: overridesAt('real'), named: [AT], isPlain: true },
  ],
  [
    'a chart that is named as one, behind a link',
    { [AT]: link('../real'), 'real/Chart.yaml': CHART },
    one({ helm: {} }),
    { own: [...overridesAt('real'), ...chartAt('real')], named: [AT] },
  ],
  ['a file', { [AT]: 'x' }, one(), { own: [...OVERRIDES, AT] }],
  ['a submodule', { apps: SUBMODULE }, one(), { own: [AT], unknown: ['the submodule apps'] }],
  ['a folder outside of the repository', {}, one({ path: '../web' }), { unknown: ['the path ../web'] }],
]

const OTHER = { repoURL: 'https://git.example/shop/other.git', targetRevision: 'main', path: 'apps/other' }
const HERE = { repoURL: REPO, targetRevision: 'main', path: AT }
const SOURCES: readonly Case[] = [
  ['none of another repository', { 'apps/web/a.yaml': 'x' }, { sources: [HERE, OTHER], multi: true }, { own: PLAIN, isPlain: true }],
  [
    'a plain folder beside a chart, which is not all plain',
    { 'apps/chart/Chart.yaml': CHART },
    { sources: [HERE, { ...HERE, path: 'apps/chart' }], multi: true },
    { own: [...OVERRIDES, ...overridesAt('apps/chart'), ...PLAIN.slice(3), ...chartAt('apps/chart')] },
  ],
  [
    'values of a chart of a registry',
    { 'env/prod.yaml': 'x: 1\n' },
    {
      sources: [
        { repoURL: 'https://charts.example', chart: 'web', targetRevision: '1.2.3', helm: { valueFiles: ['$values/env/prod.yaml'] } },
        { repoURL: REPO, targetRevision: 'main', ref: 'values' },
      ],
      multi: true,
    },
    { own: ['env/prod.yaml'] },
  ],
]

const helm = (...valueFiles: readonly string[]): ApplicationOptions => one({ helm: { valueFiles } })
const CHART_AND: readonly string[] = [...chartAt(AT)]
const VALUES: readonly Case[] = [
  [
    'what a link leads to',
    { 'apps/web/v.yaml': link('../../env/v.yaml'), 'env/v.yaml': 'x: 1\n' },
    helm('v.yaml'),
    { own: [...OVERRIDES, 'apps/web/v.yaml', 'env/v.yaml', ...CHART_AND], named: ['apps/web/v.yaml'] },
  ],
  [
    'nothing where it leads nowhere',
    { 'apps/web/v.yaml': link('gone.yaml') },
    helm('v.yaml'),
    { own: [...OVERRIDES, 'apps/web/v.yaml', ...CHART_AND], named: ['apps/web/v.yaml'] },
  ],
  [
    'what a pattern finds in the folder that a link leads to',
    { env: link('real'), 'real/a.yaml': 'x: 1\n' },
    helm('/env/*.yaml'),
    { own: [...OVERRIDES, 'glob env/*.yaml', 'glob real/*.yaml', ...CHART_AND], named: ['env'] },
  ],
  [
    'nothing of a pattern behind a link to nowhere',
    { env: link('gone') },
    helm('/env/*.yaml'),
    { own: [...OVERRIDES, 'glob env/*.yaml', ...CHART_AND], named: ['env'] },
  ],
  [
    'no submodule for a pattern of one folder; for one of all below, it is not known',
    { 'env/sub': SUBMODULE, 'env/a.yaml': 'x: 1\n' },
    helm('/env/*.yaml', '/env/**/*.yaml'),
    { own: [...OVERRIDES, 'glob env/**/*.yaml', 'glob env/*.yaml', ...CHART_AND], unknown: ['the submodule env/sub'] },
  ],
]

it.each([...TOOLS, ...SOURCES, ...VALUES])('of an Application, there is read: %s', async (...[, files, options, expected, more]) => {
  expect(await readOf(files, options, more)).toEqual({ isPlain: false, ...expected })
})

it('what Argo CD says of a dry source’s tool is not believed', async () => {
  const hydrator = { repoURL: REPO, branch: 'main', path: AT } as unknown as ApplicationSpec['hydrator']
  expect(await readOf({ 'apps/web/a.yaml': 'x' }, one(), { sourceTypes: ['Plugin'], hydrator })).toMatchObject({ isPlain: true })
})

describe('within bounds:', () => {
  it('of 500 components and libraries, all are looked for; of more, the first, and that is said', async () => {
    const withFolders = (options: ApplicationOptions, folders: readonly string[]): Partial<ApplicationSpec> => ({
      sources: anApplication(options).sources.map((source) => ({ ...source, folders })),
    })
    const parts = withFolders(
      one({ kustomize: {} }),
      many(501, (index) => `c${index}`),
    )
    const { own = [], unknown } = await readOf({ 'apps/web/kustomization.yaml': '{}' }, one(), parts)
    expect([own.includes('apps/web/c499'), own.includes('apps/web/c500')]).toEqual([true, false])
    expect(unknown).toEqual(['more than 500 files and folders that the Application names'])
    const libraries = withFolders(
      one({ directory: {} }),
      many(501, (index) => `/l${index}`),
    )
    const { named = [] } = await readOf({ 'apps/web/a.jsonnet': `import 'x'` }, one(), libraries)
    expect([named.includes('l499/x'), named.includes('l500/x')]).toEqual([true, false])
  })

  it('a library outside of the repository is none', async () => {
    const options = one({ directory: { jsonnet: { libs: ['../vendor', 'lib'] } } })
    const { named } = await readOf({ 'apps/web/a.jsonnet': `import 'x'` }, options)
    expect(named).toEqual(['apps/web/x', 'lib/x'])
  })

  it('a kustomization is found however much lies beside it: Git is not asked for that', async () => {
    const { repository, revision } = aRepository({ 'apps/web/kustomization.yaml': '{}', 'apps/web/a.yaml': 'x' })
    const listing: GitRepository = {
      ...repository,
      async listFiles(_, folder) {
        throw new Error(`listed: ${folder}`)
      },
    }
    const asked = { repository: listing, name: normaliseRepoURL(REPO), application: anApplication(one()) }
    expect((await readInputs(asked, revision)).unknown).toEqual([])
  })

  it('files in a thousand folders are no folders to be looked into for a pattern', async () => {
    const files = Object.fromEntries(many(1_001, (index) => `env/${index}/a.yaml`).map((path) => [path, 'x: 1\n']))
    expect((await readOf(files, helm('/env/**/*.yaml'))).unknown).toBeUndefined()
  })

  it('a pattern in a folder that cannot be looked into any more is not known', async () => {
    const deep = many(11, (index) => `/z${index}/${'d/'.repeat(97)}v.yaml`)
    const { unknown } = await readOf({ 'aa/v.yaml': 'x: 1\n' }, helm('/aa', '/aa/*.yaml', ...deep))
    expect(unknown).toEqual(['more than 1000 folders that would have to be looked into'])
  })
})

it('all that is read is sorted, and without repeats', () => {
  const input = (path: string, glob = false) => ({ path, glob })
  const [a, b, c] = [input('a'), input('b'), input('c*', true)]
  expect(mergeInputs([c, a, b], [b, a, input('c*')]).map(({ path }) => path)).toEqual(['a', 'b', 'c*', 'c*'])
  expect(allOf({ own: [c], named: [b, a], candidates: [input('d'), b] })).toEqual([a, b, c, input('d')])
  expect(allOf({ own: [b], named: [a] })).toEqual([a, b])
})
