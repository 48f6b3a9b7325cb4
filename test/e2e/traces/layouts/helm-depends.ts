import { createHash } from 'node:crypto'
import { below, chart, configMap, link, webChart, type Layout } from '../layout.ts'

const LIBRARY = 'dependencies: [{name: lib, version: 0.1.0, repository: "file://../../libs/lib"}]\n'
const LOCKED = [{ name: 'lib', version: '0.1.0', repository: 'file://../../libs/lib' }]
/** Helm compares the digest of what both files say. */
const LOCK =
  `dependencies: ${JSON.stringify(LOCKED)}\n` +
  `digest: sha256:${createHash('sha256')
    .update(JSON.stringify([LOCKED, LOCKED]))
    .digest('hex')}\ngenerated: "2026-01-01T00:00:00Z"\n`
const VENDORED = 'dependencies: [{name: sub, version: 0.1.0}]\n'

/** Charts below and beside the one that depends on them. */
export const HELM_DEPENDENCY_LAYOUTS: readonly Layout[] = [
  {
    name: 'a chart below in charts',
    files: webChart({
      'charts/sub/Chart.yaml': chart('sub'),
      'charts/sub/values.yaml': 'a: 1\n',
      'charts/sub/values-prod.yaml': 'a: 2\n',
      'charts/sub/README.md': 'x\n',
      'charts/sub/templates/a.yaml': configMap('sub'),
    }),
  },
  {
    name: 'a chart below that is named and turned off',
    files: webChart(
      { 'charts/sub/Chart.yaml': chart('sub'), 'charts/sub/templates/a.yaml': configMap('sub') },
      'dependencies: [{name: sub, version: 0.1.0, condition: sub.enabled}]\n',
    ),
    source: { helm: { parameters: [{ name: 'sub.enabled', value: 'false' }] } },
  },
  {
    name: 'a chart below a chart below',
    files: webChart(
      {
        'charts/sub/Chart.yaml': chart('sub'),
        'charts/sub/charts/deep/Chart.yaml': chart('deep'),
        'charts/sub/charts/deep/templates/a.yaml': configMap('deep'),
        'charts/sub/.helmignore': 'templates/x.yaml\n',
        'charts/sub/templates/x.yaml': configMap('x'),
      },
      VENDORED,
    ),
  },
  {
    name: 'what Helm leaves out of charts',
    files: webChart({ 'charts/_hidden/Chart.yaml': chart('hidden'), 'charts/.keep': '' }),
  },
  {
    name: 'a chart beside it',
    files: {
      ...webChart({}, LIBRARY),
      ...below('libs/lib', { 'Chart.yaml': chart('lib'), 'templates/a.yaml': configMap('lib'), 'values.yaml': 'a: 1\n', 'b.txt': 'x\n' }),
      ...below('libs/other', { 'Chart.yaml': chart('other'), 'templates/a.yaml': configMap('other') }),
    },
  },
  {
    name: 'a library beside it, with a lock',
    files: {
      ...webChart(
        {
          'Chart.lock': LOCK,
          'templates/b.yaml': '{{ include "lib.map" . }}',
        },
        LIBRARY,
      ),
      ...below('libs/lib', {
        'Chart.yaml': chart('lib', 'type: library\n'),
        'templates/_map.tpl': `{{ define "lib.map" }}${configMap('b')}{{ end }}`,
      }),
    },
  },
  {
    name: 'a chart beside it that depends on another',
    files: {
      ...webChart({}, LIBRARY),
      ...below('libs/lib', { 'Chart.yaml': chart('lib', 'dependencies: [{name: deep, version: 0.1.0, repository: "file://../deep"}]\n') }),
      ...below('libs/deep', { 'Chart.yaml': chart('deep'), 'templates/a.yaml': configMap('deep') }),
    },
  },
  {
    name: 'requirements of the first version',
    files: {
      ...below('apps/web', {
        'Chart.yaml': 'apiVersion: v1\nname: web\nversion: 0.1.0\n',
        'requirements.yaml': 'dependencies: [{name: lib, version: 0.1.0, repository: "file://../../libs/lib"}]\n',
        'templates/a.yaml': configMap('a'),
      }),
      ...below('libs/lib', { 'Chart.yaml': 'apiVersion: v1\nname: lib\nversion: 0.1.0\n', 'templates/a.yaml': configMap('lib') }),
    },
  },
  {
    name: 'a chart of charts behind a link',
    besides: ['libs/sub/c.txt'],
    files: { ...webChart({ 'charts/sub': link('../../../libs/sub') }), ...subChart('libs/sub') },
  },
]

function subChart(folder: string) {
  return below(folder, { 'Chart.yaml': chart('sub'), 'templates/a.yaml': configMap('sub'), 'c.txt': 'x\n' })
}
