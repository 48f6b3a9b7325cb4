import { below, chart, configMap, kustomization, template, type Files, type Layout } from '../layout.ts'
import { PATCH } from './web.ts'

const CHARTS = below('apps/web', {
  'charts/sub/Chart.yaml': chart('sub'),
  'charts/sub/values.yaml': 'a: 1\n',
  'charts/sub/values-prod.yaml': 'a: 2\n',
  'charts/sub/templates/s.yaml': template('.Values'),
  'charts/other/Chart.yaml': chart('other'),
  'charts/other/templates/s.yaml': configMap('other'),
})
const PREFIX = 'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: x-\nfieldSpecs: [{path: metadata/name}]\n'
const LABELS = `apiVersion: builtin
kind: LabelTransformer
metadata: {name: l}
labels: {a: b}
fieldSpecs: [{path: metadata/labels, create: true}]`
const ENABLE_HELM = '--enable-helm'

/** Kustomizations whose generators, transformers and validators have files of their own, and those that inflate charts. */
export const KUSTOMIZE_PLUGIN_LAYOUTS: readonly Layout[] = [
  {
    name: 'a generator of its own file',
    files: web('generators: [g.yaml]\n', {
      'g.yaml': builtin('ConfigMapGenerator', 'files: [a=c.ini, d.ini]\n'),
      'c.ini': 'c\n',
      'd.ini': 'd\n',
      'e.ini': 'e\n',
    }),
  },
  {
    name: 'a generator of environment files',
    files: web('generators: [g.yaml]\n', { 'g.yaml': builtin('SecretGenerator', 'envs: [c.env]\n'), 'c.env': 'C=1\n', 'd.env': 'D=1\n' }),
  },
  {
    name: 'a transformer with a patch',
    files: web('transformers: [t.yaml]\n', { 't.yaml': builtin('PatchTransformer', 'path: p.yaml\n'), 'p.yaml': PATCH, 'q.yaml': PATCH }),
  },
  {
    name: 'a transformer with patches',
    files: web('transformers: [t.yaml]\n', {
      't.yaml': builtin('PatchStrategicMergeTransformer', 'paths: [p.yaml]\n'),
      'p.yaml': PATCH,
      'q.yaml': PATCH,
    }),
  },
  {
    name: 'a transformer with a JSON patch',
    files: web('transformers: [t.yaml]\n', {
      't.yaml': builtin('PatchJson6902Transformer', 'target: {version: v1, kind: ConfigMap, name: a}\npath: p.json\n'),
      'p.json': '[{"op": "add", "path": "/data/x", "value": "y"}]\n',
      'q.json': '[]\n',
    }),
  },
  {
    name: 'a transformer of labels in place',
    files: web(`transformers:\n- |-\n${LABELS.replaceAll(/^/gm, '  ')}\n`, { 't.yaml': 'x: 1\n' }),
  },
  {
    name: 'a transformer with replacements by file',
    files: web('transformers: [t.yaml]\n', {
      't.yaml': builtin('ReplacementTransformer', 'replacements: [{path: r.yaml}]\n'),
      'r.yaml':
        'source: {kind: ConfigMap, name: a, fieldPath: metadata.name}\ntargets: [{select: {kind: ConfigMap}, fieldPaths: [data.name]}]\n',
      's.yaml': 'x: 1\n',
    }),
  },
  {
    name: 'a folder of transformers',
    files: web('transformers: [t]\n', {
      't/kustomization.yaml': kustomization(['p.yaml']),
      't/p.yaml': builtin('PatchTransformer', 'path: p.yaml\n'),
      't/x.yaml': 'x: 1\n',
      'p.yaml': PATCH,
    }),
  },
  {
    name: 'a transformer in a base',
    files: {
      'apps/web/kustomization.yaml': kustomization(['../base']),
      ...below('apps/base', {
        'kustomization.yaml': kustomization(['a.yaml'], 'transformers: [t.yaml]\n'),
        'a.yaml': configMap('a'),
        't.yaml': builtin('PatchTransformer', 'path: p.yaml\n'),
        'p.yaml': PATCH,
        'q.yaml': PATCH,
      }),
      'apps/web/p.yaml': PATCH,
    },
  },
  {
    name: 'several transformers in a file',
    files: web('transformers: [t.yaml]\n', {
      't.yaml': `${builtin('PatchTransformer', 'path: p.yaml\n')}---\n${PREFIX}`,
      'p.yaml': PATCH,
    }),
  },
  {
    name: 'a namespace transformer',
    files: web('transformers: [t.yaml]\n', { 't.yaml': builtin('NamespaceTransformer', '', 'n', ', namespace: shop'), 'u.yaml': 'x: 1\n' }),
  },
  {
    name: 'a validator',
    files: web('validators: [v.yaml]\n', { 'v.yaml': builtin('LabelTransformer', 'labels: {}\n'), 'w.yaml': 'x: 1\n' }),
  },
  {
    name: 'a chart in a folder',
    buildOptions: ENABLE_HELM,
    files: { ...web('helmCharts: [{name: sub, releaseName: sub}]\n'), ...CHARTS },
  },
  {
    name: 'a chart in a folder with values',
    buildOptions: ENABLE_HELM,
    files: {
      ...web('helmCharts: [{name: sub, releaseName: sub, valuesFile: v.yaml, additionalValuesFiles: [more/w.yaml]}]\n', {
        'v.yaml': 'a: 3\n',
        'more/w.yaml': 'a: 4\n',
        'x.yaml': 'a: 5\n',
      }),
      ...CHARTS,
    },
  },
  {
    name: 'a chart in a folder with values in place',
    buildOptions: ENABLE_HELM,
    files: { ...web('helmCharts: [{name: sub, releaseName: sub, valuesInline: {a: 3}}]\n'), ...CHARTS },
  },
  {
    name: 'a chart in another home',
    buildOptions: ENABLE_HELM,
    files: {
      ...web('helmGlobals: {chartHome: vendor}\nhelmCharts: [{name: sub, releaseName: sub}]\n', {
        'vendor/sub/Chart.yaml': chart('sub'),
        'vendor/sub/values.yaml': 'a: 1\n',
        'vendor/sub/templates/s.yaml': configMap('s'),
        'vendor/sub/notes.txt': 'x\n',
      }),
      ...CHARTS,
    },
  },
  {
    name: 'a chart with its version in a folder of Kustomize’s',
    buildOptions: ENABLE_HELM,
    files: web('helmCharts: [{name: sub, releaseName: sub, repo: "https://charts.example", version: 0.1.0}]\n', {
      'charts/sub-0.1.0/sub/Chart.yaml': chart('sub'),
      'charts/sub-0.1.0/sub/values.yaml': 'a: 1\n',
      'charts/sub-0.1.0/sub/templates/s.yaml': configMap('s'),
      'charts/sub-0.2.0/sub/Chart.yaml': chart('sub'),
    }),
  },
  {
    name: 'a chart by a generator',
    buildOptions: ENABLE_HELM,
    files: {
      ...web('generators: [g.yaml]\n', { 'g.yaml': builtin('HelmChartInflationGenerator', 'name: sub\nreleaseName: sub\n', 'sub') }),
      ...CHARTS,
    },
  },
  {
    name: 'a chart that reads a file of its own',
    buildOptions: ENABLE_HELM,
    files: web('helmCharts: [{name: sub, releaseName: sub}]\n', {
      'charts/sub/Chart.yaml': chart('sub'),
      'charts/sub/values.yaml': 'a: 1\n',
      'charts/sub/conf/a.ini': 'a\n',
      'charts/sub/conf/b.ini': 'b\n',
      'charts/sub/templates/s.yaml': template('.Files.Get "conf/a.ini"'),
    }),
  },
  { name: 'a remote base at a branch', notKnown: 'the remote base', files: web('', {}, ['https://127.0.0.1:9/acme/base?ref=main']) },
  { name: 'a remote base of a forge', notKnown: 'the remote base', files: web('', {}, ['github.com/acme/base//overlays/prod?ref=v1.0.0']) },
  { name: 'a remote file', notKnown: 'the remote base', files: web('', {}, ['https://127.0.0.1:9/acme/base/a.yaml']) },
  {
    name: 'a plugin',
    notKnown: 'the plugin Magic',
    files: web('generators: [g.yaml]\n', { 'g.yaml': 'apiVersion: example.com/v1\nkind: Magic\nmetadata: {name: m}\n' }),
  },
  {
    name: 'a chart of a registry at no version',
    notKnown: 'at no exact version',
    files: web('helmCharts: [{name: sub, repo: "https://charts.example"}]\n'),
  },
  {
    name: 'a kustomization that is no YAML',
    notKnown: 'cannot be read as YAML',
    files: { 'apps/web/kustomization.yaml': 'resources: [\n' },
  },
  {
    name: 'a submodule',
    notKnown: 'the submodule',
    files: { 'apps/web/kustomization.yaml': kustomization(['sub']), 'apps/web/sub': { mode: '160000', text: '1'.repeat(40) } },
  },
  { name: 'a base that leaves the repository', notKnown: 'the path', files: web('', {}, ['../../../outside']) },
]

function web(rest: string, files: Files = {}, resources: readonly string[] = []): Files {
  return below('apps/web', {
    'kustomization.yaml': kustomization(['a.yaml', ...resources.map((one) => JSON.stringify(one))], rest),
    'a.yaml': configMap('a'),
    ...files,
  })
}

function builtin(kind: string, rest: string, name = 'one', more = ''): string {
  return `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: ${name}${more}}\n${rest}`
}
