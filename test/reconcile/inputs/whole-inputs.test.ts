import { expect, it } from 'vitest'
import type { ApplicationSpec } from '../../../src/domain/application/snapshots.ts'
import { REPO, type ApplicationOptions } from '../../simulation/application.ts'
import { chartAt, readOf, SUBMODULE, type Told } from './a-repository.ts'
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
    'what a pattern finds behind links, as far as they lead to files',
    {
      'env/a.yaml': link('../real/a.yaml'),
      'env/b.txt': link('../real/b.txt'),
      'env/eu': link('../real'),
      'real/a.yaml': 'x: 1\n',
      'real/b.txt': 'x',
    },
    helm('/env/**/*.yaml'),
    {
      own: [...OVERRIDES, 'glob env/**/*.yaml', 'real/a.yaml', ...CHART_AND],
      named: ['env/a.yaml', 'env/b.txt', 'env/eu'],
      unknown: ['the value files env/**/*.yaml behind the link env/eu'],
    },
  ],
  [
    'no submodule for a pattern of one folder; for one of all below, it is not known',
    { 'env/sub': SUBMODULE, 'env/a.yaml': 'x: 1\n' },
    helm('/env/*.yaml', '/env/**/*.yaml'),
    { own: [...OVERRIDES, 'glob env/**/*.yaml', 'glob env/*.yaml', ...CHART_AND], unknown: ['the submodule env/sub'] },
  ],
]

const GENERATED = 'argocd.argoproj.io/manifest-generate-paths'
const PLUGIN = `what the plugin reads that renders ${AT}`
const PLUGIN_FILES: Files = { 'apps/web/a.yaml': 'x', 'shared/b.yaml': 'x' }
const REST: readonly Case[] = [
  [
    'what manifest-generate-paths names, where it is right',
    PLUGIN_FILES,
    one({ plugin: {} }, { [GENERATED]: '.;/shared;/gone' }),
    {
      own: [...OVERRIDES, AT, AT, AT, 'shared', 'shared', 'gone'],
      unmatched: ['the path /gone of manifest-generate-paths, which names nothing in the repository'],
    },
  ],
  [
    'no more than is known, where it is wrong',
    PLUGIN_FILES,
    one({ plugin: {} }, { [GENERATED]: '/shared;../../../..' }),
    {
      own: [...OVERRIDES, AT],
      unknown: [
        'the path ../../../.. of manifest-generate-paths, which leaves the repository',
        `manifest-generate-paths, which does not cover ${AT}`,
        PLUGIN,
      ],
    },
  ],
  ['nothing that it names, where all is known', PLUGIN_FILES, one({}, { [GENERATED]: '.;/shared' }), { own: PLAIN, isPlain: true }],
  [
    'no value file by a scheme, which is not known',
    {},
    helm('secrets://env/prod.yaml'),
    { own: [...OVERRIDES, ...CHART_AND], unknown: ['the value file secrets://env/prod.yaml'] },
  ],
]

it.each([...TOOLS, ...SOURCES, ...VALUES, ...REST])(
  'of an Application, there is read: %s',
  async (...[, files, options, expected, more]) => {
    expect(await readOf(files, options, more)).toEqual({ isPlain: false, ...expected })
  },
)

it('what Argo CD says of a dry source’s tool is not believed', async () => {
  const hydrator = { repoURL: REPO, branch: 'main', path: AT } as unknown as ApplicationSpec['hydrator']
  expect(await readOf({ 'apps/web/a.yaml': 'x' }, one(), { sourceTypes: ['Plugin'], hydrator })).toMatchObject({ isPlain: true })
})
