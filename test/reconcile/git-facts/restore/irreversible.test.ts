import { expect, it } from 'vitest'
import type { Versions } from '../../../../src/reconcile/git-facts/question/versions.ts'
import { changedForGood } from '../../../../src/reconcile/git-facts/restore/irreversible.ts'
import { digest } from '../../../histories/git/remote.ts'
import type { Files } from '../../../histories/world/manifests.ts'
import { aBranch } from '../a-branch.ts'
import { counted, crd, job } from './manifests.ts'

type Rendered = readonly { kind: string; name: string; hash: string }[]

interface Options {
  isPlain: boolean
  /** What N+1 renders, and N, where that is told. */
  rendered: readonly [failed: Rendered | undefined, before: Rendered | undefined]
  /** What is there of the Application beside, and stays. */
  beside: Files
}

/** What cannot be taken back of a release that makes these files of those; asked twice, and how many texts were read the second time. */
async function look(before: Files, after: Files, options: Partial<Options> = {}): Promise<{ told: readonly string[]; read: number }> {
  const { isPlain = true, rendered, beside = {} } = options
  const { repository, commits } = await aBranch([{ ...before, ...beside }, after])
  const [good, revision] = commits
  if (!good || !revision) throw new Error('there are two commits')
  const versions = rendered
    ? { by: 'rendering', failed: { rollout: { irreversible: rendered[0] } }, before: { rollout: { irreversible: rendered[1] } } }
    : { by: 'files' }
  const count = counted(repository)
  const asked = {
    versions: versions as unknown as Versions,
    revision,
    good,
    paths: Object.keys(after),
    restored: [{ path: '', glob: false }],
    isPlain,
    digest,
  }
  const told = await changedForGood(count.repository, asked)
  const first = count.texts(1024 * 1024)
  expect(await changedForGood(count.repository, asked)).toEqual(told)
  return { told, read: count.texts(1024 * 1024) - first }
}

const told = async (before: Files, after: Files, options: Partial<Options> = {}): Promise<readonly string[]> =>
  (await look(before, after, options)).told

const file = (text: string): Files => ({ 'a.yaml': text })
const claim = (size: string): string => `kind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {size: ${size}}\n`
/** With a comment that makes it so long. */
const long = (text: string, length: number): string => `${text}#`.padEnd(length, 'x')
const CRD = 'CustomResourceDefinition'

it.for<readonly [what: string, before: string | null, after: string | null, told: readonly string[]]>([
  ['a Job that ran as a hook, and changed', job('v1'), job('v2'), ['Job migrate']],
  ['a new one', null, job('v2'), ['Job migrate']],
  ['one that is taken away', job('v1'), null, ['Job migrate']],
  ['one that stays', job('v1'), `# the same\n${job('v1')}`, []],
  ['one of two', crd('b') + crd('a'), crd('b', '2') + crd('a'), [`${CRD} b`]],
  ['both, by their names', crd('b') + crd('a'), crd('b', '2') + crd('a', '2'), [`${CRD} a`, `${CRD} b`]],
  ['one kind in the place of another', crd('data'), claim('1'), [`${CRD} data`, 'PersistentVolumeClaim data']],
  ['what is no Job', 'kind: ConfigMap\n', 'kind: ConfigMap\ndata: {}\n', []],
  ['a file of which no part can be told from another', null, `--- !!map\n${job('v1')}`, ['Job migrate']],
])('by files: %s', async ([, before, after, expected]) => {
  const [had, has] = [before === null ? {} : file(before), { 'a.yaml': after }]
  expect(await look(had, has)).toEqual({ told: expected, read: 0 })
})

it.for<readonly [what: string, length: number, told: readonly string[]]>([
  ['32 KiB is parsed: its labels are nothing', 32 * 1024, []],
  ['more is told by its words, in full', 32 * 1024 + 1, [`${CRD} a`]],
])('a document of %s', async ([, length, expected]) => {
  const labelled = (label: string): Files => file(long(crd('a', '1', label).replace('---\n', ''), length))
  expect(await told(labelled('one'), labelled('two'))).toEqual(expected)
})

