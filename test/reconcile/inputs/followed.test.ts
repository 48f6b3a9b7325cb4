import { expect, it } from 'vitest'
import type { ApplicationOptions } from '../../simulation/application.ts'
import { inputsOf, layout, link, one, type Files } from './inputs-of.ts'

const PATCHES = 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\n'

/** In the files, `!` stands before what is not read. */
it.each<[string, Files]>([
  [
    'a chart of a registry at a version that lies where Kustomize keeps it',
    {
      'apps/web/kustomization.yaml': 'helmCharts: [{name: web, repo: "https://charts.example", version: 1.2.3}]\n',
      'apps/web/charts/web-1.2.3/web/Chart.yaml': 'name: web\n',
      'apps/web/charts/web-1.2.3/web/templates/a.yaml': 'x: 1\n',
      '!apps/web/charts/web-1.2.4/web/templates/a.yaml': 'x: 1\n',
    },
  ],
  [
    'what transformers name that lie below their kustomization, and in a base of it',
    {
      'apps/web/kustomization.yaml': 'transformers: [t]\n',
      'apps/web/t/kustomization.yaml': 'resources: [sub/p.yaml, base]\n',
      'apps/web/t/sub/p.yaml': `${PATCHES}path: p.yaml\n`,
      'apps/web/t/base/kustomization.yaml': 'resources: [q.yaml]\n',
      'apps/web/t/base/q.yaml': `${PATCHES}path: q.yaml\n`,
      'apps/web/p.yaml': 'x: 1\n',
      'apps/web/q.yaml': 'x: 1\n',
      '!apps/web/r.yaml': 'x: 1\n',
    },
  ],
  [
    'what a kustomization names by fields in another case, and by merges,',
    {
      'apps/web/kustomization.yaml':
        'Resources: [../base]\npatches: [{Path: p.yaml}]\nTransformers: [t.yaml]\n' +
        'configmapGenerator: [&m {name: m, Files: [k=f.txt]}, {<<: *m, name: o}]\n' +
        'HelmCharts: [{Name: c, ValuesFile: v.yaml}]\nOpenAPI: {Path: o.json}\n',
      'apps/base/kustomization.yaml': 'RESOURCES: [b.yaml]\n',
      'apps/base/b.yaml': 'x: 1\n',
      '!apps/base/c.yaml': 'x: 1\n',
      'apps/web/p.yaml': 'x: 1\n',
      'apps/web/t.yaml': 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\nPath: q.yaml\n',
      'apps/web/q.yaml': 'x: 1\n',
      'apps/web/f.txt': 'x',
      'apps/web/v.yaml': 'x: 1\n',
      'apps/web/o.json': '{}',
      'apps/web/charts/c/Chart.yaml': 'name: c\n',
      '!apps/web/r.yaml': 'x: 1\n',
    },
  ],
  [
    'what Jsonnet imports from where its link lies',
    {
      'apps/web/a.jsonnet': link('../../shared/a.jsonnet'),
      'shared/a.jsonnet': 'import "x.libsonnet"',
      'apps/web/x.libsonnet': 'import "y.libsonnet"',
      'apps/web/y.libsonnet': '{}',
      '!shared/x.libsonnet': '{}',
    },
  ],
  [
    'what Jsonnet imports from above, by the folder’s name before links,',
    {
      apps: link('deep/real'),
      'deep/real/web/a.jsonnet': 'import "../../x.libsonnet"',
      'x.libsonnet': '{}',
      '!deep/x.libsonnet': '{}',
    },
  ],
])('%s is read', async (_, files) => {
  const { files: all, expected } = layout(files)
  expect(await inputsOf(all, one())).toEqual({ read: expected, unknown: [] })
})

const COMMIT = 'a'.repeat(40)

it.each<[string, Files]>([
  [
    `the generators and transformers of github.com/acme/t?ref=${COMMIT}`,
    { 'apps/web/kustomization.yaml': `transformers: ["github.com/acme/t?ref=${COMMIT}"]\n` },
  ],
  [
    'the patches of apps/web/t/kustomization.yaml, a kustomization of generators or transformers',
    { 'apps/web/kustomization.yaml': 'transformers: [t]\n', 'apps/web/t/kustomization.yaml': 'patches: [{patch: "x"}]\n' },
  ],
])('what cannot be followed is not known, by name: %s', async (expected, files) => {
  expect((await inputsOf(files, one())).unknown).toEqual([expected])
})

