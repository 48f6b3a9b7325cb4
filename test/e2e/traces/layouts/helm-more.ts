import { gzipSync } from 'node:zlib'
import { below, chart, link, template, webChart, type Files, type Layout } from '../layout.ts'

const CONF: Files = { 'conf/a.ini': 'a\n', 'conf/b.ini': 'b\n', 'conf/eu/c.ini': 'c\n' }
const VALUES: Files = {
  'env/eu-prod.yaml': 'a: 1\n',
  'env/us-prod.yaml': 'b: 1\n',
  'env/eu-test.yaml': 'c: 1\n',
  'env/x/eu-prod.yaml': 'd: 1\n',
}
const SUB: Files = { 'Chart.yaml': chart('sub'), 'values.yaml': 'a: 1\n', 'templates/a.yaml': template('.Values') }
const NEEDS_SUB = 'dependencies: [{name: sub, version: 0.1.0, repository: "https://127.0.0.1:9/charts"}]\n'
const LOCK = 'dependencies:\n- {name: sub, version: 0.1.0, repository: "https://127.0.0.1:9/charts"}\ndigest: sha256:0\n'

/** Packed charts, and what names files by patterns. */
export const HELM_MORE_LAYOUTS: readonly Layout[] = [
  { name: 'a packed chart in charts', files: webChart({ 'charts/sub-0.1.0.tgz': packed('sub', SUB) }) },
  {
    name: 'a packed chart in charts that is locked',
    files: webChart({ 'charts/sub-0.1.0.tgz': packed('sub', SUB), 'Chart.lock': LOCK }, NEEDS_SUB),
  },
  {
    name: 'a packed chart that reads its own file',
    files: webChart({
      ...CONF,
      'charts/sub-0.1.0.tgz': packed('sub', { ...SUB, 'x.ini': 'x\n', 'templates/b.yaml': template('.Files.Get "x.ini"') }),
    }),
    besides: Object.keys(CONF).map((name) => `apps/web/${name}`),
  },
  {
    name: 'a packed library that reads the file of who uses it',
    files: webChart({
      ...CONF,
      'templates/made.yaml': template('include "sub.conf" .'),
      'charts/sub-0.1.0.tgz': packed('sub', {
        'Chart.yaml': `${chart('sub')}type: library\n`,
        'templates/_h.tpl': '{{ define "sub.conf" }}{{ .Files.Get "conf/a.ini" }}{{ end }}',
      }),
    }),
    besides: ['apps/web/conf/b.ini', 'apps/web/conf/eu/c.ini'],
  },
  {
    name: 'a packed chart behind a link',
    files: {
      ...webChart({ 'charts/sub-0.1.0.tgz': link('../../../packed/sub.tgz') }),
      'packed/sub.tgz': packed('sub', SUB),
      'packed/x.tgz': 'x',
    },
  },
  {
    name: 'a packed chart and one in a folder',
    files: webChart({ 'charts/sub-0.1.0.tgz': packed('sub', SUB), ...below('charts/other', { ...SUB, 'Chart.yaml': chart('other') }) }),
  },
  ...(
    [
      ['one character', 'env/?u-prod.yaml'],
      ['a class', 'env/[eu]*-prod.yaml'],
      ['all but a class', 'env/[^u]*-prod.yaml'],
      ['folders to any depth', 'env/**/eu-prod.yaml'],
      ['a star for a folder', '*/eu-prod.yaml'],
      ['a pattern from above', '../web/env/eu-*.yaml'],
      ['a pattern from the root', '/apps/*/env/eu-prod.yaml'],
    ] as const
  ).map(([name, pattern]): Layout => {
    return { name: `value files by ${name}`, files: webChart(VALUES), source: { helm: { valueFiles: [pattern] } } }
  }),
  {
    name: 'value files by reference, of another repository',
    files: { ...webChart(), 'envs/prod.yaml': 'tag: v9\n' },
    other: { 'envs/prod.yaml': 'tag: v2\n', 'envs/staging.yaml': 'tag: v3\n', 'values.yaml': 'tag: v4\n' },
    ref: 'values',
    source: { helm: { valueFiles: ['$values/envs/prod.yaml'] } },
  },
  {
    name: 'value files by reference and pattern, of another repository, and one here',
    files: webChart({ 'own.yaml': 'a: 1\n' }),
    other: { 'envs/eu.yaml': 'b: 1\n', 'envs/us.yaml': 'c: 1\n', 'envs/x.txt': 'x\n', 'envs/deep/eu.yaml': 'd: 1\n' },
    ref: 'values',
    source: { helm: { valueFiles: ['$values/envs/*.yaml', 'own.yaml'] } },
  },
  {
    name: 'a file as a parameter by reference, of another repository, behind a link',
    files: webChart(),
    other: { 'conf/app.toml': link('../real.toml'), 'real.toml': 'x = 1\n', 'conf/other.toml': 'x = 2\n' },
    ref: 'values',
    source: { helm: { fileParameters: [{ name: 'config', path: '$values/conf/app.toml' }] } },
  },
  {
    name: 'value files by a pattern that finds none, and may',
    files: webChart(VALUES),
    source: { helm: { valueFiles: ['none/*.yaml'], ignoreMissingValueFiles: true } },
  },
  {
    name: 'value files by two patterns that find the same',
    files: webChart(VALUES),
    source: { helm: { valueFiles: ['env/eu-*.yaml', 'env/*-prod.yaml'] } },
  },
  made('a glob in a condition', '{{ if .Files.Glob "conf/a*.ini" }}a: b{{ end }}'),
  made('a file by a name with dots in it, which Helm does not find', 'a: {{ .Files.Get "./conf/a.ini" | quote }}', ['conf/a.ini']),
  made('lines that are ranged over', 'a: {{ range .Files.Lines "conf/a.ini" }}{{ . }}{{ end }}'),
  made('a file in another context', 'a: {{ with .Values }}{{ $.Files.Get "conf/a.ini" | quote }}{{ end }}'),
  made('a hash of a file', 'a: {{ .Files.Get "conf/a.ini" | sha256sum }}'),
  made('a hash of a template', 'a: {{ include (print $.Template.BasePath "/web.yaml") . | sha256sum }}'),
  made('a comment about files', '{{/* .Files.Get "conf/a.ini" */}}a: b'),
  made('a comment about files in YAML', '# see .Files\n  a: b'),
  made('a comment sign in a text', 'a: {{ print "{{/*" (.Files.Get "conf/a.ini") | quote }} # {{/* x */}}'),
]

/** A template of one line of data; `besides`: what Kedge calls read, and the line makes nothing of. */
function made(name: string, line: string, besides: readonly string[] = []): Layout {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata:\n  ${line}\n`
  return { name, files: webChart({ ...CONF, 'templates/made.yaml': text }), besides: besides.map((file) => `apps/web/${file}`) }
}

/** As `helm package` does it: a tar of one folder. */
function packed(name: string, files: Files): Files[string] {
  const entries = Object.entries(files).flatMap(([path, text]) => (typeof text === 'string' ? [tarEntry(`${name}/${path}`, text)] : []))
  return { mode: '100644', text: gzipSync(Buffer.concat([...entries, Buffer.alloc(1_024)])).toString('base64'), encoding: 'base64' }
}

function tarEntry(path: string, text: string): Buffer {
  const header = Buffer.alloc(512)
  const size = Buffer.byteLength(text)
  header.write(path, 0)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, Buffer.from(text), Buffer.alloc((512 - (size % 512)) % 512)])
}
