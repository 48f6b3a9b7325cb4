import { below, chart, configMap, kustomization, link, template, type Layout } from '../layout.ts'
import { PATCH, web } from './web.ts'

const PATCHES = (path: string): string => `apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: ${path}\n`
const IN_PLACE = `apiVersion: builtin
kind: PatchTransformer
metadata: {name: p}
patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: y}}'
`
const INFLATION = `apiVersion: builtin
kind: HelmChartInflationGenerator
metadata: {name: sub}
name: sub
releaseName: sub
valuesFile: v.yaml
additionalValuesFiles: [w.yaml]
`
const FUNCTION = `apiVersion: example.com/v1
kind: Fix
metadata: {name: f, annotations: {config.kubernetes.io/function: "container: {image: fix}"}}
`
const ANYWHERE = '--load-restrictor LoadRestrictionsNone'

/** Kustomizations as few people write them. */
export const KUSTOMIZE_CORNER_LAYOUTS: readonly Layout[] = [
  {
    name: 'files above, where the operator allows them',
    buildOptions: ANYWHERE,
    files: {
      ...web(kustomization(['a.yaml', '../shared/b.yaml'], 'configMapGenerator: [{name: c, files: [../shared/c.ini]}]\n')),
      'apps/shared/b.yaml': configMap('b'),
      'apps/shared/c.ini': 'c\n',
      'apps/shared/d.ini': 'd\n',
    },
  },
  {
    name: 'transformers of a folder beside it',
    buildOptions: ANYWHERE,
    files: {
      ...web(kustomization(['a.yaml'], 'transformers: [../t]\n'), { 'p.yaml': PATCH }),
      'apps/t/kustomization.yaml': kustomization(['t.yaml']),
      'apps/t/t.yaml': PATCHES('p.yaml'),
      'apps/t/p.yaml': PATCH,
    },
  },
  {
    name: 'transformers of a component',
    files: {
      ...web(kustomization(['a.yaml'], 'components: [../parts]\n')),
      ...below('apps/parts', {
        'kustomization.yaml': kustomization([], 'transformers: [t.yaml]\n', 'Component'),
        't.yaml': PATCHES('p.yaml'),
        'p.yaml': PATCH,
        'q.yaml': PATCH,
      }),
    },
  },
  {
    name: 'a map and replacements in a component',
    files: {
      ...web(kustomization(['a.yaml'], 'components: [../parts]\n')),
      ...below('apps/parts', {
        'kustomization.yaml': kustomization(
          [],
          'configMapGenerator: [{name: c, files: [c.ini]}]\nreplacements: [{path: r.yaml}]\n',
          'Component',
        ),
        'c.ini': 'c\n',
        'd.ini': 'd\n',
        'r.yaml': 'source: {kind: ConfigMap, name: a, fieldPath: metadata.name}\ntargets: [{select: {name: a}, fieldPaths: [data.name]}]\n',
      }),
    },
  },
  {
    name: 'a base with a slash at its end',
    files: {
      ...web(kustomization(['a.yaml', './base/'])),
      ...below('apps/web/base', { 'kustomization.yml': kustomization(['./b.yaml']), 'b.yaml': configMap('b') }),
    },
  },
  {
    name: 'a file that holds a list of resources',
    files: web(kustomization(['a.yaml', 'l.yaml']), {
      'l.yaml': `apiVersion: v1\nkind: ConfigMapList\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l}}\n`,
    }),
  },
  {
    name: 'a file with several patches',
    files: web(kustomization(['a.yaml'], 'patches: [{path: p.yaml}]\n'), { 'p.yaml': `${PATCH}---\n${PATCH}` }),
  },
  {
    name: 'patches of the older kind in place',
    files: web(kustomization(['a.yaml'], `patchesStrategicMerge:\n- |-\n${PATCH.trim().replaceAll(/^/gm, '  ')}\n`), { 'p.yaml': PATCH }),
  },
  {
    name: 'a map whose key has a folder in it',
    files: web(kustomization(['a.yaml'], 'configMapGenerator: [{name: c, files: ["k.ini=conf/x.ini"]}]\n'), {
      'conf/x.ini': 'x\n',
      'conf/y.ini': 'y\n',
    }),
  },
  {
    name: 'a map of a file behind a link',
    files: web(kustomization(['a.yaml'], 'configMapGenerator: [{name: c, files: [c.ini]}]\n'), {
      'c.ini': link('conf/c.ini'),
      'conf/c.ini': 'c\n',
      'conf/d.ini': 'd\n',
    }),
  },
  {
    name: 'a patch behind a link',
    files: web(kustomization(['a.yaml'], 'patches: [{path: p.yaml}]\n'), {
      'p.yaml': link('conf/p.yaml'),
      'conf/p.yaml': PATCH,
      'conf/q.yaml': PATCH,
    }),
  },
  {
    name: 'a base whose schema is its own',
    files: {
      ...web(kustomization(['../base'])),
      ...below('apps/base', {
        'kustomization.yaml': kustomization(['b.yaml'], 'openapi: {path: s.json}\nconfigurations: [c.yaml]\n'),
        'b.yaml': configMap('b'),
        's.json': '{"definitions": {}}\n',
        'c.yaml': 'namePrefix: [{path: metadata/name}]\n',
        'd.yaml': 'x: 1\n',
      }),
    },
  },
  {
    name: 'a generator in place',
    files: web(
      kustomization(
        ['a.yaml'],
        `generators:\n- |-\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  metadata: {name: c}\n  files: [c.ini]\n`,
      ),
      { 'c.ini': 'c\n', 'd.ini': 'd\n' },
    ),
  },
  {
    name: 'a transformer with a patch in place',
    files: web(kustomization(['a.yaml'], 'transformers: [t.yaml]\n'), {
      't.yaml': IN_PLACE,
      'p.yaml': PATCH,
    }),
  },
  {
    name: 'a chart by a generator, with values',
    buildOptions: '--enable-helm',
    files: {
      ...web(kustomization(['a.yaml'], 'generators: [g.yaml]\n'), {
        'g.yaml': INFLATION,
        'v.yaml': 'a: 3\n',
        'w.yaml': 'a: 4\n',
        'x.yaml': 'a: 5\n',
        'charts/sub/Chart.yaml': chart('sub'),
        'charts/sub/values.yaml': 'a: 1\n',
        'charts/sub/templates/s.yaml': template('.Values'),
      }),
    },
  },
  {
    name: 'a chart by the older field',
    buildOptions: '--enable-helm',
    files: web(
      kustomization(['a.yaml'], 'helmChartInflationGenerator: [{chartName: sub, chartVersion: 0.1.0, values: v.yaml, releaseName: sub}]\n'),
      {
        'v.yaml': 'a: 3\n',
        'charts/sub/Chart.yaml': chart('sub'),
        'charts/sub/values.yaml': 'a: 1\n',
        'charts/sub/templates/s.yaml': template('.Values'),
      },
    ),
  },
  {
    name: 'a chart below that a base inflates',
    buildOptions: '--enable-helm',
    files: {
      ...web(kustomization(['../base'])),
      ...below('apps/base', {
        'kustomization.yaml': kustomization([], 'helmCharts: [{name: sub, releaseName: sub, valuesFile: v.yaml}]\n'),
        'v.yaml': 'a: 2\n',
        'charts/sub/Chart.yaml': chart('sub'),
        'charts/sub/values.yaml': 'a: 1\n',
        'charts/sub/templates/s.yaml': template('.Values'),
      }),
    },
  },
  {
    name: 'a folder that is a link, and the Application says Kustomize',
    files: {
      'apps/web': link('../real'),
      ...below('real', { 'kustomization.yaml': kustomization(['a.yaml']), 'a.yaml': configMap('a'), 'b.yaml': configMap('b') }),
    },
    source: { kustomize: { namePrefix: 'x-' } },
  },
  {
    name: 'the field of a secret with its own file',
    files: web(
      kustomization(['a.yaml'], 'secretGenerator: [{name: s, files: [tls/tls.crt, tls.key=tls/key.pem], type: kubernetes.io/tls}]\n'),
      { 'tls/tls.crt': 'c\n', 'tls/key.pem': 'k\n', 'tls/old.pem': 'o\n' },
    ),
  },
  {
    name: 'a base of a full commit elsewhere is no file here',
    notKnown: 'the generators and transformers of',
    files: web(kustomization(['a.yaml'], `transformers: ["https://127.0.0.1:9/acme/t.git?ref=${'a'.repeat(40)}"]\n`)),
  },
  {
    name: 'a function in a container',
    notKnown: 'the plugin',
    files: web(kustomization(['a.yaml'], 'transformers: [t.yaml]\n'), {
      't.yaml': FUNCTION,
    }),
  },
]