const IMPORTS = { code: true, name: 'v', value: 'import "v.libsonnet"' }

it.each<[string, Files, ApplicationOptions]>([
  ['a variable', { 'apps/web/a.jsonnet': '{}' }, one({ directory: { jsonnet: { extVars: [IMPORTS] } } })],
  ['an argument', { 'apps/web/a.jsonnet': '{}' }, one({ directory: { jsonnet: { tlas: [IMPORTS] } } })],
  [
    'a variable in .argocd-source',
    { 'apps/web/a.jsonnet': '{}', 'apps/web/.argocd-source.yaml': `directory: {jsonnet: {tlas: [${JSON.stringify(IMPORTS)}]}}\n` },
    one(),
  ],
])('what code imports that is the value of %s is not known', async (_, files, options) => {
  expect((await inputsOf(files, options)).unknown).toEqual(['what the Application’s own Jsonnet variables import'])
})

it('a value that is no code, or imports nothing, is no matter', async () => {
  const extVars = [
    { ...IMPORTS, code: false },
    { ...IMPORTS, value: '1' },
  ]
  const found = await inputsOf({ 'apps/web/a.jsonnet': '{}' }, one({ directory: { jsonnet: { extVars } } }))
  expect(found.unknown).toEqual([])
})

it.each<[string, Files, string]>([
  [
    'files',
    {
      'apps/web/Chart.yaml': 'name: web\n',
      'apps/web/values/a.yaml': link('../../../envs/a.yaml'),
      'envs/a.yaml': 'x: 1\n',
      '!envs/b.yaml': 'x: 1\n',
      '!apps/web/values/c.txt': link('../../../envs/b.yaml'),
    },
    'values/*.yaml',
  ],
  [
    'its own folder',
    { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/values': link('../../envs'), 'envs/a.yaml': 'x: 1\n', '!envs/b.txt': 'x' },
    'values/*.yaml',
  ],
])('a glob of value files is followed through links that are %s', async (_, files, glob) => {
  const { files: all, expected } = layout(files)
  expect(await inputsOf(all, one({ helm: { valueFiles: [glob] } }))).toEqual({ read: expected, unknown: [] })
})

it('a glob of value files over folders, one of which is a link, is not known', async () => {
  const files = { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/values/eu': link('../../../envs'), 'envs/a.yaml': 'x: 1\n' }
  const { unknown } = await inputsOf(files, one({ helm: { valueFiles: ['values/**/*.yaml'] } }))
  expect(unknown).toEqual(['the value files apps/web/values/**/*.yaml behind the link apps/web/values/eu'])
})

it.each([
  'https://bot:hunter2hunter2@git.example/acme/base',
  'git::https://hunter2hunter2@git.example/acme/base?ref=v1',
  `https://bot:hunter2hunter2${'x'.repeat(300)}@git.example/acme/base`,
])('what is not known holds nobody’s credentials: %s', async (base) => {
  const { unknown } = await inputsOf({ 'apps/web/kustomization.yaml': `resources: ["${base}"]\ntransformers: ["${base}"]\n` }, one())
  expect(unknown.join()).toContain('git.example/acme/base')
  expect(unknown.join()).not.toContain('hunter2')
})

it('of a folder with an include, more files than Git can be asked for by name are all of the folder’s', async () => {
  const many = Array.from({ length: 2_500 }, (_, index) => `apps/web/a-manifest-of-some-length-${index}.yaml`)
  const files = Object.fromEntries([...many, 'apps/web/x.json', 'apps/web/below/x.yaml'].map((path) => [path, 'x: 1\n']))
  const read = [...many, 'apps/web/x.json']
  expect(await inputsOf(files, one({ directory: { include: '*.yaml' } }))).toEqual({ read, unknown: [] })
})
