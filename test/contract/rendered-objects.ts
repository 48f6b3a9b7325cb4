import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readApplication } from '../../src/adapters/kubernetes/snapshots/application.ts'
import type { RenderedDigest } from '../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../src/domain/application/snapshots.ts'
import { type Content, createOrigin, type Origin } from './git/origin.ts'
import { application, PLANTED, rollout, type RendererCase } from './renderer.ts'

type Open = (origin: Origin) => Promise<RendererCase>
type Files = Readonly<Record<string, Content>>
type Objects = ReadonlyMap<string, string>

const ARGO = 'argoproj.io/v1alpha1'
const ROLLOUT = id(ARGO, 'Rollout', 'web')
const CONFIG = id('v1', 'ConfigMap', 'web')
const TEMPLATE = id(ARGO, 'AnalysisTemplate', 'web')

function id(version: string, kind: string, name: string, namespace = ''): string {
  return JSON.stringify([version, kind, namespace, name])
}

const config = (value: string, name = 'name: web'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {${name}}\ndata: {value: ${value}, key: ${PLANTED}}\n`
const analysis = `apiVersion: ${ARGO}\nkind: AnalysisTemplate\nmetadata: {name: web}\nspec: {metrics: []}\n`
const BOTH: Files = { 'web/rollout.yaml': rollout('web:1'), 'web/config.yaml': config('a') }

/** Commits, and asks about the commit. */
type Ask = (files: Files) => Promise<RenderedDigest & { result: 'rendered' }>

function withRenderer(open: Open): Ask {
  let resources: AsyncDisposableStack
  let origin: Origin
  let subject: RendererCase

  beforeEach(async () => {
    resources = new AsyncDisposableStack()
    origin = resources.use(await createOrigin())
    subject = resources.use(await open(origin))
  })
  afterEach(() => resources.disposeAsync())

  return async (files) => {
    const object = application()
    subject.apply(object)
    const snapshot = readApplication('hub', object) as ApplicationSnapshot
    const told = await subject.renderer.digest({ application: snapshot, revisions: [origin.commit(files)] })
    expect(inspect(told, { depth: 20 })).not.toContain(PLANTED)
    if (told.result !== 'rendered') throw new Error(`${told.why}: ${told.detail}`)
    return told
  }
}

/** What every Renderer must do that tells the objects of an Application apart. */
export function describeRenderedObjects(name: string, open: Open): void {
  describe(`a renderer ${name} tells by a hash of each whole object`, () => {
    const ask = withRenderer(open)
    const wholeAt = async (files: Files): Promise<Objects | undefined> => (await ask(files)).whole

    test('what is there, by version, kind, namespace and name as the manifest gives them', async () => {
      const placed = config('b', 'name: web, namespace: other')
      const whole = await wholeAt({ ...BOTH, 'web/placed.yaml': placed })
      expect([...(whole?.keys() ?? [])].toSorted()).toEqual([ROLLOUT, id('v1', 'ConfigMap', 'web', 'other'), CONFIG].toSorted())
      expect([...(whole?.values() ?? [])]).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^[0-9a-f]{64}$/)))
      expect(new Set(whole?.values()).size).toBe(3)
    })

    test('that an object is the same, whatever else is committed', async () => {
      const first = await wholeAt(BOTH)
      expect(first?.size).toBe(2)
      expect(await wholeAt({ 'more/other.txt': '1', 'web/readme.md': 'nothing' })).toEqual(first)
      expect(differing(first, await wholeAt({ 'web/config.yaml': config('b') }))).toEqual([CONFIG])
      expect(await wholeAt({ 'web/config.yaml': config('a') })).toEqual(first)
    })

    test('how many pods a Rollout has, which is no part of a release', async () => {
      const first = await ask(BOTH)
      const scaled = await ask({ 'web/rollout.yaml': rollout('web:1').replace('replicas: 4', 'replicas: 5') })
      expect(differing(first.whole, scaled.whole)).toEqual([ROLLOUT])
      expect(scaled.objects).toEqual(first.objects)
    })

    test('which AnalysisTemplates it refers to', async () => {
      const steps = 'strategy: {canary: {steps: [{analysis: {templates: [{templateName: search}]}}]}}'
      const named = `apiVersion: ${ARGO}\nkind: Rollout\nmetadata: {name: web}\nspec: {${steps}}\n`
      expect((await ask({ ...BOTH, 'web/rollout.yaml': named })).templates).toEqual(new Map([[ROLLOUT, ['search']]]))
    })

    test('each label and annotation', async () => {
      const first = await wholeAt(BOTH)
      const labelled = await wholeAt({ 'web/config.yaml': config('a', 'name: web, labels: {a: b}') })
      expect(differing(first, labelled)).toEqual([CONFIG])
      const annotated = await wholeAt({ 'web/config.yaml': config('a', 'name: web, annotations: {a: b}') })
      expect([differing(first, annotated), differing(labelled, annotated)]).toEqual([[CONFIG], [CONFIG]])
    })

    test('what has come, and what has gone', async () => {
      const first = await wholeAt(BOTH)
      const more = await wholeAt({ 'web/analysis.yaml': analysis })
      expect([more?.size, differing(first, more)]).toEqual([3, [TEMPLATE]])
      const less = await wholeAt({ 'web/config.yaml': null })
      expect([less?.size, differing(more, less)]).toEqual([2, [CONFIG]])
    })

    test('the same for other spellings: comments, the order of keys, of documents and of files, JSON', async () => {
      const first = await wholeAt(BOTH)
      const data = { key: PLANTED, value: 'a' }
      const json = JSON.stringify({ data, metadata: { name: 'web' }, kind: 'ConfigMap', apiVersion: 'v1' })
      expect(await wholeAt({ 'web/config.yaml': `# For the web.\n${config('a')}` })).toEqual(first)
      expect(await wholeAt({ 'web/config.yaml': config('"a"').split('\n').toReversed().join('\n').trimStart() })).toEqual(first)
      expect(await wholeAt({ 'web/config.yaml': null, 'web/a.json': json })).toEqual(first)
      expect(await wholeAt({ 'web/a.json': null, 'web/rollout.yaml': `${config('a')}---\n${rollout('web:1')}` })).toEqual(first)
    })

    test('the same for what lies in a List, which is opened', async () => {
      const first = await wholeAt(BOTH)
      const item = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { value: 'a', key: PLANTED } }
      const list = (...items: object[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
      expect(await wholeAt({ 'web/config.yaml': null, 'web/list.json': list(item) })).toEqual(first)
      const another = { ...item, metadata: { name: 'another' } }
      expect(differing(first, await wholeAt({ 'web/list.json': list(item, another) }))).toEqual([id('v1', 'ConfigMap', 'another')])
      expect(await wholeAt({ 'web/list.json': list(item, item) })).toBeUndefined()
    })

    test.each<[string, Files]>([
      ['two have one name', { 'web/again.yaml': config('b') }],
      ['two are the very same', { 'web/again.yaml': config('a') }],
      ['one is named by the cluster', { 'web/hook.yaml': config('b', 'generateName: web-') }],
      ['one has no name', { 'web/hook.yaml': 'apiVersion: v1\nkind: ConfigMap\n' }],
      ['one is of no version', { 'web/hook.yaml': 'kind: ConfigMap\nmetadata: {name: another}\n' }],
    ])('nothing of any object where %s: not all of them can be told apart', async (_, files) => {
      expect(await wholeAt(BOTH)).toBeDefined()
      expect(await wholeAt(files)).toBeUndefined()
    })
  })
}

/** What a renderer must do that knows all that is rendered by one hash: no objects are told for none that are there. */
export function describeOneDigest(name: string, open: Open): void {
  describe(`a renderer ${name}`, () => {
    const ask = withRenderer(open)

    test('tells no objects apart, by all of them or by what is a release', async () => {
      const told = await ask(BOTH)
      expect([told.digest, told.whole, told.objects]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), undefined, undefined])
    })
  })
}

/** The ids of what differs. */
function differing(one: Objects | undefined, other: Objects | undefined): readonly string[] {
  if (!one || !other) throw new Error('objects are not told apart')
  return [...new Set([...one.keys(), ...other.keys()])].filter((key) => one.get(key) !== other.get(key))
}
