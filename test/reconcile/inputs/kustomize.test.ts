import { expect, it } from 'vitest'
import { readKustomization } from '../../../src/reconcile/inputs/kustomize.ts'
import { aLook, chartAt, many, SUBMODULE, type Told } from './a-repository.ts'
import { CHART, link, type Files } from './inputs-of.ts'

const OWN = 'apps/web/kustomization.yaml'
const PINNED = `https://github.com/acme/base?ref=${'a'.repeat(40)}`
const CYCLE = { [OWN]: 'resources: [../a]\n', 'apps/a/kustomization.yaml': 'resources: [../web, a.yaml]\n', 'apps/a/a.yaml': 'x: 1\n' }

const BY_HTTP = `https://files.example/base?ref=${'a'.repeat(40)}`

/** What the kustomization of `apps/web` says, or all files, and what is found beside the kustomization itself. */
type Case = [string, string | Files, Told]

const NAMED: readonly Case[] = [
  [
    'the files of all its fields',
    `patches: [{path: p1}]
patchesJson6902: [{path: p2}]
replacements: [{path: p3}]
configMapGenerator: [{files: [k=c1], envs: [c2], env: c3}]
secretGenerator: [{files: [s1]}]
openapi: {path: o1}
`,
    { named: ['p1', 'p2', 'p3', 'c1', 'c2', 'c3', 's1', 'o1'].map((name) => `apps/web/${name}`) },
  ],
  ['a base at a full commit cannot move', `resources: ["ssh://git@git.example/acme/base?ref=${'a'.repeat(40)}"]\n`, {}],
  ['what comes by HTTP can', `resources: ["${BY_HTTP}"]\n`, { unknown: [`the remote base ${BY_HTTP}`] }],
  ['two that name each other are read once', CYCLE, { named: ['apps/a/kustomization.yaml', 'apps/a/a.yaml'] }],
  [
    'what a link leads to is one',
    { [OWN]: link('../../k.yaml'), 'k.yaml': 'resources: [a.yaml]\n' },
    { named: ['k.yaml', 'apps/web/a.yaml'] },
  ],
  ['one that is no file names nothing', { [OWN]: link('../../k'), 'k/x': 'x' }, { named: ['k'] }],
  ['a patch that stands in it is no file', 'patchesStrategicMerge: ["a: 1\\nb: 2\\n"]\n', {}],
  ['a file that is not there would be read', 'resources: [gone.yaml]\n', { named: ['apps/web/gone.yaml'] }],
  [
    'what lies in a submodule is not known',
    { [OWN]: 'resources: [sub/a.yaml]\n', 'apps/web/sub': SUBMODULE },
    { unknown: ['the submodule apps/web/sub'] },
  ],
  ['what leaves the repository is not known', 'resources: [../../../x.yaml]\n', { unknown: ['the path ../../../x.yaml of apps/web'] }],
  ['what begins at the root is not known', 'resources: [/x.yaml]\n', { unknown: ['the path /x.yaml of apps/web'] }],
  ['a folder without one is not known', { [OWN]: 'resources: [../a]\n', 'apps/a/x': 'x' }, { unknown: [noneIn('apps/a')] }],
]