it('a template that is YAML by chance is told by its words', async () => {
  expect(await told(file(crd('a', '1', '"{{ one }}"')), file(crd('a', '1', '"{{ two }}"')))).toEqual([`${CRD} a`])
})

const WORD = ' # PersistentVolumeClaim'
const values = (image: string): string => `image: ${image}\nurl: "{{ .Values.host }}"${WORD}\n`
const PERHAPS = ['perhaps PersistentVolumeClaim']

it.for<readonly [what: string, path: string, text: (image: string) => string, told: readonly string[]]>([
  ['values with a template', 'values.yaml', values, []],
  ['values with a template, by the other name', 'values.yml', values, []],
  ['a template', 'templates/a.yaml', values, PERHAPS],
  ['a template of a part', 'charts/x/templates/a.yaml', values, PERHAPS],
  ['what is no YAML', 'values.txt', values, PERHAPS],
  ['values of 32 KiB', 'values.yaml', (image) => long(values(image), 32 * 1024), []],
  ['more values than are parsed', 'values.yaml', (image) => long(values(image), 32 * 1024 + 1), PERHAPS],
  ['values that do not parse', 'values.yaml', (image) => `{{ if x }}\n${values(image)}`, PERHAPS],
  ['a list', 'values.yaml', (image) => `- "{{ ${image} }}"${WORD}\n`, PERHAPS],
  ['a list of objects', 'values.yaml', (image) => `items: ["{{ ${image} }}"]${WORD}\n`, PERHAPS],
  ['values, and a list below a line that parts nothing', 'values.yaml', (image) => `${values(image)}--- !!seq\n- 1\n`, PERHAPS],
  ['what has a kind', 'values.yaml', (image) => `${values(image)}extra:\n  kind: "{{ x }}"\n`, ['perhaps PersistentVolumeClaim']],
  ['an object whose kind is written otherwise', 'a.yaml', (image) => `? kind\n: ${CRD}\nspec: ${image}\n`, [`${CRD} ?`]],
])('values may hold a template, and are no object for that: %s', async ([, path, text, expected]) => {
  expect(await told({ [path]: text('v1') }, { [path]: text('v2') }, { isPlain: false })).toEqual(expected)
})

const many = (documents: number, text = ''): string => `${Array.from({ length: documents }, (_, at) => `a: ${at}\n---\n`).join('')}${text}`
const manyFiles = (count: number): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.yaml`, at === 0 ? job('v2') : `${at}`]))
const TOO_MANY = 'holds more documents than are looked through'

it.for<readonly [what: string, files: Files, told: readonly string[]]>([
  ['200 files', manyFiles(200), ['Job migrate']],
  ['201 files', manyFiles(201), ['perhaps, as 201 files are more than are looked through']],
  ['2,000 documents', file(many(1_999, job('v2'))), ['Job migrate']],
  ['2,001 documents', file(many(2_000, job('v2'))), [`perhaps, as a.yaml ${TOO_MANY}`]],
  ['5,000 in three files', { ...file(many(2_000)), 'b.yaml': many(2_000), 'c.yaml': many(999, job('v2')) }, ['Job migrate']],
  [
    '5,001 in three files',
    { ...file(many(2_000)), 'b.yaml': many(2_000), 'c.yaml': many(1_000, job('v2')), 'd.yaml': crd('d') },
    [`${CRD} d`, `perhaps, as c.yaml ${TOO_MANY}`],
  ],
])('so much is looked through: %s', async ([, files, expected]) => {
  expect(await told({}, files)).toEqual(expected)
})

it('100 are told by name, and nothing beside', async () => {
  const all = (count: number): Files => file(Array.from({ length: count }, (_, at) => crd(`c${at}`)).join(''))
  const names = Array.from({ length: 100 }, (_, at) => `${CRD} c${at}`).toSorted()
  expect(await told({}, all(100))).toEqual(names)
  expect(await told({}, all(101))).toHaveLength(100)
  expect(await told({}, { ...all(100), 'b.yaml': many(2_001) })).toEqual(names)
})

const MIB = 1024 * 1024

it.for<readonly [what: string, files: Files, told: readonly string[]]>([
  ['a file of 1 MiB', file(long(job('v2'), MIB)), ['Job migrate']],
  ['a larger one', file(long(job('v2'), MIB + 1)), ['perhaps, as a.yaml is larger than is looked through, or no file']],
  [
    '4 MiB in all',
    Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.yaml`, long(job('v2').replace('migrate', name), MIB)])),
    ['Job a', 'Job b', 'Job c', 'Job d'],
  ],
  [
    'more in all, and one that is larger than that',
    Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`${name}.yaml`, long(job('v2'), name === 'f' ? MIB + 1 : MIB)])),
    ['perhaps, as f.yaml is larger than is looked through, or no file', 'perhaps, as the files are too large to be looked through'],
  ],
])('so large may it be: %s', async ([, files, expected]) => {
  expect(await told({}, files)).toEqual(expected)
})

