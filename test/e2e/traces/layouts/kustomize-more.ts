import { below, configMap, kustomization, link, type Layout } from '../layout.ts'
import { PATCH, web } from './web.ts'

const ANYWHERE = '--load-restrictor LoadRestrictionsNone'
const REPLACED = `source: {kind: ConfigMap, name: a, fieldPath: data.name}
targets: [{select: {kind: ConfigMap, name: b}, fieldPaths: [data.name]}]
`

const PLUGINS = '--enable-alpha-plugins --enable-exec'
const ksops = (...files: readonly string[]): string =>
  `apiVersion: viaduct.ai/v1
kind: ksops
metadata: {name: s, annotations: {config.kubernetes.io/function: "exec: {path: ksops}"}}
files: [${files.join(', ')}]
`

/** Paths in components, replacements and patches, and links on the way to them. */
export const KUSTOMIZE_MORE_LAYOUTS: readonly Layout[] = [
  {
    name: 'a component with a patch of its own and one above',
    buildOptions: ANYWHERE,
    files: {
      ...web(kustomization(['a.yaml'], 'components: [../parts/one]\n')),
      ...below('apps/parts/one', {
        'kustomization.yaml': kustomization([], 'patches: [{path: p.yaml}, {path: ../q.yaml}]\n', 'Component'),
        'p.yaml': PATCH,
      }),
      'apps/parts/q.yaml': PATCH.replace('patched', 'more'),
      'apps/parts/r.yaml': PATCH,
    },
  },
  {
    name: 'a component with files for a map',
    files: {
      ...web(kustomization(['a.yaml'], 'components: [../parts]\n')),
      ...below('apps/parts', {
        'kustomization.yaml': kustomization([], 'configMapGenerator: [{name: c, files: [conf/c.ini], envs: [conf/e.env]}]\n', 'Component'),
        'conf/c.ini': 'c\n',
        'conf/e.env': 'A=b\n',
        'conf/f.env': 'A=c\n',
      }),
    },
  },
  {
    name: 'a component in a base',
    files: {
      ...web(kustomization(['../base'])),
      ...below('apps/base', { 'kustomization.yaml': kustomization(['a.yaml'], 'components: [part]\n'), 'a.yaml': configMap('a') }),
      ...below('apps/base/part', {
        'kustomization.yaml': kustomization(['b.yaml'], '', 'Component'),
        'b.yaml': configMap('b'),
        'c.yaml': configMap('c'),
      }),
    },
  },
  {
    name: 'a component behind a link',
    files: {
      ...web(kustomization(['a.yaml'], 'components: [part]\n'), { part: link('../parts/one') }),
      ...below('apps/parts/one', {
        'kustomization.yaml': kustomization([], 'patches: [{path: p.yaml}]\n', 'Component'),
        'p.yaml': PATCH,
        'q.yaml': PATCH,
      }),
    },
  },
  {
    name: 'replacements by file in a base',
    files: {
      ...web(kustomization(['../base'])),
      ...below('apps/base', {
        'kustomization.yaml': kustomization(['a.yaml', 'b.yaml'], 'replacements: [{path: how/r.yaml}]\n'),
        'a.yaml': configMap('a'),
        'b.yaml': configMap('b'),
        'how/r.yaml': REPLACED,
        'how/s.yaml': REPLACED,
      }),
    },
  },
  {
    name: 'replacements by a file with a list',
    files: web(kustomization(['a.yaml', 'b.yaml'], 'replacements: [{path: r.yaml}]\n'), {
      'b.yaml': configMap('b'),
      'r.yaml': `- ${REPLACED.trim().replaceAll('\n', '\n  ')}\n`,
    }),
  },
  {
    name: 'replacements by file behind a link',
    files: {
      ...web(kustomization(['a.yaml', 'b.yaml'], 'replacements: [{path: r.yaml}]\n'), {
        'b.yaml': configMap('b'),
        'r.yaml': link('real.yaml'),
        'real.yaml': REPLACED,
      }),
    },
  },
  {
    name: 'a patch in a folder that is a link',
    files: {
      ...web(kustomization(['a.yaml'], 'patches: [{path: patches/p.yaml}]\n'), {
        patches: link('real'),
        'real/p.yaml': PATCH,
        'real/q.yaml': PATCH,
      }),
    },
  },
  {
    name: 'a JSON patch by file with a target',
    files: web(kustomization(['a.yaml'], 'patches: [{path: p.json, target: {kind: ConfigMap}}]\n'), {
      'p.json': '[{"op": "add", "path": "/data/x", "value": "y"}]\n',
      'q.json': '[]\n',
    }),
  },
  {
    name: 'a patch with dots in its path',
    files: web(kustomization(['./a.yaml'], 'patches: [{path: ./sub/../p.yaml}]\n'), { 'p.yaml': PATCH, 'sub/x.yaml': 'x: 1\n' }),
  },
  {
    name: 'a secret of environment files in a base behind a link',
    files: {
      ...web(kustomization(['base']), { base: link('../real') }),
      ...below('apps/real', {
        'kustomization.yaml': kustomization(['a.yaml'], 'secretGenerator: [{name: s, envs: [s.env]}]\n'),
        'a.yaml': configMap('a'),
        's.env': 'A=b\n',
        't.env': 'A=c\n',
      }),
    },
  },
  {
    name: 'secrets that KSOPS decrypts',
    buildOptions: PLUGINS,
    files: web(kustomization(['a.yaml'], 'generators: [s.yaml]\n'), {
      's.yaml': ksops('./b.enc.yaml', 'sub/c.enc.yaml'),
      'b.enc.yaml': configMap('b'),
      'sub/c.enc.yaml': configMap('c'),
      'sub/d.enc.yaml': configMap('d'),
    }),
  },
  {
    name: 'secrets above that KSOPS decrypts',
    buildOptions: PLUGINS,
    files: {
      ...web(kustomization(['a.yaml'], 'generators: [s.yaml]\n'), { 's.yaml': ksops('../../secrets/b.enc.yaml') }),
      'secrets/b.enc.yaml': configMap('b'),
      'secrets/c.enc.yaml': configMap('c'),
    },
  },
  {
    name: 'secrets of a base that KSOPS decrypts',
    buildOptions: PLUGINS,
    files: {
      ...web(kustomization(['a.yaml', '../base'])),
      ...below('apps/base', {
        'kustomization.yaml': kustomization([], 'generators: [how/s.yaml]\n'),
        'how/s.yaml': ksops('./b.enc.yaml'),
        'b.enc.yaml': configMap('b'),
        'how/b.enc.yaml': configMap('c'),
      }),
    },
  },
  {
    name: 'two overlays of one base, one of them named',
    files: {
      ...web(kustomization(['../overlays/prod'])),
      ...below('apps/overlays/prod', {
        'kustomization.yaml': kustomization(['../../base'], 'patches: [{path: p.yaml}]\n'),
        'p.yaml': PATCH,
      }),
      ...below('apps/overlays/staging', {
        'kustomization.yaml': kustomization(['../../base'], 'patches: [{path: p.yaml}]\n'),
        'p.yaml': PATCH,
      }),
      ...below('apps/base', { 'kustomization.yaml': kustomization(['a.yaml']), 'a.yaml': configMap('a') }),
    },
  },
]
