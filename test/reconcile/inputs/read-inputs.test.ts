import { describe, expect, it } from 'vitest'
import type { ApplicationOptions } from '../../simulation/application.ts'
import { CHART, inputsOf, layout, link, one, type Files } from './inputs-of.ts'

/** In the files, `!` stands before what is not read. */
type Case = [string, ApplicationOptions, Files]

const HELM: readonly Case[] = [
  [
    'values of other environments, files for people and those of other Applications are not read',
    one({ helm: { valueFiles: ['values-prod.yaml'] } }),
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/values.yaml': 'a: 1\n',
      'apps/web/values-prod.yaml': 'a: 1\n',
      '!apps/web/values-staging.yaml': 'a: 1\n',
      '!apps/web/README.md': 'x\n',
      '!apps/web/config.ini': 'x\n',
      '!apps/web/.argocd-source-other.yaml': 'x: 1\n',
      'apps/web/.argocd-source-shop.yaml': 'helm: {parameters: []}\n',
      'apps/web/templates/rollout.yaml': 'kind: Rollout\n',
      'apps/web/crds/a.yaml': 'kind: CustomResourceDefinition\n',
      'apps/web/charts/lib/values.yaml': 'a: 1\n',
      '!other/x.yaml': 'x\n',
    },
  ],
  [
    'charts beside it that it depends on are read, without their value files and what they depend on in turn',
    one(),
    {
      'apps/web/Chart.yaml': 'dependencies:\n- {name: a, repository: file://../../libs/a}\n',
      'libs/a/requirements.yaml': 'dependencies:\n- {name: b, repository: file://../b/}\n',
      'libs/a/templates/x.yaml': 'x\n',
      '!libs/a/values-staging.yaml': 'x: 1\n',
      '!libs/b/values.yaml': 'x: 1\n',
      '!libs/c/values.yaml': 'x: 1\n',
    },
  ],
  [
    'files that a template names are read',
    one(),
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/templates/config.yaml':
        '{{ .Files.Get "a.ini" }}{{ (.Files.Glob "boards/*.json").AsConfig }}' +
        '{{ range $path, $_ := .Files.Glob "more/*" }}{{ $.Files.Get $path }}{{ end }}',
      'apps/web/a.ini': 'x\n',
      'apps/web/boards/a.json': '{}\n',
      '!apps/web/boards/a.txt': 'x\n',
      'apps/web/more/b': 'x\n',
      '!apps/web/b.ini': 'x\n',
    },
  ],
  [
    'the whole chart is read where a template names a file by what it works out',
    one(),
    { 'apps/web/Chart.yaml': CHART, 'apps/web/templates/a.yaml': '{{ .Files.Get .Values.file }}', 'apps/web/b.ini': 'x\n' },
  ],
  [
    'what its own .argocd-source names is read',
    one(),
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/.argocd-source-shop.yaml': 'helm: {valueFiles: [../../env/prod.yaml]}\n',
      'env/prod.yaml': 'x: 1\n',
      '!env/staging.yaml': 'x: 1\n',
    },
  ],
  [
    'a link to a value file is followed',
    one({ helm: { valueFiles: ['values-prod.yaml'] } }),
    {
      'apps/web/Chart.yaml': CHART,
      'apps/web/values-prod.yaml': link('../../env/prod.yaml'),
      'env/prod.yaml': 'x: 1\n',
      '!env/staging.yaml': 'x: 1\n',
    },
  ],
  [
    'a registry’s chart at a range is known by its lock',
    one(),
    {
      'apps/web/Chart.yaml': 'dependencies:\n- {name: a, repository: "https://charts.example", version: 1.x}\n',
      'apps/web/Chart.lock': 'dependencies: []\n',
    },
  ],
]

