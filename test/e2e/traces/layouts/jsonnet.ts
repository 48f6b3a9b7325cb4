import { below, configMap, link, type Files, type Layout } from '../layout.ts'

const made = (name: string, more = '{}'): string =>
  `{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' }, data: ${more} }\n`

/** Plain folders with Jsonnet among their files. */
export const JSONNET_LAYOUTS: readonly Layout[] = [
  { name: 'Jsonnet alone, and YAML beside it', files: folder({ 'a.jsonnet': made('a'), 'b.yaml': configMap('b'), 'c.libsonnet': '{}' }) },
  { name: 'Jsonnet that makes a list', files: folder({ 'a.jsonnet': `[${made('a')}, ${made('b')}]` }) },
  {
    name: 'an import beside it',
    files: folder({
      'a.jsonnet': `(import 'lib.libsonnet')('a')`,
      'lib.libsonnet': `function(name) ${made('x')}`,
      'other.libsonnet': '{}',
    }),
  },
  {
    name: 'imports to the end',
    files: {
      ...folder({ 'a.jsonnet': `local l = import '../../lib/one.libsonnet'; l.map` }),
      'lib/one.libsonnet': `{ map: (import 'deep/two.libsonnet') }`,
      'lib/deep/two.libsonnet': made('two'),
      'lib/three.libsonnet': '{}',
    },
  },
  {
    name: 'a text',
    files: folder({ 'a.jsonnet': made('a', `{ text: importstr 'conf/a.txt' }`), 'conf/a.txt': 'x\n', 'conf/b.txt': 'y\n' }),
  },
  {
    name: 'bytes',
    files: folder({ 'a.jsonnet': made('a', `{ n: std.toString(std.length(importbin 'a.bin')) }`), 'a.bin': 'x\n', 'b.bin': 'y\n' }),
  },
  {
    name: 'YAML as a text',
    files: folder({ 'a.jsonnet': `std.parseYaml(importstr 'conf/m.yaml')`, 'conf/m.yaml': configMap('m'), 'conf/n.yaml': configMap('n') }),
  },
  {
    name: 'JSON as code',
    files: folder({
      'a.jsonnet': made('a', `{ v: (import 'settings.json').v }`),
      'settings.json': `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "s"}, "v": "1"}`,
    }),
  },
  {
    name: 'a library from the root',
    files: { ...folder({ 'a.jsonnet': `import 'k.libsonnet'` }), 'vendor/k.libsonnet': made('k'), 'vendor/other.libsonnet': '{}' },
    source: { directory: { jsonnet: { libs: ['vendor'] } } },
  },
  {
    name: 'two libraries with the same name in both',
    files: { ...folder({ 'a.jsonnet': `import 'k.libsonnet'` }), 'vendor/k.libsonnet': made('k'), 'lib/k.libsonnet': made('l') },
    source: { directory: { jsonnet: { libs: ['vendor', 'lib'] } } },
  },
  {
    name: 'a library that is also beside it',
    files: { ...folder({ 'a.jsonnet': `import 'k.libsonnet'`, 'k.libsonnet': made('own') }), 'vendor/k.libsonnet': made('k') },
    source: { directory: { jsonnet: { libs: ['vendor'] } } },
  },
  {
    name: 'a library in its own file',
    files: {
      ...folder({ 'a.jsonnet': `import 'k.libsonnet'`, '.argocd-source-shop.yaml': 'directory: {jsonnet: {libs: [vendor]}}\n' }),
      'vendor/k.libsonnet': made('k'),
    },
  },
  {
    name: 'outer variables and arguments',
    files: folder({ 'a.jsonnet': `function(ns) ${made('a', `{ n: ns, v: std.extVar('v') }`)}`, 'b.libsonnet': '{}' }),
    source: { directory: { jsonnet: { extVars: [{ name: 'v', value: '1' }], tlas: [{ name: 'ns', value: 'x' }] } } },
  },
  {
    name: 'an import from below, in the Application’s folder',
    files: folder({ 'sub/a.jsonnet': `import 'lib.libsonnet'`, 'lib.libsonnet': made('a') }),
    source: { directory: { recurse: true } },
  },
  {
    name: 'an import that is never looked at',
    besides: ['apps/web/u.libsonnet'],
    files: folder({ 'a.jsonnet': `local unused = import 'u.libsonnet'; ${made('a')}`, 'u.libsonnet': '{}' }),
  },
  { name: 'an import in a comment', files: folder({ 'a.jsonnet': `// import 'old.libsonnet'\n${made('a')}`, 'old.libsonnet': '{}' }) },
  { name: 'an import in a text', files: folder({ 'a.jsonnet': made('a', `{ text: "import 'x.libsonnet'" }`), 'x.libsonnet': '{}' }) },
  {
    name: 'Jsonnet that include leaves out',
    files: folder({ 'a.jsonnet': `import 'lib.libsonnet'`, 'lib.libsonnet': made('a'), 'b.yaml': configMap('b') }),
    source: { directory: { include: '*.yaml' } },
  },
  {
    name: 'an argument that imports',
    notKnown: 'Jsonnet variables import',
    files: folder({ 'a.jsonnet': `function(conf) ${made('a', '{ v: conf.v }')}`, 'conf.libsonnet': '{ v: "1" }', 'other.libsonnet': '{}' }),
    source: { directory: { jsonnet: { tlas: [{ name: 'conf', value: "import 'conf.libsonnet'", code: true }] } } },
  },
  {
    name: 'an outer variable that imports',
    notKnown: 'Jsonnet variables import',
    files: folder({ 'a.jsonnet': made('a', `{ v: std.extVar('conf').v }`), 'conf.libsonnet': '{ v: "1" }', 'other.libsonnet': '{}' }),
    source: { directory: { jsonnet: { extVars: [{ name: 'conf', value: "import 'conf.libsonnet'", code: true }] } } },
  },
  {
    name: 'arguments that are code and import nothing',
    files: folder({ 'a.jsonnet': `function(conf) ${made('a', '{ v: conf.v }')}`, 'conf.libsonnet': '{ v: "1" }' }),
    source: { directory: { jsonnet: { tlas: [{ name: 'conf', value: '{ v: "2" }', code: true }] } } },
  },
  {
    name: 'an import from above, below a folder that is a link',
    files: {
      apps: link('deep/real'),
      'deep/real/web/a.jsonnet': `import '../../lib/k.libsonnet'`,
      'lib/k.libsonnet': made('k'),
      'deep/lib/k.libsonnet': made('deep'),
    },
  },
  {
    name: 'a library that is a link',
    files: {
      ...folder({ 'a.jsonnet': `import 'k.libsonnet'` }),
      vendor: link('libs'),
      'libs/k.libsonnet': made('k'),
      'libs/other.libsonnet': '{}',
    },
    source: { directory: { jsonnet: { libs: ['vendor'] } } },
  },
  {
    name: 'an import behind a link that imports',
    files: {
      ...folder({ 'a.jsonnet': `import 'k.libsonnet'`, 'k.libsonnet': link('../../libs/k.libsonnet'), 'n.libsonnet': made('own') }),
      'libs/k.libsonnet': `import 'n.libsonnet'`,
      'libs/n.libsonnet': made('lib'),
    },
  },
  {
    name: 'Jsonnet behind a link',
    files: {
      ...folder({ 'a.jsonnet': link('../../shared/a.jsonnet'), 'l.libsonnet': made('own') }),
      'shared/a.jsonnet': `import 'l.libsonnet'`,
      'shared/l.libsonnet': made('shared'),
    },
  },
  {
    name: 'an import from the root',
    files: { ...folder({ 'a.jsonnet': `import 'lib/k.libsonnet'`, 'lib/k.libsonnet': made('k') }), 'lib/k.libsonnet': made('root') },
  },
  { name: 'an import that is nowhere', notKnown: 'nowhere.libsonnet', files: folder({ 'a.jsonnet': `import 'nowhere.libsonnet'` }) },
  {
    name: 'an import with a comment in it',
    files: folder({ 'a.jsonnet': `import /* here */ 'lib.libsonnet'`, 'lib.libsonnet': made('a') }),
  },
]

function folder(files: Files): Files {
  return below('apps/web', files)
}
