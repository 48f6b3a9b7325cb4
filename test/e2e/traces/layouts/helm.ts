import { below, chart, configMap, CRD, link, template, webChart, type Layout } from '../layout.ts'

const ENVIRONMENTS = { 'values-prod.yaml': 'tag: v2\n', 'values-staging.yaml': 'tag: v3\n' }

/** Charts by what they are made of, and by what the Application names. */
export const HELM_LAYOUTS: readonly Layout[] = [
  { name: 'a chart alone', files: webChart() },
  { name: 'files for people beside it', files: webChart({ 'README.md': '# web\n', LICENSE: 'x\n', 'ci/test-values.yaml': 'tag: v9\n' }) },
  {
    name: 'a value file of the environment',
    files: webChart(ENVIRONMENTS),
    source: { helm: { valueFiles: ['values-prod.yaml'] } },
  },
  {
    name: 'value files above the chart, one folder for each environment',
    files: { ...webChart(), 'envs/prod/web.yaml': 'tag: v2\n', 'envs/staging/web.yaml': 'tag: v3\n' },
    source: { helm: { valueFiles: ['../../envs/prod/web.yaml'] } },
  },
  {
    name: 'a value file from the root',
    files: { ...webChart(), 'global/all.yaml': 'tag: v2\n', 'global/other.yaml': 'tag: v3\n' },
    source: { helm: { valueFiles: ['/global/all.yaml'] } },
  },
  {
    name: 'value files by a glob',
    files: webChart({ 'values/a.yaml': 'a: 1\n', 'values/b.yaml': 'b: 1\n', 'values/c.txt': 'c\n', 'values/deep/d.yaml': 'd: 1\n' }),
    source: { helm: { valueFiles: ['values/*.yaml'] } },
  },
  {
    name: 'value files by a glob over folders',
    files: webChart({ 'values/a.yaml': 'a: 1\n', 'values/eu/b.yaml': 'b: 1\n', 'values/eu/de/c.yaml': 'c: 1\n', 'other/d.yaml': 'd: 1\n' }),
    source: { helm: { valueFiles: ['values/**/*.yaml'] } },
  },
  {
    name: 'value files by alternatives',
    files: webChart({ 'values-eu.yaml': 'a: 1\n', 'values-us.yaml': 'b: 1\n', 'values-ap.yaml': 'c: 1\n' }),
    source: { helm: { valueFiles: ['values-[eu]*.yaml', 'values-us.yaml'] } },
  },
  {
    name: 'a value file named by the Application’s name',
    files: { ...webChart(), 'envs/shop.yaml': 'tag: v2\n', 'envs/cart.yaml': 'tag: v3\n' },
    source: { helm: { valueFiles: ['/envs/$ARGOCD_APP_NAME.yaml'] } },
  },
  {
    name: 'a value file that is missing and may be',
    files: webChart(ENVIRONMENTS),
    source: { helm: { valueFiles: ['values-local.yaml', 'values-prod.yaml'], ignoreMissingValueFiles: true } },
  },
  {
    name: 'values in the Application',
    files: webChart(ENVIRONMENTS),
    source: { helm: { values: 'tag: v4\n', parameters: [{ name: 'tag', value: 'v5' }] } },
  },
  {
    name: 'values as an object in the Application',
    files: webChart(ENVIRONMENTS),
    source: { helm: { valuesObject: { tag: 'v4' }, releaseName: 'web' } },
  },
  {
    name: 'a file as a parameter',
    files: webChart({ 'conf/app.toml': 'a = 1\n', 'conf/other.toml': 'b = 1\n' }),
    source: { helm: { fileParameters: [{ name: 'config', path: 'conf/app.toml' }] } },
  },
  {
    name: 'a file as a parameter, outside of the chart',
    files: { ...webChart(), 'conf/app.toml': 'a = 1\n', 'conf/other.toml': 'b = 1\n' },
    source: { helm: { fileParameters: [{ name: 'config', path: '../../conf/app.toml' }] } },
  },
  {
    name: 'value files by reference',
    ref: 'values',
    files: { ...webChart(ENVIRONMENTS), 'envs/prod/web.yaml': 'tag: v2\n', 'envs/prod/cart.yaml': 'tag: v3\n' },
    source: { helm: { valueFiles: ['$values/envs/prod/web.yaml'] } },
  },
  {
    name: 'value files by reference and glob',
    ref: 'values',
    files: { ...webChart(), 'envs/prod/a.yaml': 'a: 1\n', 'envs/prod/b.yaml': 'b: 1\n', 'envs/dev/a.yaml': 'a: 2\n' },
    source: { helm: { valueFiles: ['$values/envs/prod/*.yaml'] } },
  },
  {
    name: 'a file as a parameter by reference',
    ref: 'values',
    files: { ...webChart(), 'conf/app.toml': 'a = 1\n', 'conf/other.toml': 'b = 1\n' },
    source: { helm: { fileParameters: [{ name: 'config', path: '$values/conf/app.toml' }] } },
  },
  {
    name: 'custom resources',
    files: webChart({ 'crds/web.yaml': CRD, 'crds/README.md': 'x\n' }),
  },
  { name: 'custom resources that are skipped', files: webChart({ 'crds/web.yaml': CRD }), source: { helm: { skipCrds: true } } },
  {
    name: 'helpers, notes, tests and a partial below',
    files: webChart({
      'templates/_helpers.tpl': '{{ define "a" }}x{{ end }}',
      'templates/NOTES.txt': 'thanks\n',
      'templates/tests/t.yaml': configMap('t'),
      'templates/more/deep.yaml': configMap('deep'),
    }),
  },
  {
    name: 'a schema and a lock',
    files: webChart({
      'values.schema.json': '{"type":"object"}\n',
      'Chart.lock': 'dependencies: []\n',
      '.helmignore': '*.md\n',
      'a.md': 'x\n',
    }),
  },
  {
    name: 'templates that .helmignore leaves out',
    files: webChart({ '.helmignore': 'templates/draft.yaml\n*.bak\n', 'templates/draft.yaml': configMap('draft'), 'templates/a.bak': 'x' }),
  },
  {
    name: 'a folder that .helmignore leaves out',
    files: webChart({ '.helmignore': '# folders\nhack/\n', 'hack/tool.sh': 'x\n', 'hack/keep': 'x\n' }),
  },
  {
    name: 'this Application’s own file and those of others',
    files: webChart({
      '.argocd-source.yaml': 'helm: {parameters: [{name: tag, value: v2}]}\n',
      '.argocd-source-shop.yaml': 'helm: {parameters: [{name: tag, value: v3}]}\n',
      '.argocd-source-cart.yaml': 'helm: {parameters: [{name: tag, value: v4}]}\n',
    }),
  },
  {
    name: 'its own file names a value file',
    files: webChart({ ...ENVIRONMENTS, '.argocd-source-shop.yaml': 'helm: {valueFiles: [values-prod.yaml]}\n' }),
  },
  {
    name: 'its own file replaces a value file',
    files: webChart({ ...ENVIRONMENTS, '.argocd-source.yaml': 'helm: {valueFiles: [values-prod.yaml]}\n' }),
    source: { helm: { valueFiles: ['values-staging.yaml'] } },
  },
  {
    name: 'templates behind a link',
    files: { ...webChart({ 'templates/b.yaml': link('../../../shared/b.yaml') }), 'shared/b.yaml': configMap('b'), 'shared/c.yaml': 'x\n' },
  },
  {
    name: 'values behind a link',
    files: {
      ...webChart({ 'values-prod.yaml': link('../../envs/prod.yaml') }),
      'envs/prod.yaml': 'tag: v2\n',
      'envs/dev.yaml': 'tag: v3\n',
    },
    source: { helm: { valueFiles: ['values-prod.yaml'] } },
  },
  {
    name: 'a folder of templates behind a link',
    files: {
      ...webChart({ 'templates/more': link('../../../shared') }),
      'shared/b.yaml': configMap('b'),
      'shared/deep/c.yaml': configMap('c'),
    },
  },
  {
    name: 'a chart whose folder is a link',
    files: {
      'apps/web': link('../real/web'),
      ...below('real/web', { 'Chart.yaml': chart('web'), 'templates/a.yaml': configMap('a'), 'x.txt': 'x\n' }),
    },
  },
  {
    name: 'a chart at the root',
    files: {
      'Chart.yaml': chart('web'),
      'values.yaml': 'a: 1\n',
      'templates/a.yaml': template('.Values'),
      'docs/a.md': 'x\n',
      '.github/w.yaml': 'x: 1\n',
    },
    source: { path: '.' },
  },
  { name: 'a manifest beside templates', files: webChart({ 'notes.yaml': 'x: 1\n' }) },
]