const KUSTOMIZE: readonly Case[] = [
  [
    'an overlay reads its base, and neither its siblings nor what lies below',
    one({ path: 'apps/web/prod' }),
    {
      'apps/web/prod/kustomization.yaml': 'resources: [../base, extra.yaml]\npatches: [{path: patch.yaml}]\n',
      'apps/web/prod/extra.yaml': 'x: 1\n',
      'apps/web/prod/patch.yaml': 'x: 1\n',
      '!apps/web/prod/unnamed.yaml': 'x: 1\n',
      '!apps/web/prod/eu/kustomization.yaml': 'resources: [..]\n',
      'apps/web/base/kustomization.yaml': 'resources: [rollout.yaml]\n',
      'apps/web/base/rollout.yaml': 'kind: Rollout\n',
      '!apps/web/base/README.md': 'x\n',
      '!apps/web/staging/kustomization.yaml': 'resources: [../base]\n',
    },
  ],
  [
    'a base that reads its own overlay’s neighbours reads only what it names',
    one(),
    {
      'apps/web/kustomization.yaml':
        'resources: [a.yaml]\nconfigMapGenerator: [{name: c, files: [key=c.ini, d.ini], envs: [e.env]}]\n' +
        'secretGenerator: [{name: s, env: s.env}]\nopenapi: {path: schema.json}\ncrds: [crd.json]\nconfigurations: [conf.yaml]\n' +
        'replacements: [{path: r.yaml}]\ncomponents: [../../parts/canary]\n',
      'apps/web/a.yaml': 'x: 1\n',
      'apps/web/c.ini': 'x\n',
      'apps/web/d.ini': 'x\n',
      'apps/web/e.env': 'x\n',
      'apps/web/s.env': 'x\n',
      'apps/web/schema.json': '{}\n',
      'apps/web/crd.json': '{}\n',
      'apps/web/conf.yaml': 'x: 1\n',
      'apps/web/r.yaml': '[]\n',
      'parts/canary/kustomization.yaml': 'kind: Component\nresources: [../more]\n',
      'parts/more/kustomization.yaml': 'resources: [x.yaml]\n',
      'parts/more/x.yaml': 'x: 1\n',
      '!parts/more/y.yaml': 'x: 1\n',
    },
  ],
  [
    'files of generators, transformers and validators name files, too',
    one(),
    {
      'apps/web/kustomization.yaml': 'generators: [g.yaml, ksops.yaml]\ntransformers: [t.yaml, more]\n',
      'apps/web/g.yaml': 'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: c}\nfiles: [a=c.ini]\n',
      'apps/web/c.ini': 'x\n',
      'apps/web/ksops.yaml': 'apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: s}\nfiles: [../../secrets/web.enc.yaml]\n',
      'secrets/web.enc.yaml': 'x: 1\n',
      'apps/web/t.yaml': 'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: p.yaml\n',
      'apps/web/p.yaml': 'x: 1\n',
      'apps/web/more/kustomization.yaml': 'resources: [u.yaml]\n',
      'apps/web/more/u.yaml': 'apiVersion: builtin\nkind: PatchStrategicMergeTransformer\nmetadata: {name: q}\npaths: [q.yaml]\n',
      'apps/web/q.yaml': 'x: 1\n',
      '!apps/web/z.yaml': 'x: 1\n',
    },
  ],
  [
    'components and patches that only the Application names are read',
    one({ kustomize: { components: ['../../parts/canary'], patches: [{ path: 'late.yaml' }] } }),
    {
      'apps/web/kustomization.yaml': 'resources: [a.yaml]\n',
      'apps/web/a.yaml': 'x: 1\n',
      'apps/web/late.yaml': 'x: 1\n',
      'parts/canary/kustomization.yaml': 'resources: [x.yaml]\n',
      'parts/canary/x.yaml': 'x: 1\n',
      '!parts/canary/y.yaml': 'x: 1\n',
    },
  ],
  [
    'charts in folders are read as charts',
    one(),
    {
      'apps/web/kustomization.yaml': 'helmGlobals: {chartHome: ../../charts}\nhelmCharts: [{name: web, valuesFile: v.yaml}]\n',
      'apps/web/v.yaml': 'x: 1\n',
      'charts/web/Chart.yaml': CHART,
      'charts/web/templates/rollout.yaml': 'x\n',
      '!charts/web/values-staging.yaml': 'x: 1\n',
    },
  ],
]

const PLAIN: readonly Case[] = [
  [
    'by endings, without what lies below',
    one(),
    {
      'apps/web/a.yaml': 'x: 1\n',
      'apps/web/b.json': '{}\n',
      '!apps/web/notes.txt': 'x\n',
      '!apps/web/README.md': 'x\n',
      '!apps/web/below/c.yaml': 'x: 1\n',
    },
  ],
  ['with recurse', one({ directory: { recurse: true } }), { 'apps/web/below/c.yaml': 'x: 1\n', '!apps/web/below/d.txt': 'x\n' }],
  [
    'by include and exclude',
    one({ directory: { recurse: true, include: '*.yaml', exclude: '{staging.yaml,below/*}' } }),
    { 'apps/web/prod.yaml': 'x: 1\n', '!apps/web/staging.yaml': 'x: 1\n', '!apps/web/below/c.yaml': 'x: 1\n', '!apps/web/d.json': '{}\n' },
  ],
  [
    'Jsonnet with its imports, to the end',
    one({ directory: { jsonnet: { libs: ['vendor'] } } }),
    {
      'apps/web/web.jsonnet': `local a = import 'a.libsonnet'; local b = import "b.libsonnet"; importstr '../../texts/x.txt'`,
      'apps/web/a.libsonnet': `import '../../libs/deep.libsonnet'`,
      'vendor/b.libsonnet': '{}',
      '!vendor/c.libsonnet': '{}',
      'libs/deep.libsonnet': '{}',
      '!libs/other.libsonnet': '{}',
      'texts/x.txt': 'x',
    },
  ],
  [
    'links are followed where they stay in the repository',
    one(),
    { 'apps/web/a.yaml': link('../../shared/a.yaml'), 'shared/a.yaml': 'x: 1\n', '!shared/b.yaml': 'x: 1\n' },
  ],
  ['below a folder that is a link', one(), { apps: link('real'), 'real/web/a.yaml': 'x: 1\n', '!real/cart/b.yaml': 'x: 1\n' }],
  ['in a folder that is a link itself, Argo CD finds nothing', one(), { 'apps/web': link('../real'), '!real/a.yaml': 'x: 1\n' }],
  ['at the root', one({ path: '.' }), { 'a.yaml': 'x: 1\n', '!b.txt': 'x\n', '!below/c.yaml': 'x: 1\n' }],
]

describe('what an Application reads', () => {
  it.each([...HELM, ...KUSTOMIZE, ...PLAIN])('%s', async (_, options, files) => {
    const { files: all, expected } = layout(files)
    expect(await inputsOf(all, options)).toEqual({ read: expected, unknown: [] })
  })

  it('manifest-generate-paths is a hint: it makes no file one that is read', async () => {
    const { files, expected } = layout({ 'apps/web/a.yaml': 'x: 1\n', '!shared/b.yaml': 'x: 1\n' })
    const options = one({}, { 'argocd.argoproj.io/manifest-generate-paths': '.;/shared' })
    expect(await inputsOf(files, options)).toEqual({ read: expected, unknown: [] })
  })
})
