import { link, type Files, type Layout } from '../layout.ts'

const made = (name: string, more = '{}'): string =>
  `{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '${name}' }, data: ${more} }\n`

/** Libraries, as a bundler lays them out. */
export const JSONNET_MORE_LAYOUTS: readonly Layout[] = [
  {
    name: 'a library of a bundler, that imports by its own name',
    files: {
      'apps/web/a.jsonnet': `import 'github.com/acme/k/main.libsonnet'`,
      'vendor/github.com/acme/k/main.libsonnet': `(import 'github.com/acme/j/j.libsonnet') + (import 'part.libsonnet') + ${made('k')}`,
      'vendor/github.com/acme/k/part.libsonnet': '{}',
      'vendor/github.com/acme/j/j.libsonnet': '{}',
      'vendor/github.com/acme/j/other.libsonnet': '{}',
      'apps/web/jsonnetfile.json': '{}',
    },
    source: { directory: { include: '*.jsonnet', jsonnet: { libs: ['vendor'] } } },
  },
  {
    name: 'a library of a bundler behind a link',
    files: {
      'apps/web/a.jsonnet': `import 'k/main.libsonnet'`,
      'vendor/k': link('github.com/acme/k'),
      'vendor/github.com/acme/k/main.libsonnet': `(import 'part.libsonnet') + ${made('k')}`,
      'vendor/github.com/acme/k/part.libsonnet': '{}',
    },
    source: { directory: { jsonnet: { libs: ['vendor'] } } },
  },
  {
    name: 'a library that is not there, beside one that is',
    files: { 'apps/web/a.jsonnet': `import 'k.libsonnet'`, 'lib/k.libsonnet': made('k'), 'lib/l.libsonnet': made('l') },
    source: { directory: { jsonnet: { libs: ['lib', 'none'] } } },
  },
  {
    name: 'a text and bytes out of a library',
    files: {
      'apps/web/a.jsonnet': made('a', `{ t: importstr 't.txt', b: std.base64(importbin 'b.bin') }`),
      'lib/t.txt': 't\n',
      'lib/b.bin': 'b\n',
      'lib/c.txt': 'c\n',
    },
    source: { directory: { jsonnet: { libs: ['lib'] } } },
  },
  {
    name: 'a library above that imports from above itself',
    files: {
      'apps/web/a.jsonnet': `import '../lib/k.libsonnet'`,
      'apps/lib/k.libsonnet': `(import '../base.libsonnet') + ${made('k')}`,
      'apps/base.libsonnet': '{}',
      'apps/other.libsonnet': '{}',
    },
  },
] satisfies readonly (Layout & { files: Files })[]