const PLUGINS: readonly Case[] = [
  [
    'a generator that stands in it',
    'generators: ["apiVersion: builtin\\nkind: ConfigMapGenerator\\nfiles: [a=c.ini]\\n"]\n',
    { named: ['apps/web/c.ini'] },
  ],
  [
    'a plugin that stands in it',
    'generators: ["{apiVersion: example/v1, kind: Magic}"]\n',
    { unknown: ['the plugin Magic of a generator or transformer in apps/web'] },
  ],
  ['generators of a commit', `generators: ["${PINNED}"]\n`, { unknown: [`the generators and transformers of ${PINNED}`] }],
  [
    'generators of a branch',
    'generators: ["https://github.com/acme/base"]\n',
    { unknown: ['the remote base https://github.com/acme/base'] },
  ],
  [
    'transformers that name themselves, with all that may stand beside',
    {
      [OWN]: 'transformers: [t]\n',
      'apps/web/t/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {}\nresources: [., t.yaml]\n',
      'apps/web/t/t.yaml': 'apiVersion: builtin\nkind: ReplacementTransformer\nreplacements: [{path: r.yaml}]\n',
      'apps/web/r.yaml': '[]\n',
    },
    { named: ['apps/web/t/kustomization.yaml', 'apps/web/t/t.yaml', 'apps/web/r.yaml'] },
  ],
  [
    'what else stands in a kustomization of transformers',
    {
      [OWN]: 'transformers: [t]\n',
      'apps/web/t/kustomization.yaml': 'namePrefix: a-\nresources: [t.yaml]\n',
      'apps/web/t/t.yaml': 'apiVersion: builtin\nkind: PatchTransformer\npath: p.yaml\n',
    },
    {
      named: ['apps/web/t/kustomization.yaml', 'apps/web/t/t.yaml', 'apps/web/p.yaml'],
      unknown: ['the namePrefix of apps/web/t/kustomization.yaml, a kustomization of generators or transformers'],
    },
  ],
  [
    'transformers in a folder without a kustomization',
    { [OWN]: 'transformers: [t]\n', 'apps/web/t/t.yaml': 'x: 1\n' },
    { unknown: [noneIn('apps/web/t')] },
  ],
  [
    'transformers of a kustomization that is no YAML',
    { [OWN]: 'transformers: [t]\n', 'apps/web/t/kustomization.yaml': 'resources: [\n' },
    { named: ['apps/web/t/kustomization.yaml'], unknown: ['apps/web/t/kustomization.yaml, which cannot be read as YAML'] },
  ],
  [
    'transformers of a kustomization that is too large',
    { [OWN]: 'transformers: [t]\n', 'apps/web/t/kustomization.yaml': '#'.repeat(300_000) },
    { named: ['apps/web/t/kustomization.yaml'], unknown: ['apps/web/t/kustomization.yaml, which is too large or no file'] },
  ],
  [
    'a generator that is no YAML',
    { [OWN]: 'generators: [g.yaml]\n', 'apps/web/g.yaml': 'a: [\n' },
    { named: ['apps/web/g.yaml'], unknown: ['apps/web/g.yaml, which cannot be read as YAML'] },
  ],
  ['one of no kind', { [OWN]: 'generators: [g.yaml]\n', 'apps/web/g.yaml': 'files: [x]\n' }, { named: ['apps/web/g.yaml'] }],
  [
    'a plugin of KSOPS’ makers that is not KSOPS',
    { [OWN]: 'generators: [g.yaml]\n', 'apps/web/g.yaml': 'apiVersion: viaduct.ai/v1\nkind: other\nfiles: [x]\n' },
    { named: ['apps/web/g.yaml'], unknown: ['the plugin other of apps/web/g.yaml'] },
  ],
  [
    'a plugin called as KSOPS is',
    { [OWN]: 'generators: [g.yaml]\n', 'apps/web/g.yaml': 'apiVersion: example/v1\nkind: ksops\nfiles: [x]\n' },
    { named: ['apps/web/g.yaml'], unknown: ['the plugin ksops of apps/web/g.yaml'] },
  ],
  [
    'the secrets that KSOPS decrypts',
    {
      [OWN]: 'generators: [g.yaml]\n',
      'apps/web/g.yaml':
        'apiVersion: viaduct.ai/v1\nkind: ksops\nfiles: [a.yaml]\nsecretFrom: [{files: [b=b.yaml], binaryFiles: [c=c.bin]}]\n',
    },
    { named: ['apps/web/g.yaml', 'apps/web/a.yaml', 'apps/web/b.yaml', 'apps/web/c.bin'] },
  ],
  [
    'a chart that a generator inflates',
    {
      [OWN]: 'generators: [g.yaml]\n',
      'apps/web/g.yaml': 'apiVersion: builtin\nkind: HelmChartInflationGenerator\nname: web\nchartHome: ../../charts\nvaluesFile: v.yaml\n',
      'charts/web/Chart.yaml': CHART,
    },
    { named: ['apps/web/g.yaml', 'apps/web/v.yaml', ...chartAt('charts/web')] },
  ],
]

const CHARTS: readonly Case[] = [
  [
    'a chart that is not there and no registry has',
    'helmCharts: [{name: web}]\nhelmGlobals: {chartHome: ../../../charts}\n',
    { unknown: ['the chart web of apps/web'] },
  ],
  [
    'a chart of a registry at a range',
    'helmCharts: [{name: web, repo: "https://charts.example", version: 1.x}]\n',
    { unknown: ['the chart web of apps/web, at no exact version'] },
  ],
  ['a chart of a registry at a version', 'helmCharts: [{name: web, repo: "https://charts.example", version: 1.2.3}]\n', {}],
  [
    'a chart that is there, whatever a registry has',
    { [OWN]: 'helmCharts: [{name: web, repo: "https://charts.example"}]\n', 'apps/web/charts/web/Chart.yaml': CHART },
    { named: chartAt('apps/web/charts/web') },
  ],
  [
    'a chart of a registry that lies below its version',
    {
      [OWN]: 'helmCharts: [{name: web, repo: "https://charts.example", version: 1.2.3}]\n',
      'apps/web/charts/web-1.2.3/web/Chart.yaml': CHART,
    },
    { named: chartAt('apps/web/charts/web-1.2.3/web') },
  ],
  [
    'a chart in the older words',
    'helmChartInflationGenerator: [{chartName: web, values: v.yaml}]\n',
    { named: ['apps/web/v.yaml'], unknown: ['the chart web of apps/web, at no exact version'] },
  ],
]

it.each([...NAMED, ...PLUGINS, ...CHARTS])(
  'of a kustomization, nothing is read or unknown but what it says: %s',
  async (_, text, expected) => {
    const { look, told } = aLook(typeof text === 'string' ? { [OWN]: text } : text)
    await readKustomization(look, 'apps/web')
    expect(told()).toEqual({ ...expected, named: [OWN, ...(expected.named ?? [])] })
  },
)

it('a kustomization has up to 199 bases and components; of more, it is said that they are not known', async () => {
  const unknownOf = async (count: number) => {
    const names = many(count, (index) => `b${index}`)
    const bases = names.map((name) => [`apps/web/${name}/kustomization.yaml`, 'namePrefix: a-\n'])
    const { look, told } = aLook({ [OWN]: `resources: [${names.join(', ')}]\n`, ...Object.fromEntries(bases) })
    await readKustomization(look, 'apps/web')
    return told().unknown
  }
  expect(await unknownOf(199)).toBeUndefined()
  expect(await unknownOf(200)).toEqual(['more than 200 bases and components'])
})

function noneIn(folder: string): string {
  return `the folder ${folder}, which holds no kustomization`
}
