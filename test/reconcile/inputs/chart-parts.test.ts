import { expect, it } from 'vitest'
import { readChart } from '../../../src/reconcile/inputs/chart.ts'
import { aLook, chartAt, many, SUBMODULE, type Told } from './a-repository.ts'
import { CHART, LIBRARY, type Files } from './inputs-of.ts'

const WEB = chartAt('apps/web')
const CHART_YAML = 'apps/web/Chart.yaml'
const GET_ANY = '{{ .Files.Get .Values.file }}'
const TPL = '{{ tpl .Values.x . }}'
const READING = 'x: "{{ .Files.Get .Values.doc }}"\n'

/** Files below `apps/web`, or of the repository, and what is found besides what Helm looks for. */
type Case = [string, Files, Told]

const FILES: readonly Case[] = [
  ['nothing of one that is not there', {}, {}],
  [
    'other files, and neither its parts nor what is named as values, where a template may read any',
    { [CHART_YAML]: CHART, 'apps/web/templates/a.yaml': GET_ANY, 'apps/web/values-prod.yaml': 'x', 'apps/web/x.ini': 'x' },
    { candidates: ['apps/web/x.ini'] },
  ],
  [
    'no template, where there is no other file to be read',
    { [CHART_YAML]: CHART, 'apps/web/templates/a.yaml': GET_ANY.repeat(20_000), 'apps/web/values-prod.yaml': 'x' },
    {},
  ],
  [
    'no values, where no template makes templates of them',
    {
      [CHART_YAML]: CHART,
      'apps/web/templates/a.yaml': '{{ .Files.Get "x.ini" }}',
      'apps/web/values.yaml': READING,
      'apps/web/x.ini': 'x',
      'apps/web/y.ini': 'x',
    },
    { named: ['apps/web/x.ini'] },
  ],
  [
    'the values that the Application names, where a template makes templates of them',
    {
      [CHART_YAML]: CHART,
      'apps/web/templates/a.yaml': TPL,
      'apps/web/values-prod.yaml': READING,
      'apps/web/values-other.yaml': 'x: 1\n',
      'apps/web/README.md': 'x',
    },
    { candidates: ['apps/web/values-other.yaml'], perhaps: ['apps/web/README.md'] },
  ],
  [
    'no file of its own values alone, where only what is none of values reads any',
    { [CHART_YAML]: `${CHART}x: "{{ .Files }}"\n`, 'apps/web/templates/a.yaml': TPL, 'apps/web/README.md': 'x', 'apps/web/a.ini': 'x' },
    { candidates: ['apps/web/a.ini'] },
  ],
  [
    'what its own values read, where a template makes templates of them',
    { [CHART_YAML]: CHART, 'apps/web/templates/a.yaml': TPL, 'apps/web/values.yaml': READING, 'apps/web/README.md': 'x' },
    { perhaps: ['apps/web/README.md'] },
  ],
  [
    'what a glob finds, by Git where Helm leaves nothing out',
    { [CHART_YAML]: CHART, 'apps/web/templates/a.yaml': '{{ .Files.Glob "conf/*" }}', 'apps/web/conf/a.ini': 'x' },
    { named: ['glob apps/web/conf/*'] },
  ],
  [
    'what a glob finds, without what .helmignore leaves out',
    {
      [CHART_YAML]: CHART,
      'apps/web/.helmignore': 'conf/b.ini\n',
      'apps/web/templates/a.yaml': '{{ .Files.Glob "conf/*" }}',
      'apps/web/conf/a.ini': 'x',
      'apps/web/conf/b.ini': 'x',
    },
    { named: ['apps/web/conf/a.ini'] },
  ],
  [
    'other files, where a packed chart may read any',
    { [CHART_YAML]: CHART, 'apps/web/charts/a-1.2.3.TGZ': 'x', 'apps/web/x.ini': 'x' },
    { candidates: ['apps/web/x.ini'] },
  ],
  [
    'what Helm looks for, whatever .helmignore says',
    { [CHART_YAML]: CHART, 'apps/web/.helmignore': '*.yaml\n*.ini\n', 'apps/web/values.yaml': 'x: 1\n', 'apps/web/a.ini': 'x' },
    {},
  ],
]

