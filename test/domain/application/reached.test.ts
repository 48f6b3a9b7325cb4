import { expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { reachedIn, type ChangedFile } from '../../../src/domain/application/reached.ts'

const parsed = (text: string): readonly unknown[] => parseAllDocuments(text).map((document): unknown => document.toJS())

function changed(path: string, early: string, late: string): ChangedFile {
  const isTemplate = `${early}${late}`.includes('{{')
  return { path, texts: [late, early], late: isTemplate ? undefined : parsed(late), early: isTemplate ? undefined : parsed(early) }
}

function reached(path: string, text: string, changes: readonly ChangedFile[], isReplacing = false): readonly string[] {
  const work = reachedIn({ path, documents: [text] }, { changes, isReplacing }, (one) => (one.includes('{{') ? undefined : parsed(one)))
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

const job = (image: string, name = 'migrate'): string =>
  `kind: Job\nmetadata:\n  name: ${name}\n  annotations:\n    helm.sh/hook: pre-upgrade\nspec: {image: ${image}}\n`
const LABELS = '  labels:\n    {{- include "web.labels" . | nindent 4 }}\n    helm.sh/chart: {{ include "web.chart" . }}\n'
/** As `helm create` would begin one. */
const named = (image: string): string =>
  job(image).replace('name: migrate\n', `name: {{ include "web.fullname" . }}-migrate\n${LABELS}`).replace(/^/, '# name: migrate\n')
const AGAIN = ['Job migrate, which may have run with another image']
const UNNAMED = ['Job ?, which may have run with another image']
const TEMPLATE = 'c/templates/job.yaml'
const values = (early: string, late: string): ChangedFile => changed('c/values-prod.yaml', early, late)
const TAG = values('image: {tag: v1}\n', 'image: {tag: v2}\n')

it.for([
  ['its image is a value that changed', job('"app:{{ .Values.image.tag }}"'), TAG, AGAIN],
  ['its image is another value', job('"flyway:{{ .Values.flyway.tag }}"'), TAG, []],
  ['its image comes out of a helper', job('"{{ include "image" . }}"'), TAG, AGAIN],
  ['all values are put in', job('"{{ toYaml .Values }}"'), TAG, AGAIN],
  ['it names its image, and takes no more than names', job('flyway:9', '"{{ .Release.Name }}"').replace('"{{', '{{'), TAG, []],
  ['its names and labels come out of helpers', named('flyway:9'), TAG, []],
  ['its labels do, and its image as well', named('"{{ include "image" . }}"'), TAG, UNNAMED],
  ['its annotations come out of a helper', named('flyway:9').replace('web.labels', 'web.annotations'), TAG, UNNAMED],
  ['it is no template', job('flyway:9'), TAG, []],
  [
    'the chart says its version anew',
    job('"app:{{ .Chart.AppVersion }}"'),
    changed('c/Chart.yaml', 'appVersion: 1\n', 'appVersion: 2\n'),
    AGAIN,
  ],
  ['values cannot be read', job('"app:{{ .Values.a }}"'), changed('c/values.yaml', 'a: {{ b }}\n', 'a: c\n'), AGAIN],
  ['another template changed', job('"{{ include "image" . }}"'), changed('c/templates/rollout.yaml', 'a: 1\n', 'a: 2\n'), []],
  ['a helper changed', job('"{{ include "image" . }}"'), changed('c/templates/_h.tpl', '{{ define "a" }}', '{{ define "image" }}'), AGAIN],
] as const)('a hook of a chart that stays may run again otherwise: %s', ([, text, change, expected]) => {
  expect(reached(TEMPLATE, text, [change])).toEqual(expected)
})

it('what keeps data counts where its template names a value that changed', () => {
  const claim = (size: string): string =>
    `kind: PersistentVolumeClaim\nmetadata:\n  name: data\n  labels: {{ include "labels" . }}\nspec: {size: ${size}}\n`
  const change = values('size: 1\nimage: a\n', 'size: 2\nimage: a\n')
  expect(reached(TEMPLATE, claim('{{ .Values.size }}'), [change])).toEqual(['PersistentVolumeClaim data, which may be rendered otherwise'])
  expect(reached(TEMPLATE, claim('{{ .Values.size }}'), [TAG])).toEqual([])
})

it('volumes are not what runs beside them: an image that a value names says nothing of them', () => {
  const set = (image: string, size: string): string =>
    `kind: StatefulSet\nmetadata: {name: db}\nspec:\n  image: ${image}\n  volumeClaimTemplates:\n  - size: ${size}\n`
  expect(reached(TEMPLATE, set('"app:{{ .Values.image.tag }}"', '1Gi'), [TAG])).toEqual([])
  const named = ['StatefulSet db, which may be rendered otherwise']
  expect(reached(TEMPLATE, set('app', '{{ .Values.image.tag }}'), [TAG])).toEqual(named)
  expect(reached(TEMPLATE, set('app', '{{ .Values.a }}'), [changed('c/values.yaml', 'a: {{ b }}\n', 'a: c\n')])).toEqual(named)
})

it('a chart without any hook is not held up', () => {
  expect(reached(TEMPLATE, 'kind: Deployment\nspec: {image: "{{ .Values.image.tag }}"}\n', [TAG])).toEqual([])
})

const images = (tag: string, more = ''): string =>
  `resources: [job.yaml]\nimages: [{name: r.io/app, newTag: ${tag}}, {name: b, newTag: x}]\n${more}`
const kustomized = (early: string, late: string): ChangedFile => changed('k/kustomization.yaml', early, late)

it.for([
  ['its image has another tag', job('r.io/app:v0'), kustomized(images('v1'), images('v2')), AGAIN],
  ['a base calls its image otherwise', job('app'), kustomized(images('v1'), images('v2')), AGAIN],
  ['another image has', job('r.io/flyway:9'), kustomized(images('v1'), images('v2')), []],
  ['one has that stays', job('b'), kustomized(images('v1'), images('v2')), []],
  [
    'how many pods there are',
    job('app'),
    kustomized(images('v1', 'replicas: [{count: 1}]\n'), images('v1', 'replicas: [{count: 2}]\n')),
    [],
  ],
  ['a patch is new', job('flyway'), kustomized(images('v1'), images('v1', 'patches: [{path: p.yaml}]\n')), AGAIN],
  [
    'a patch of it changed',
    job('x'),
    changed('k/p.yaml', 'kind: Job\nmetadata: {name: migrate}\na: 1\n', 'kind: Job\nmetadata: {name: migrate}\n'),
    AGAIN,
  ],
  ['another manifest changed', job('x'), changed('k/rollout.yaml', 'kind: Rollout\na: 1\n', 'kind: Rollout\na: 2\n'), []],
  ['steps of a patch changed', job('x'), changed('k/p.yaml', '- {op: add}\n', '- {op: remove}\n'), AGAIN],
  ['a transformer changed', job('x'), changed('k/t.yaml', 'kind: ImageTagTransformer\na: 1\n', 'kind: ImageTagTransformer\n'), AGAIN],
  ['a script changed that it does not mount', job('x'), changed('k/a.sql', 'a', 'b'), []],
  ['a script changed that it may mount', job('x, configMap: {name: sql}'), changed('k/a.sql', 'a', 'b'), AGAIN],
  [
    'an override names its image',
    job('app:1'),
    changed('k/.argocd-source-web.yaml', 'a: 1\n', 'kustomize: {images: [app=app:2]}\n'),
    AGAIN,
  ],
  ['an override names another', job('flyway'), changed('k/.argocd-source-web.yaml', 'a: 1\n', 'kustomize: {images: [app=app:2]}\n'), []],
] as const)('a hook of a kustomization that stays may run again otherwise: %s', ([, text, change, expected]) => {
  expect(reached('k/job.yaml', text, [change])).toEqual(expected)
})

it('where values of one object are put into others, any manifest may reach a hook', () => {
  const change = changed('k/config.yaml', 'kind: ConfigMap\na: 1\n', 'kind: ConfigMap\na: 2\n')
  expect(reached('k/job.yaml', job('x'), [change], true)).toEqual(AGAIN)
})