it('what can be looked at at neither commit is told once', async () => {
  const [one, other] = [long(job('v1'), MIB + 1), long(job('v2'), MIB + 1)]
  expect(await told(file(one), file(other))).toEqual(['perhaps, as a.yaml is larger than is looked through, or no file'])
})

const MOUNTS = job('v1').replace('image: v1', 'volumes: [{configMap: {name: sql}}]')
const script = (sql: string): string => `kind: ConfigMap\nmetadata: {name: sql}\ndata: {x: ${sql}}\n`
const [SQL, SQL_NOW] = [{ 'sql.yaml': script('one') + crd('x') }, { 'sql.yaml': script('two') + crd('x', '2') }]
const beside = { 'job.yaml': MOUNTS, 'plain.yaml': MOUNTS.replaceAll(/\n {2}annotations.*/g, '').replace('name: sql', 'name: other') }
const was = (kind: string, hash: string) => ({ kind, name: 'z', hash })

it.for<readonly [what: string, options: Partial<Options>, told: readonly string[]]>([
  ['not told', {}, ['ConfigMap sql', `${CRD} x`]],
  ['not told of N+1', { rendered: [undefined, []] }, ['ConfigMap sql', `${CRD} x`]],
  ['not told of N', { rendered: [[], undefined] }, ['ConfigMap sql', `${CRD} x`]],
  ['the same', { rendered: [[was('Job', '1')], [was('Job', '1')]] }, ['ConfigMap sql']],
  ['another', { rendered: [[was('Job', '2')], [was('Job', '1')]] }, ['ConfigMap sql', 'Job z']],
  ['another, and no plain files', { rendered: [[was('Job', '2')], [was('Job', '1')]], isPlain: false }, ['Job z']],
  ['the same ConfigMap', { rendered: [[{ kind: 'ConfigMap', name: 'sql', hash: '1' }], []] }, ['ConfigMap sql']],
])('of what is rendered, with the ConfigMap of plain files that a hook beside reads: %s', async ([, options, expected]) => {
  expect(await told(SQL, SQL_NOW, { beside, ...options })).toEqual(expected)
})

it('of what is rendered, 100 are told by name', async () => {
  const all = Array.from({ length: 101 }, (_, at) => ({ kind: CRD, name: `${at}`, hash: '' }))
  expect(await told({}, SQL, { rendered: [all, []], isPlain: false })).toHaveLength(100)
})

it('where more files than are looked through are rendered, what is rendered has to do', async () => {
  const rendered = [[was('Job', '2')], []] as const
  const options = { rendered, beside: { 'job.yaml': MOUNTS } }
  expect(await told(SQL, { ...manyFiles(199), ...SQL_NOW }, options)).toEqual(['ConfigMap sql', 'Job z'])
  expect(await told(SQL, { ...manyFiles(200), ...SQL_NOW }, options)).toEqual(['Job z'])
})

it('what stays and is reached is told beside what has changed', async () => {
  const chart = { 'templates/job.yaml': job('"{{ .Values.image }}"'), 'values.yaml': 'image: v1\n' }
  expect(await look(chart, { 'values.yaml': 'image: v2\n', 'crd.yaml': crd('x') }, { isPlain: false, beside: {} })).toEqual({
    told: [`${CRD} x`, 'Job migrate, which may have run with another image'],
    read: 0,
  })
})