const BESIDE: readonly Case[] = [
  ['itself once, where it depends on itself', { [CHART_YAML]: 'dependencies: [{name: web, repository: "file://."}]\n' }, {}],
  ['one that lies beside it', { [CHART_YAML]: LIBRARY, 'libs/a/Chart.yaml': 'name: a\n' }, { named: chartAt('libs/a') }],
  [
    'one that is not there yet, and may read any file then',
    { [CHART_YAML]: LIBRARY, 'apps/web/x.ini': 'x' },
    { named: ['libs/a'], candidates: ['apps/web/x.ini'] },
  ],
  ['a submodule by name', { [CHART_YAML]: LIBRARY, libs: SUBMODULE, 'apps/web/x.ini': 'x' }, { unknown: ['the submodule libs'] }],
  [
    'nothing outside of the repository',
    { [CHART_YAML]: 'dependencies: [{name: a, repository: "file://../../../a"}, {name: b, repository: "file:///b"}]\n' },
    { unknown: ['the chart file://../../../a of apps/web', 'the chart file:///b of apps/web'] },
  ],
  [
    'one that lies beside it, and not what that depends on',
    { [CHART_YAML]: LIBRARY, 'libs/a/Chart.yaml': 'dependencies: [{name: b, repository: "file://../b"}]\n', 'libs/b/x': 'x' },
    { named: chartAt('libs/a') },
  ],
  ['none beside it where it lies in charts', { [CHART_YAML]: LIBRARY, 'apps/web/charts/a/Chart.yaml': 'name: a\n', 'libs/a/x': 'x' }, {}],
  [
    'one that is beside it where what lies in its place is no YAML',
    { [CHART_YAML]: LIBRARY, 'apps/web/charts/a/Chart.yaml': 'a: [', 'libs/a/Chart.yaml': 'name: a\n' },
    { named: chartAt('libs/a') },
  ],
  ['nothing, of what is no YAML', { [CHART_YAML]: 'a: [' }, { unknown: ['apps/web/Chart.yaml, which cannot be read as YAML'] }],
  [
    'nothing, of what is too large',
    { [CHART_YAML]: '#'.repeat(300_000) },
    { unknown: ['apps/web/Chart.yaml, which is too large or no file'] },
  ],
]

const RANGE = 'dependencies: [{name: a, repository: "https://charts.example", version: 1.x}]\n'
const REGISTRY: readonly Case[] = [
  ['a range with a lock', { [CHART_YAML]: RANGE, 'apps/web/Chart.lock': 'x' }, {}],
  ['a range with a lock in the older words', { [CHART_YAML]: RANGE, 'apps/web/requirements.lock': 'x' }, {}],
  ['a range, unpacked in charts', { [CHART_YAML]: RANGE, 'apps/web/charts/a/Chart.yaml': 'name: a\n', 'apps/web/x.ini': 'x' }, {}],
  [
    'a range, packed in charts',
    { [CHART_YAML]: RANGE, 'apps/web/charts/a-1.2.3.tgz': 'x', 'apps/web/x.ini': 'x' },
    { candidates: ['apps/web/x.ini'] },
  ],
  [
    'a range, and another in charts',
    { [CHART_YAML]: RANGE, 'apps/web/charts/b-1.2.3.tgz': 'x' },
    { unknown: ['the chart a that apps/web/Chart.yaml names by a range, without a lock'] },
  ],
  ['a version', { [CHART_YAML]: RANGE.replace('1.x', '1.2.3'), 'apps/web/x.ini': 'x' }, { candidates: ['apps/web/x.ini'] }],
  ['no repository', { [CHART_YAML]: 'dependencies: [{name: a}]\n', 'apps/web/x.ini': 'x' }, { candidates: ['apps/web/x.ini'] }],
]

async function found(files: Files): Promise<Told> {
  const { look, told } = aLook(files)
  await readChart(look, 'apps/web', { values: ['apps/web/values-prod.yaml'], keep: 'own' })
  return told()
}

it.each([...FILES, ...BESIDE])('of a chart, there is read %s', async (_, files, expected) => {
  expect(await found(files)).toEqual({ own: WEB, ...expected })
})

it.each(REGISTRY)('a chart of a registry is known, or not, by %s', async (_, files, expected) => {
  expect(await found(files)).toEqual({ own: WEB, ...expected })
})

it('a chart that a file names is no more than named', async () => {
  const { look, told } = aLook({ [CHART_YAML]: CHART })
  await readChart(look, 'apps/web')
  expect(told()).toEqual({ named: WEB })
})

it('where Helm leaves files of a folder out, up to 50 are named one by one', async () => {
  const ownOf = async (count: number) => {
    const templates = many(count, (index) => `apps/web/templates/${String(index).padStart(2, '0')}.yaml`)
    const files = [CHART_YAML, ...templates, 'apps/web/templates/a.bak'].map((path) => [path, 'x: 1\n'])
    const { own = [] } = await found({ ...Object.fromEntries(files), 'apps/web/.helmignore': '*.bak\n' })
    return { own: own.filter((path) => path.includes('templates')), templates }
  }
  const few = await ownOf(50)
  expect(few.own).toEqual(few.templates)
  expect((await ownOf(51)).own).toEqual(['apps/web/templates'])
})

it('200 templates are looked through; of one more, any file may be read', async () => {
  const files = (count: number): Files => {
    const templates = many(count, (index) => `apps/web/templates/${index}.yaml`).map((path) => [path, 'x: 1\n'])
    return { [CHART_YAML]: CHART, 'apps/web/x.ini': 'x', ...Object.fromEntries(templates) }
  }
  expect(await found(files(200))).toEqual({ own: WEB })
  expect(await found(files(201))).toEqual({ own: WEB, candidates: ['apps/web/x.ini'] })
})

it('a chart has up to 49 charts beside it; of more, it is said that they are not known', async () => {
  const files = (count: number): Files => {
    const names = many(count, (index) => `c${index}`)
    const dependencies = names.map((name) => `{name: ${name}, repository: "file://../../libs/${name}"}`).join(', ')
    return { [CHART_YAML]: `dependencies: [${dependencies}]\n`, ...Object.fromEntries(names.map((name) => [`libs/${name}/x`, 'x'])) }
  }
  expect((await found(files(49))).unknown).toBeUndefined()
  expect((await found(files(50))).unknown).toEqual(['more than 50 charts that depend on each other'])
})
