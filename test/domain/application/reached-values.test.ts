import { describe, expect, it } from 'vitest'
import { isCode, reachedIn, type ChangedFile } from '../../../src/domain/application/reached.ts'

/** A file that a release changed, as it parses. */
function changed(path: string, early: readonly unknown[] | undefined, late: readonly unknown[] | undefined): ChangedFile {
  return { path, texts: [JSON.stringify(late), JSON.stringify(early)], late, early }
}

/** What is reached in a file, and what was told on the way. */
function reading(path: string, documents: readonly string[], changes: readonly ChangedFile[], isReplacing = false) {
  const parse = (text: string): readonly unknown[] | undefined => (text.startsWith('{') ? [JSON.parse(text)] : undefined)
  const work = reachedIn({ path, documents }, { changes, isReplacing }, parse)
  const told: number[] = []
  for (;;) {
    const step = work.next()
    if (step.done === true) return { found: step.value, told }
    told.push(step.value)
  }
}

const isReached = (path: string, document: string, changes: readonly ChangedFile[]): boolean =>
  reading(path, [document], changes).found.length > 0

const TEMPLATE = 'c/templates/job.yaml'
const job = (image: string): string =>
  `kind: Job\nmetadata:\n  name: migrate\n  annotations:\n    helm.sh/hook: pre-upgrade\nspec: {image: ${image}}\n`
const values = (early: unknown, late: unknown): ChangedFile => changed('c/values.yaml', [early], [late])
const [TAG, OTHER] = [values({ image: { tag: 1 } }, { image: { tag: 2 } }), values({ other: 1, more: 1 }, { other: 2, more: 2 })]
const many = (count: number): ChangedFile => {
  const all = (value: number): object => Object.fromEntries(Array.from({ length: count }, (_, at) => [`v${at}`, value]))
  return values(all(1), all(2))
}
const naming = (count: number): string => job(Array.from({ length: count }, (_, at) => `{{ .Values.n${at} }}`).join(''))

describe('a template that stays', () => {
  it.each<[string, boolean, string, readonly ChangedFile[]]>([
    ['takes a value that changed', true, job('{{ .Values.image.tag }}'), [TAG]],
    ['takes one of several values, in one of several files', true, job('{{ .Values.x }}{{ .Values.more }}'), [TAG, OTHER]],
    ['takes all of what changed in part', true, job('{{ .Values.image }}'), [TAG]],
    [
      'takes a part of what has become another thing',
      true,
      job('{{ .Values.image.name }}'),
      [values({ image: { tag: 1 } }, { image: 'x' })],
    ],
    ['takes a part of what was another thing', true, job('{{ .Values.image.name }}'), [values({ image: 'x' }, { image: { tag: 1 } })]],
    ['takes a part of what is new', true, job('{{ .Values.image.name }}'), [values({}, { image: { tag: 1 } })]],
    ['takes another part', false, job('{{ .Values.image.name }}'), [TAG]],
    [
      'takes what a chart of charts gives it',
      true,
      job('{{ .Values.image.tag }}'),
      [values({ web: { image: { tag: 1 } } }, { web: { image: { tag: 2 } } })],
    ],
    ['takes what a chart of charts gives it anew', true, job('{{ .Values.image.tag }}'), [values({}, { web: { image: { tag: 1 } } })]],
    ['takes what it gives no more', true, job('{{ .Values.image.tag }}'), [values({ web: { image: { tag: 1 } } }, {})]],
    ['takes what it gives by a new file', true, job('{{ .Values.tag }}'), [changed('c/values-prod.yaml', [], [{ web: { tag: 1 } }])]],
    ['takes another than what it gives anew', false, job('{{ .Values.image.tag }}'), [values({}, { web: { image: { name: 1 } } })]],
    ['takes nothing by a name', false, job('{{ .Release.Name }}'), [changed('c/values.yaml', undefined, [{}])]],
    ['names too many values', true, naming(1_001), [TAG]],
    ['names many values, and none that changed', false, naming(1_000), [TAG]],
    ['takes another than the many values that changed', false, job('{{ .Values.image.tag }}'), [many(1_000)]],
    ['takes a value, and too many changed', true, job('{{ .Values.image.tag }}'), [many(1_001)]],
    ['takes a value, and what they are now cannot be read', true, job('{{ .Values.a }}'), [changed('c/values.yaml', [{}], undefined)]],
    ['takes a value, and what they were cannot be read', true, job('{{ .Values.a }}'), [changed('c/values.yaml', undefined, [{}])]],
    ['takes a value, and a file has several documents', true, job('{{ .Values.a }}'), [changed('c/values.yaml', [{}, {}], [{}])]],
    ['takes a value, and a file has several documents now', true, job('{{ .Values.a }}'), [changed('c/values.yaml', [{}], [{}, {}])]],
    ['takes a value, and a script changed', true, job('{{ .Values.a }}'), [changed('c/run.sh', [{}], [{}])]],
    [
      'takes a value that only the chart has',
      false,
      job('{{ .Values.version }}'),
      [changed('c/Chart.yaml', [{ version: 1 }], [{ version: 2 }])],
    ],
    ['takes a value, and a definition changed', false, job('{{ .Values.a }}'), [changed('c/crds/a.yaml', [{}, {}], [{}, {}])]],
    ['is none', false, job('app'), [changed('c/values.yaml', undefined, undefined)]],
  ])('%s: it may be rendered otherwise, %s', (_, expected, text, changes) => {
    expect(isReached(TEMPLATE, text, changes)).toBe(expected)
  })

  it('takes what another template defines, where that was changed, be it that it came or went', () => {
    const helper = (texts: readonly string[], path = 'c/templates/_h.tpl'): ChangedFile => ({
      path,
      texts,
      late: undefined,
      early: undefined,
    })
    const text = job('{{ include "image" . }}')
    const define = '{{ define "image" }}'
    const all = [helper([define, 'x']), helper(['x', define]), helper(['x', 'y']), helper(['undefined'], 'c/crds/x.yaml')]
    expect(all.map((one) => isReached(TEMPLATE, text, [one]))).toEqual([true, true, false, false])
  })
})

