import { below, chart, configMap, link, template, webChart, type Files, type Layout } from '../layout.ts'

const CONF: Files = { 'conf/a.ini': 'a\n', 'conf/b.ini': 'b\n' }
const LIB = below('libs/lib', { 'Chart.yaml': chart('lib'), 'values.yaml': 'a: 1\n', 'templates/a.yaml': template('.Values') })
const NEEDS_LIB = 'dependencies: [{name: lib, version: 0.1.0, repository: "file://../../libs/lib"}]\n'

/** Charts as few people write them. */
export const HELM_CORNER_LAYOUTS: readonly Layout[] = [
  {
    name: 'files by `with`',
    files: webChart({
      ...CONF,
      'templates/made.yaml': template('include "x" .'),
      'templates/_x.tpl': '{{ define "x" }}{{ with .Files }}{{ .Get "conf/a.ini" }}{{ end }}{{ end }}',
    }),
    besides: ['apps/web/conf/b.ini'],
  },
  {
    name: 'files by `index`',
    files: webChart({ ...CONF, 'templates/made.yaml': template('(index . "Files").Get "conf/a.ini"') }),
    besides: ['apps/web/conf/b.ini'],
  },
  {
    name: 'a list of names in values',
    files: webChart({
      ...CONF,
      'values.yaml': 'files: [conf/a.ini]\n',
      'templates/made.yaml': template('include "x" .'),
      'templates/_x.tpl': '{{ define "x" }}{{ range .Values.files }}{{ $.Files.Get . }}{{ end }}{{ end }}',
    }),
    besides: ['apps/web/conf/b.ini'],
  },
  {
    name: 'a file of a chart below, read from above',
    files: webChart({
      ...CONF,
      'charts/sub/Chart.yaml': chart('sub'),
      'charts/sub/conf/x.ini': 'x\n',
      'templates/made.yaml': template('.Subcharts.sub.Files.Get "conf/x.ini"'),
    }),
  },
  {
    name: 'a file of a chart beside it, read from above',
    files: {
      ...webChart({ 'templates/made.yaml': template('.Subcharts.lib.Files.Get "conf/x.ini"') }, NEEDS_LIB),
      ...LIB,
      'libs/lib/conf/x.ini': 'x\n',
      'libs/lib/conf/y.ini': 'y\n',
    },
  },
  {
    name: 'a file in a line of its own',
    files: webChart({ ...CONF, 'templates/made.yaml': template('(.Files.Get\n    "conf/a.ini")') }),
  },
  {
    name: 'a schema that refers to another',
    files: webChart({
      'values.schema.json':
        '{"type": "object", "properties": {"tag": {"$ref": "#/definitions/t"}}, "definitions": {"t": {"type": "string"}}}\n',
      'schemas/t.json': '{"type": "string"}\n',
    }),
  },
  {
    name: 'a chart beside it that lies in charts, too',
    files: {
      ...webChart({ 'charts/lib/Chart.yaml': chart('lib'), 'charts/lib/templates/a.yaml': configMap('vendored') }, NEEDS_LIB),
      ...LIB,
    },
  },
  {
    name: 'two charts beside it, one of which lies in charts, too',
    files: {
      ...webChart(
        { 'charts/lib/Chart.yaml': chart('lib'), 'charts/lib/templates/a.yaml': configMap('vendored') },
        `${NEEDS_LIB.replace(']\n', '')}, {name: two, version: 0.1.0, repository: "file://../../libs/two"}]\n`,
      ),
      ...LIB,
      ...below('libs/two', { 'Chart.yaml': chart('two'), 'templates/a.yaml': configMap('two') }),
    },
  },
  {
    name: 'a chart beside it under another name',
    files: { ...webChart({}, 'dependencies: [{name: lib, alias: one, version: 0.1.0, repository: "file://../../libs/lib"}]\n'), ...LIB },
  },
  {
    name: 'a chart beside it that holds charts',
    files: {
      ...webChart({}, NEEDS_LIB),
      ...LIB,
      ...below('libs/lib/charts/deep', { 'Chart.yaml': chart('deep'), 'templates/a.yaml': configMap('deep') }),
    },
  },
  {
    name: 'a chart beside it behind a link',
    files: {
      ...webChart({}, 'dependencies: [{name: lib, version: 0.1.0, repository: "file://../link"}]\n'),
      'apps/link': link('../libs/lib'),
      ...LIB,
    },
  },
  {
    name: 'a chart whose folder is a link, and the Application says Helm',
    files: {
      'apps/web': link('../real/web'),
      ...below('real/web', { 'Chart.yaml': chart('web'), 'templates/a.yaml': template('.Values'), 'x.txt': 'x\n' }),
    },
    source: { helm: { releaseName: 'web' } },
  },
  {
    name: 'value files above a chart whose folder is a link',
    files: {
      'apps/web': link('../real/web'),
      ...below('real/web', { 'Chart.yaml': chart('web'), 'templates/a.yaml': template('.Values') }),
      'apps/env/prod.yaml': 'a: 1\n',
      'real/env/prod.yaml': 'a: 2\n',
    },
    source: { helm: { valueFiles: ['../env/prod.yaml'] } },
  },
  {
    name: 'a value file in a folder that is a link',
    files: { ...webChart({ env: link('../../envs') }), 'envs/prod.yaml': 'tag: v2\n', 'envs/dev.yaml': 'tag: v3\n' },
    source: { helm: { valueFiles: ['env/prod.yaml'] } },
  },
  {
    name: 'value files by a glob, links among them',
    files: {
      ...webChart({ 'values/a.yaml': 'a: 1\n', 'values/b.yaml': link('../../../envs/b.yaml') }),
      'envs/b.yaml': 'b: 1\n',
      'envs/c.yaml': 'c: 1\n',
    },
    source: { helm: { valueFiles: ['values/*.yaml'] } },
  },
  {
    name: 'value files by a glob in a folder that is a link',
    files: { ...webChart({ values: link('../../envs') }), 'envs/b.yaml': 'b: 1\n', 'envs/c.yaml': 'c: 1\n', 'envs/d.txt': 'd\n' },
    source: { helm: { valueFiles: ['values/*.yaml'] } },
  },
  {
    name: 'value files by a glob over folders, one of which is a link',
    notKnown: 'behind the link apps/web/values/eu',
    files: { ...webChart({ 'values/a.yaml': 'a: 1\n', 'values/eu': link('../../../envs') }), 'envs/b.yaml': 'b: 1\n' },
    source: { helm: { valueFiles: ['values/**/*.yaml'] } },
  },
  {
    name: 'a chart beside one whose folder is a link',
    files: {
      'apps/web': link('../real/deep/web'),
      ...below('real/deep/web', {
        'Chart.yaml': chart('web', 'dependencies: [{name: lib, version: 0.1.0, repository: "file://../lib"}]\n'),
      }),
      ...below('apps/lib', { 'Chart.yaml': chart('lib'), 'templates/a.yaml': configMap('beside') }),
      ...below('real/deep/lib', { 'Chart.yaml': chart('lib'), 'templates/a.yaml': configMap('deep') }),
    },
    source: { helm: { releaseName: 'web' } },
  },
  {
    name: 'value files by braces',
    files: webChart({ 'values-a.yaml': 'a: 1\n', 'values-b.yaml': 'b: 1\n', 'values-c.yaml': 'c: 1\n' }),
    source: { helm: { valueFiles: ['values-{a,b}*.yaml'] } },
  },
  {
    name: 'a file as a parameter in its own file',
    files: webChart({ ...CONF, '.argocd-source-shop.yaml': 'helm: {fileParameters: [{name: conf, path: conf/a.ini}]}\n' }),
  },
  { name: 'a value file that people read', files: webChart({ 'README.md': 'tag: v2\n' }), source: { helm: { valueFiles: ['README.md'] } } },
  {
    name: 'a template as a value file',
    files: webChart({ 'templates/v.yaml': configMap('v') }),
    source: { helm: { valueFiles: ['templates/v.yaml'] } },
  },
  { name: 'a file whose name ends in Chart.yaml', files: webChart({ 'OldChart.yaml': 'x: 1\n' }) },
  {
    name: 'a value file from the net',
    notKnown: 'the value file https://',
    files: webChart(),
    source: { helm: { valueFiles: ['https://127.0.0.1:9/values.yaml'] } },
  },
  {
    name: 'a value file that a plugin decrypts',
    notKnown: 'the value file secrets://',
    files: webChart({ 's.yaml': 'x: 1\n' }),
    source: { helm: { valueFiles: ['secrets://s.yaml'] } },
  },
  {
    name: 'a chart of a registry by a range, without a lock',
    notKnown: 'by a range, without a lock',
    files: webChart({}, 'dependencies: [{name: redis, version: ^20.0.0, repository: "https://charts.example"}]\n'),
  },
  {
    name: 'a chart that is outside of the repository',
    notKnown: 'the chart file://',
    files: webChart({}, 'dependencies: [{name: lib, version: 0.1.0, repository: "file:///srv/lib"}]\n'),
  },
  {
    name: 'a link that leaves the repository',
    notKnown: 'leaves the repository',
    files: webChart({ 'templates/x.yaml': link('/etc/x.yaml') }),
  },
  {
    name: 'a submodule among templates',
    notKnown: 'submodule',
    files: webChart({ 'templates/sub': { mode: '160000', text: '1'.repeat(40) } }),
  },
]
