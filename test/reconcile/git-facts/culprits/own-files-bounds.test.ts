import { expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../../../src/domain/application/snapshots.ts'
import { shareOut, type Shares } from '../../../../src/reconcile/git-facts/culprits/own-files.ts'
import { aBranch } from '../a-branch.ts'

type Files = Readonly<Record<string, string>>

const rollout = (name: string, tag = 'v1'): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: ${name}}\nspec: {tag: ${tag}}\n`

/** Whose the changes of a release of web are, where the files are these at N and N+1. */
async function shared(good: Files, bad: Files): Promise<Shares> {
  const { repository, commits } = await aBranch([{ 'readme.md': '', ...good }, bad])
  const [from, to] = commits
  if (!from || !to) throw new Error('there are two commits')
  return shareOut(repository, {
    application: { destinationNamespace: 'shop' } as ApplicationSnapshot,
    release: { namespace: 'shop', rollout: 'web' },
    from: from.sha,
    to: to.sha,
    paths: Object.keys(bad).sort(),
  })
}

const NOTHING: Shares = { own: [], beside: [] }
/** So many Rollouts that come, web among them, each in a file of its own of such a name and such a length. */
const coming = (count: number, nameOf = (at: number): string => `${at}.yaml`, length = 0): Files =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [nameOf(at), `${rollout(at === 0 ? 'web' : `r${at}`)}#`.padEnd(length, 'x')]))
const ofNames =
  (length: number) =>
  (at: number): string =>
    `${at}.yaml`.padStart(at === 0 ? length : 3_332, 'x')
const KIB = 1024

it.for<readonly [what: string, files: Files, own: number]>([
  ['200 files, of one document each', coming(200), 199],
  ['names of 20,000 characters', coming(7, ofNames(8)), 6],
  ['1 MiB, of files of 256 KiB', coming(4, undefined, 256 * KIB), 3],
])('so much is looked through: %s', async ([, files, own]) => {
  expect((await shared({}, files)).own).toHaveLength(own)
})

it.for<readonly [what: string, good: Files, bad: Files]>([
  ['201 files', {}, coming(201)],
  ['names of 20,001 characters', {}, coming(7, ofNames(9))],
  ['more than 1 MiB at N+1', {}, { ...coming(4, undefined, 256 * KIB), 'more.yaml': rollout('more') }],
  ['more than 1 MiB at N', { ...coming(4, undefined, 256 * KIB), 'more.yaml': rollout('more') }, { ...coming(4), 'more.yaml': '' }],
  ['a name that is no text', {}, { 'web.yaml': rollout('web'), 'a\udc80.yaml': rollout('worker') }],
])('more is not, and all of it goes back: %s', async ([, good, bad]) => {
  expect(await shared(good, bad)).toEqual(NOTHING)
})

const [WORKER, WORKER_NOW] = [{ 'worker.yaml': rollout('worker') }, { 'worker.yaml': rollout('worker', 'v2') }]
const same = Array.from({ length: 199 }, (_, at) => `a: ${at}\n---\n`).join('')
const json = (tag: string): string =>
  JSON.stringify({ apiVersion: 'argoproj.io/v1', kind: 'Rollout', metadata: { name: 'worker' }, spec: { tag } })

it.for<readonly [what: string, good: Files, bad: Files]>([
  ['one of 200 documents', { 'worker.yaml': same + rollout('worker') }, { 'worker.yaml': same + rollout('worker', 'v2') }],
  ['a file of JSON', { 'worker.json': json('v1') }, { 'worker.json': json('v2') }],
  ['a file of JSON that comes', {}, { 'worker.json': json('v1') }],
])('a file of another Rollout alone stays: %s', async ([, good, bad]) => {
  expect(await shared(good, bad)).toEqual({ own: Object.keys(bad), beside: [] })
})

it.for<readonly [what: string, text: (tag: string) => string]>([
  ['a file larger than 256 KiB', (tag) => `${rollout('worker', tag)}#`.padEnd(256 * KIB + 1, 'x')],
  ['a kind that is spelled otherwise', (tag) => rollout('worker', tag).replace('Rollout', '"Rollou\\x74"')],
  ['another kind of that API', (tag) => rollout('worker', tag).replace('Rollout', 'RolloutManager')],
  ['a kind without an API', (tag) => rollout('worker', tag).replace(/^api.*\n/, '')],
  ['a name that is none', (tag) => rollout('7', tag)],
  ['a namespace that is none', (tag) => rollout('worker, namespace: 7', tag)],
])('who is not known for another Rollout goes back: %s', async ([, text]) => {
  expect(await shared({ 'worker.yaml': text('v1') }, { 'worker.yaml': text('v2') })).toEqual(NOTHING)
})

it('what is known of the rest is told beside what is not', async () => {
  const beside = { own: [], beside: ['shop/worker'] }
  expect(await shared({ ...WORKER, 'a.txt': '1' }, { ...WORKER_NOW, 'a.txt': '2' })).toEqual(beside)
  const config = (x: number): string => `---\nkind: ConfigMap\ndata: {x: ${x}}\n`
  const [one, two] = [{ 'a.yaml': rollout('worker') + config(1) }, { 'a.yaml': rollout('worker', 'v2') + config(2) }]
  expect(await shared(one, two)).toEqual(beside)
  const skipped = { 'worker.yaml': `# +argocd:skip-file-rendering\n${rollout('worker', 'v2')}` }
  expect(await shared(WORKER, skipped)).toEqual(NOTHING)
  expect(await shared(skipped, WORKER_NOW)).toEqual(NOTHING)
  const last = { ...coming(199), 'x.yaml': `${rollout('x1')}---\n${rollout('x2')}` }
  const more = await shared({}, last)
  expect([more.own, more.beside.length]).toEqual([[], 198])
})

it('others get their turn while documents are read', async () => {
  await shared(WORKER, WORKER_NOW)
  let turns = 0
  const turn = (): unknown => setImmediate(() => void (turns++, turns < 100 && turn()))
  turn()
  await shared(WORKER, WORKER_NOW)
  expect(turns).toBeGreaterThan(1)
})
