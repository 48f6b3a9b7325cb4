import { below, configMap, CRD, kustomization, link, type Layout } from '../layout.ts'
import { BASE, PATCH, web } from './web.ts'

const TARGETS = 'targets: [{select: {kind: ConfigMap}, fieldPaths: [data.name]}]'
const JSON_PATCH = '[{"op": "add", "path": "/data/more", "value": "x"}]\n'
const SCHEMA = '{"definitions": {}}\n'

/** Kustomizations by what they are made of. */
export const KUSTOMIZE_LAYOUTS: readonly Layout[] = [
  { name: 'files alone', files: web(kustomization(['a.yaml', 'b.yaml']), { 'b.yaml': configMap('b'), 'c.yaml': configMap('c') }) },
  { name: 'an overlay on a base', files: { ...BASE, ...web(kustomization(['../base']), { 'x.yaml': 'x: 1\n' }) } },
  {
    name: 'overlays below and beside',
    files: {
      ...BASE,
      ...web(kustomization(['../base'])),
      'apps/web/eu/kustomization.yaml': kustomization(['..']),
      'apps/staging/kustomization.yaml': kustomization(['../base']),
    },
  },
  {
    name: 'two levels of overlays',
    files: {
      ...BASE,
      ...web(kustomization(['../common'])),
      'apps/common/kustomization.yaml': kustomization(['../base'], 'namePrefix: x-\n'),
      'apps/common/y.yaml': 'x: 1\n',
    },
  },
  { name: 'the other ending', files: { 'apps/web/kustomization.yml': kustomization(['a.yaml']), 'apps/web/a.yaml': configMap('a') } },
  { name: 'the name without an ending', files: { 'apps/web/Kustomization': kustomization(['a.yaml']), 'apps/web/a.yaml': configMap('a') } },
  { name: 'bases of the older kind', files: { ...BASE, ...web(kustomization([], 'bases: [../base]\n')) } },
  {
    name: 'patches by file',
    files: { ...BASE, ...web(kustomization(['../base'], 'patches: [{path: p.yaml}]\n'), { 'p.yaml': PATCH, 'q.yaml': PATCH }) },
  },
  {
    name: 'patches in place',
    files: {
      ...BASE,
      ...web(kustomization(['../base'], `patches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: y}}'}]\n`), {
        'p.yaml': PATCH,
      }),
    },
  },
  {
    name: 'patches by target',
    files: {
      ...BASE,
      ...web(kustomization(['../base'], 'patches: [{path: patches/p.json, target: {kind: ConfigMap}}]\n'), {
        'patches/p.json': JSON_PATCH,
        'patches/q.json': JSON_PATCH,
      }),
    },
  },
  {
    name: 'strategic patches of the older kind',
    files: { ...BASE, ...web(kustomization(['../base'], 'patchesStrategicMerge: [p.yaml]\n'), { 'p.yaml': PATCH }) },
  },
  {
    name: 'JSON patches of the older kind',
    files: {
      ...BASE,
      ...web(kustomization(['../base'], 'patchesJson6902: [{path: p.json, target: {version: v1, kind: ConfigMap, name: a}}]\n'), {
        'p.json': JSON_PATCH,
      }),
    },
  },
  {
    name: 'a map made of files',
    files: web(kustomization(['a.yaml'], 'configMapGenerator: [{name: c, files: [app.ini, key=deep/b.ini, "./c.ini"]}]\n'), {
      'app.ini': 'a\n',
      'deep/b.ini': 'b\n',
      'c.ini': 'c\n',
      'd.ini': 'd\n',
    }),
  },
  {
    name: 'a map made of environment files',
    files: web(kustomization(['a.yaml'], 'configMapGenerator: [{name: c, envs: [a.env, b.env]}, {name: d, env: c.env}]\n'), {
      'a.env': 'A=1\n',
      'b.env': 'B=1\n',
      'c.env': 'C=1\n',
      'd.env': 'D=1\n',
    }),
  },
  {
    name: 'a secret made of files',
    files: web(kustomization(['a.yaml'], 'secretGenerator: [{name: s, files: [s.txt]}, {name: t, envs: [t.env]}]\n'), {
      's.txt': 's\n',
      't.env': 'T=1\n',
      'u.txt': 'u\n',
    }),
  },
  {
    name: 'a map made of a file above',
    files: {
      ...BASE,
      ...below('apps/base', {
        'kustomization.yaml': kustomization(['a.yaml'], 'configMapGenerator: [{name: c, files: [a.ini]}]\n'),
        'a.ini': 'a\n',
        'b.ini': 'b\n',
      }),
      ...web(kustomization(['../base'], 'configMapGenerator: [{name: c, behavior: merge, files: [a.ini]}]\n'), { 'a.ini': 'x\n' }),
    },
  },
  {
    name: 'replacements by file',
    files: web(
      kustomization(
        ['a.yaml'],
        `replacements: [{path: r.yaml}, {source: {kind: ConfigMap, name: a, fieldPath: metadata.name}, ${TARGETS}}]\n`,
      ),
      {
        'r.yaml':
          'source: {kind: ConfigMap, name: a, fieldPath: metadata.name}\ntargets: [{select: {kind: ConfigMap}, fieldPaths: [data.name]}]\n',
        's.yaml': 'x: 1\n',
      },
    ),
  },
  {
    name: 'an own schema',
    files: web(kustomization(['a.yaml'], 'openapi: {path: schema.json}\n'), { 'schema.json': SCHEMA, 'other.json': SCHEMA }),
  },
  { name: 'custom resources', files: web(kustomization(['a.yaml'], 'crds: [crd.json]\n'), { 'crd.json': SCHEMA, 'other.json': SCHEMA }) },
  {
    name: 'custom resources as resources',
    files: web(kustomization(['a.yaml', 'crds/web.yaml']), { 'crds/web.yaml': CRD, 'crds/x.yaml': CRD }),
  },
  {
    name: 'configurations',
    files: web(kustomization(['a.yaml'], 'configurations: [conf/names.yaml]\n'), {
      'conf/names.yaml': 'namePrefix: [{path: metadata/name}]\n',
      'conf/x.yaml': 'x: 1\n',
    }),
  },
  {
    name: 'labels, images, replicas and name changes',
    files: {
      ...BASE,
      ...web(
        kustomization(['../base'], 'labels: [{pairs: {a: b}}]\nimages: [{name: web, newTag: v2}]\nnameSuffix: -x\nnamespace: shop\n'),
        { 'x.yaml': PATCH },
      ),
    },
  },
  {
    name: 'variables',
    files: web(kustomization(['a.yaml'], 'vars: [{name: A, objref: {apiVersion: v1, kind: ConfigMap, name: a}}]\n'), { 'x.yaml': PATCH }),
  },
  {
    name: 'a file from a base of another folder, named twice',
    files: {
      ...web(kustomization(['../one', '../two'])),
      'apps/one/kustomization.yaml': kustomization(['o.yaml']),
      'apps/one/o.yaml': configMap('o'),
      'apps/two/kustomization.yaml': kustomization(['../three']),
      'apps/three/kustomization.yaml': kustomization(['t.yaml']),
      'apps/three/t.yaml': configMap('t'),
    },
  },
  {
    name: 'a resource behind a link',
    files: { ...web(kustomization(['b.yaml']), { 'b.yaml': link('b/real.yaml'), 'b/real.yaml': configMap('b'), 'b/x.yaml': 'x\n' }) },
  },
  { name: 'a base behind a link', files: { ...BASE, ...web(kustomization(['base']), { base: link('../base') }) } },
  { name: 'a kustomization behind a link', files: { ...web(link('k.yaml'), { 'k.yaml': kustomization(['a.yaml']) }) } },
  {
    name: 'a folder that is a link',
    files: {
      'apps/web': link('../real'),
      'real/kustomization.yaml': kustomization(['a.yaml']),
      'real/a.yaml': configMap('a'),
      'real/b.yaml': 'x\n',
    },
  },
  {
    name: 'a kustomization at the root',
    files: {
      'kustomization.yaml': kustomization(['base', 'a.yaml']),
      'a.yaml': configMap('a'),
      'base/kustomization.yaml': kustomization(['b.yaml']),
      'base/b.yaml': configMap('b'),
      'x.yaml': 'x\n',
    },
    source: { path: '.' },
  },
  {
    name: 'a chart and a kustomization in one folder',
    files: web(kustomization(['a.yaml']), { 'Chart.yaml': 'name: web\n', 'values.yaml': 'a: 1\n' }),
  },
  {
    name: 'several documents in a file, and a list',
    files: web(kustomization(['a.yaml', 'all.yaml']), { 'all.yaml': `${configMap('b')}---\n${configMap('c')}`, 'x.yaml': 'x\n' }),
  },
]
