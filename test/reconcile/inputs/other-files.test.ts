import { expect, it } from 'vitest'
import type { Budget } from '../../../src/domain/application/directory-glob.ts'
import { usedFiles } from '../../../src/reconcile/inputs/chart-files.ts'
import type { Look } from '../../../src/reconcile/inputs/look.ts'
import { readOthers, type ChartFile } from '../../../src/reconcile/inputs/other-files.ts'
import { inputsOf, layout, one } from './inputs-of.ts'

const globs = (count: number): string => Array.from({ length: count }, (_, index) => `{{ .Files.Glob "{f${index},**a**b}" }}`).join('')

it('once the budget of globs is spent, in one folder or another, no name is matched any more, and all files are read', async () => {
  const [asked, named] = [{ count: 0 }, new Set<string>()]
  const file = (name: string): ChartFile => ({
    kind: 'file',
    path: `apps/web/${name}`,
    get name() {
      asked.count += 1
      return name
    },
  })
  const look = { named: (path: string) => named.add(path), candidate: (path: string) => named.add(path) } as unknown as Look
  const files = [...Array.from({ length: 20 }, (_, index) => file(`aaaa${index}`)), file('README.md')]
  const budget: Budget = { left: 600 }
  for (const folder of ['apps/web', 'apps/api'])
    await readOthers(look, folder, { files, used: usedFiles([globs(100)]), isPartial: false, budget })
  // For the first few globs, and to name them: not for each of a hundred.
  expect(asked.count).toBeLessThan(10 * files.length)
  expect([...named].filter((path) => path.endsWith('/README.md'))).toHaveLength(2)
})

it('others get their turn between one glob and the next', async () => {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const look = { named: () => undefined } as unknown as Look
  await readOthers(look, 'apps/web', { files: [], used: usedFiles([globs(30)]), isPartial: false, budget: { left: 1e6 } })
  isOver = true
  expect(turns).toBeGreaterThanOrEqual(29)
})

it('what templates name over and over is looked for once, and of more than hundreds of names nothing is known', () => {
  expect(usedFiles([globs(1).repeat(600), globs(1)])).toEqual({ named: [{ name: '{f0,**a**b}', glob: 'own' }], besides: 'none' })
  expect(usedFiles([globs(501)])).toEqual({ named: [], besides: 'all' })
})

it('a glob that is not known to find what is there may find what is there for people', async () => {
  const { files, expected } = layout({
    'apps/web/Chart.yaml': 'name: web\n',
    'apps/web/templates/a.yaml': `{{ .Files.Glob "{README.md,${'a,'.repeat(100)}b}" }}`,
    'apps/web/README.md': 'x',
    'apps/web/x.ini': 'x',
  })
  expect(await inputsOf(files, one())).toEqual({ read: expected, unknown: [] })
})

const CHART = { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/motd.md': 'x', 'apps/web/values-x.yaml': 'x' }
type Files = Readonly<Record<string, string>>

it.each<[string, Files]>([
  ['a template that works a name out', { 'apps/web/templates/a.yaml': '{{ $.Files.Get .Values.doc }}' }],
  [
    'a value that tpl makes a template of',
    { 'apps/web/templates/a.yaml': '{{ tpl .Values.x . }}', 'apps/web/values.yaml': 'x: "{{ .Files.Get .Values.doc }}"\n' },
  ],
])('%s may read what is there for people, too: whether it does is not known', async (_, files) => {
  const { read, perhaps } = await inputsOf({ ...CHART, ...files }, one())
  expect([read.includes('apps/web/values-x.yaml'), perhaps]).toEqual([true, ['apps/web/motd.md']])
})

it.each<[string, string, readonly string[]]>([
  [
    'what is fixed in a name that is put together',
    '{{ .Files.Get (printf "conf/%s.txt" .Values.env) }}',
    ['conf/a.txt', 'conf/deep/a.txt'],
  ],
  ['raw text, too', '{{ .Files.Glob (printf `conf/%s*` .Values.env) }}', ['conf/a.txt', 'conf/b.ini', 'conf/deep/a.txt']],
  ['the name in a comment alone', '{{/* .Files.Get .Values.x */}}{{- /* {{ .Files }} */ -}}', []],
  ['text between actions', '# see .Files in {{ .Chart.Name }}\n', []],
  ['a comment in a text', '{{ print "{{/*" }}{{ .Files.Get "x.ini" }}{{/* x */}}', ['x.ini']],
  ['braces in a text', '{{ print "}}" (.Files.Get `x.ini`) }}', ['x.ini']],
])('of a template, %s says which files may be read', async (_, text, expected) => {
  const files = { ...CHART, 'apps/web/templates/a.yaml': text }
  const more = ['conf/a.txt', 'conf/b.ini', 'conf/deep/a.txt', 'x.ini', 'y.ini'].map((name) => [`apps/web/${name}`, 'x'])
  const { read } = await inputsOf({ ...files, ...Object.fromEntries(more) }, one())
  expect(read.filter((path) => !/Chart|templates/.test(path))).toEqual(expected.map((name) => `apps/web/${name}`))
})

it.each([
  '{{ (index $ (print "Fi" "les")).Get "x.ini" }}',
  '{{ range $k, $v := $ }}{{ $v.Get "x.ini" }}{{ end }}',
  '{{ (get . (printf "%s" .Values.x)).Get "x.ini" }}',
  '{{ tpl (printf "%s .Files.Get %q }}" "{{" "x.ini") . }}',
])('where %j is given all there is, any file may be read', async (text) => {
  const { read } = await inputsOf({ ...CHART, 'apps/web/templates/a.yaml': text, 'apps/web/x.ini': 'x' }, one())
  expect(read).toContain('apps/web/x.ini')
})

it('what ranges over a list of values reads no file', async () => {
  const text = '{{ range $k, $v := $.Values.x }}{{ index $.Values $k }}{{ index . "x" }}{{ end }}'
  const { read } = await inputsOf({ ...CHART, 'apps/web/templates/a.yaml': text, 'apps/web/x.ini': 'x' }, one())
  expect(read).not.toContain('apps/web/x.ini')
})

it.each<[string, Files]>([
  ['names all', { 'apps/web/templates/a.yaml': '{{ .Files.Get "x.ini" }}' }],
  ['makes templates of values that read none', { 'apps/web/templates/a.yaml': '{{ tpl .Values.x . }}', 'apps/web/values.yaml': 'x: 1\n' }],
])('where a chart %s, what is there for people is not read', async (_, files) => {
  expect((await inputsOf({ ...CHART, ...files }, one())).perhaps).toBeUndefined()
})