const JOB = (image: string): string =>
  JSON.stringify({ kind: 'Job', metadata: { name: 'migrate', annotations: { 'helm.sh/hook': 'pre-upgrade' } }, spec: { image } })
const kustomization = (early: object, late: object): ChangedFile => changed('k/kustomization.yaml', [early], [late])
const patch = (...late: readonly unknown[]): ChangedFile => changed('k/patch.yaml', [], late)
const tag = (newTag: number, more: object = {}) => ({ images: [null, { name: 'app', newTag, ...more }] })

describe('a manifest that stays', () => {
  it.each<[string, boolean, string, readonly ChangedFile[]]>([
    ['another tag of its image, beside what is no image', true, JOB('r.io/app:1'), [kustomization(tag(1), tag(2))]],
    ['another tag of one of its images', true, `${JOB('app').slice(0, -2)},"more":{"image":"x"}}}`, [kustomization(tag(1), tag(2))]],
    ['another tag of what its image is called there', true, JOB('new@sha256:1'), [kustomization(tag(1, { newName: 'r/new' }), tag(2))]],
    ['another tag of another image', false, JOB('other'), [kustomization(tag(1), tag(2))]],
    ['another order of images alone', true, JOB('other'), [kustomization({ images: [tag(1), tag(2)] }, { images: [tag(2), tag(1)] })]],
    ['images and other fields', true, JOB('other'), [kustomization(tag(1), { ...tag(2), namePrefix: 'x' })]],
    ['more pods', false, JOB('app'), [kustomization({ replicas: 1 }, { replicas: 2 })]],
    ['what cannot be read now', true, JOB('app'), [changed('k/kustomization.yaml', [{}], undefined)]],
    ['what could not be read before', true, JOB('app'), [changed('k/kustomization.yaml', undefined, [{}])]],
    [
      'a patch of it, among others',
      true,
      JOB('app'),
      [patch({ kind: 'Job', metadata: { name: 'x' } }), patch({ kind: 'Job', metadata: { name: 'migrate' } })],
    ],
    [
      'a patch of it, in a list',
      true,
      JOB('app'),
      [patch({ items: [{ kind: 'Service' }, { kind: 'Job', metadata: { name: 'migrate' } }] })],
    ],
    ['a patch of another Job', false, JOB('app'), [patch({ kind: 'Job', metadata: { name: 'x' } })]],
    ['a patch of another kind of its name', false, JOB('app'), [patch({ kind: 'ConfigMap', metadata: { name: 'migrate' } })]],
    ['a document that holds nothing', true, JOB('app'), [patch(null)]],
    ['what says no kind', true, JOB('app'), [patch({ a: 1 })]],
    ['what generates', true, JOB('app'), [patch({ kind: 'SecretGenerator' })]],
    ['what is built in', true, JOB('app'), [patch({ kind: 'Patch', apiVersion: 'builtin' })]],
    ['an override that names none of its images', false, JOB('app'), [{ ...changed('k/.argocd-source.yaml', [], []), texts: ['x', 'y'] }]],
    ['an override that names one', true, JOB('r.io/app:1'), [{ ...changed('k/.argocd-source-web.yaml', [], []), texts: ['x', 'app'] }]],
    [
      'an override that names one of its images',
      true,
      `${JOB('app').slice(0, -2)},"more":{"image":"x"}}}`,
      [{ ...changed('k/.argocd-source.yaml', [], []), texts: ['app'] }],
    ],
    ['an entry of its images that is empty', true, JOB('other'), [kustomization(tag(1), { images: tag(1).images.slice(1) })]],
    ['an override, where it names no image', true, JOB(''), [{ ...changed('k/.argocd-source.yaml', [], []), texts: ['x'] }]],
    ['a script, where it reads a ConfigMap', true, JOB('x').replace('"spec":{', '"spec":{"configMap":"a",'), [changed('k/a.sql', [], [])]],
    ['a script, where it reads none', false, JOB('x'), [changed('k/a.sql', [], [])]],
  ])('is reached by %s: %s', (_, expected, text, changes) => {
    expect(isReached('k/job.yaml', text, changes)).toBe(expected)
  })

  it('is reached where only its words say what it may be, as what runs is', () => {
    const text = 'kind: {{ x }}\nmetadata: {annotations: {helm.sh/hook: pre-upgrade}}\nimage: app\n'
    expect(reading('k/job.yaml', [text], [kustomization(tag(1), tag(2))]).found).toEqual(['perhaps /hook, which may be rendered otherwise'])
    const claim = JSON.stringify({ kind: 'PersistentVolumeClaim', metadata: { name: 'a' }, image: 'app' })
    expect(isReached('k/a.yaml', claim, [kustomization(tag(1), tag(2))])).toBe(false)
  })

  it('is reached where values of one object are put into others, if it runs', () => {
    const claim = JSON.stringify({ kind: 'PersistentVolumeClaim', metadata: { name: 'a' } })
    const change = patch({ kind: 'ConfigMap', metadata: { name: 'x' } })
    expect([JOB('x'), claim].map((one) => reading('k/a.yaml', [one], [change], true).found.length)).toEqual([1, 0])
  })
})

it('what a program makes of what it imports is not told: all of it may be another', () => {
  expect(reading('j/main.jsonnet', [JOB('x')], []).found).toEqual(['Job migrate, which may have run with another image'])
  expect(['a.jsonnet', 'b/c.libsonnet', 'a.json', 'jsonnet/a.yaml'].map(isCode)).toEqual([true, true, false, false])
})

it('of a list, what is reached is named, and nothing else', () => {
  const list = (...items: readonly string[]): string => `{"items":[${items.join(',')}]}`
  const other = JOB('app').replace('migrate', 'other')
  const named = patch({ kind: 'Job', metadata: { name: 'other' } })
  expect(reading('k/all.yaml', [list(JOB('app'), other)], [named]).found).toEqual(['Job other, which may have run with another image'])
})

it('what a document costs is told after each: little where it holds nothing', () => {
  const service = 'kind: Service\n'
  expect(reading(TEMPLATE, [service, job('app'), job('{{ .Values.image.tag }}')], [TAG]).told).toEqual([
    service.length / 10,
    4_000 + job('app').length,
    4_000 + job('{{ .Values.image.tag }}').length,
  ])
  expect(reading('k/job.yaml', [JOB('x')], [patch({ kind: 'Service' })]).told).toEqual([4_000])
})
