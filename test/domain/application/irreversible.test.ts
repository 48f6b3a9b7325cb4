import { expect, it } from 'vitest'
import { irreversibleAmong, irreversibleOf } from '../../../src/domain/application/irreversible.ts'

const hook = 'kind: Job\nmetadata:\n  name: migrate\n  annotations:\n    helm.sh/hook: pre-upgrade\nspec: {image: {{ .Values.image }}}\n'

it.for([
  [hook, ['Job migrate']],
  [hook.replace('name: migrate', 'name: {{ .Release.Name }}'), ['Job ?']],
  [hook.replace('helm.sh/hook: pre-upgrade', 'a: b'), []],
  ['kind: StatefulSet\nmetadata: {name: db}\nspec: {{ x }}\n  volumeClaimTemplates:', ['StatefulSet db']],
  ['{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data"},"spec":{}', ['PersistentVolumeClaim data']],
  ['kind: ConfigMap\nmetadata: {name: a}\ndata: {kind: CustomResourceDefinition}\n', ['perhaps CustomResourceDefinition']],
  ['{{ range .v }}\n        apiVersion: v1\n        kind: PersistentVolumeClaim\n{{ end }}', ['PersistentVolumeClaim ?']],
  ['kind: Service\n{{ end }}\n- kind: "PersistentVolumeClaim"\n', ['PersistentVolumeClaim ?']],
  ['{{ if .a }}\nkind: {{ .kind }}\nspec: {}\n# a PersistentVolumeClaim\n{{ end }}', ['perhaps PersistentVolumeClaim']],
  ['{{ if .a }}\nkind: {{ .kind }}\nmetadata: {annotations: {helm.sh/hook: pre-upgrade}}\n', ['perhaps /hook']],
  ['kind: Pod\nmetadata: {annotations: {helm.sh/hook: test}, name: {{ .x }}}\n', []],
  [hook.replace('kind: Job', 'kind: ConfigMap'), ['ConfigMap migrate']],
] as const)('a text that does not parse is read by its words: %j', ([text, found]) => {
  expect(irreversibleOf(text, undefined).map(({ kind, name }) => `${kind} ${name}`)).toEqual(found)
})

it('a manifest nested deeper than the stack is read by its words', () => {
  let spec: unknown = 1
  for (let depth = 0; depth < 20_000; depth += 1) spec = { a: spec }
  const text = '{"kind":"PersistentVolumeClaim","metadata":{"name":"deep"}}'
  expect(irreversibleOf(text, [{ kind: 'PersistentVolumeClaim', metadata: { name: 'deep' }, spec }])).toMatchObject([{ name: 'deep' }])
})

it('each object of a list counts, and one without a word of these is not read at all', () => {
  const claim = (name: string) => ({ kind: 'PersistentVolumeClaim', metadata: { name }, spec: {} })
  expect(irreversibleOf('', [claim('a'), null, 'x', claim('b')]).map(({ name }) => name)).toEqual(['a', 'b'])
  const read: string[] = []
  all(irreversibleAmong(['kind: Deployment', hook], (text) => void read.push(text)))
  expect(read).toEqual([hook])
})

function all<T>(work: Generator<number, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

const found = (text: string, parsed: unknown): readonly string[] =>
  all(irreversibleAmong([text], () => [parsed])).map(({ kind, name }) => `${kind} ${name}`)

it("the volumes of a StatefulSet are what its claims are called and ask for, and not the labels that are everybody's", () => {
  const claim = (more: object, spec: object = { size: 1 }) => ({ apiVersion: 'v1', metadata: { name: 'data', ...more }, spec })
  const contentOf = (...volumeClaimTemplates: readonly unknown[]) =>
    irreversibleOf('', [{ kind: 'StatefulSet', metadata: { name: 'db' }, spec: { volumeClaimTemplates } }]).map(({ content }) => content)
  const labelled = contentOf(claim({ labels: { team: 'a' }, annotations: { note: 'b' } }))
  expect(labelled).toHaveLength(1)
  expect(contentOf(claim({}))).toEqual(labelled)
  for (const other of [[claim({ name: 'logs' })], [claim({}, { size: 2 })], [claim({}), claim({ name: 'logs' })], ['x']])
    expect(contentOf(...other)).not.toEqual(labelled)
})

it('what lies in a list counts, and in a list in it', () => {
  const claim = { kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: {} }
  const list = { kind: 'List', items: [{ kind: 'Service' }, { kind: 'List', items: [claim] }] }
  expect(found(JSON.stringify(list), list)).toEqual(['PersistentVolumeClaim data'])
})

it('what values hold, for a template to put in, counts as what it is', () => {
  const claim = { kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: {} }
  const values = { image: 'v1', bytes: Buffer.from('x'), web: { autoscaling: { kind: 'Deployment' }, extraDeploy: [claim] } }
  expect(found(JSON.stringify(values), values)).toEqual(['PersistentVolumeClaim data'])
})

it.for(['Job', 'Pod', 'Workflow', 'Deployment'])('a hook that runs once is a Job, a Pod or a Workflow: %s', (kind) => {
  const hooked = { kind, metadata: { name: 'x', annotations: { 'argocd.argoproj.io/hook': 'PreSync' } }, spec: {} }
  expect(found(JSON.stringify(hooked), hooked)).toEqual(kind === 'Deployment' ? [] : [`${kind} x`])
})

it.for([
  '"argocd.argoproj.io\\x2fhook"',
  '"argocd.argoproj.io\\u002Fhook"',
  '"argocd.argoproj.io\\/hook"',
  '"argocd.argoproj.io/ho\\\n  ok"',
])('a word that is written by its number is not overlooked: %s', (key) => {
  const text = `kind: Job\nmetadata:\n  name: m\n  annotations:\n    ${key}: PreSync\n`
  const read: string[] = []
  const work = irreversibleAmong([text], (document) => void read.push(document))
  expect(all(work).map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Job m'])
  expect(read).toEqual([text])
})

const templated = (annotations: string, spec = 'spec: {}\n'): string => `kind: Job\nmetadata:\n  name: m\n${annotations}${spec}`
it.for([
  ['  annotations: {{- include "hook" . | nindent 4 }}\n', ['Job m']],
  ['  annotations:\n    a: b\n    {{- toYaml .Values.annotations | nindent 4 }}\n', ['Job m']],
  ['  {{- with .Values.annotations }}\n  annotations:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}\n', ['Job m']],
  ['  annotations:\n    {{ .Values.hook }}: PreSync\n', ['Job m']],
  ['  {{- include "meta" . | nindent 2 }}\n', ['Job m']],
  ['  annotations:\n    {{- if .Values.a }}\n    a: b\n    {{- end }}\n', []],
  ['  labels:\n    {{- include "labels" . | nindent 4 }}\n', []],
  ['  annotations:\n    helm.sh/hook: {{ .Values.hook }}\n', ['Job m']],
  ['  annotations:\n    "helm.sh/hook": pre-delete\n    "helm.sh/hook-weight": "{{ 1 }}"\n', []],
] as const)('annotations out of a template may make a hook: %j', ([annotations, names]) => {
  const work = irreversibleAmong(
    [templated(annotations), templated('', 'spec: {template: {metadata: {annotations: {{ x }}}}}\n')],
    () => undefined,
  )
  expect(all(work).map(({ kind, name }) => `${kind} ${name}`)).toEqual(names)
})

it('a Pod that only tests a chart is none, whatever else of it is a template', () => {
  const text = 'kind: Pod\nmetadata:\n  name: "{{ x }}"\n  annotations:\n    "helm.sh/hook": test\n'
  expect(all(irreversibleAmong([text], () => undefined))).toEqual([])
})

it('a text of a million characters that might be many templates is read in no time', () => {
  for (const text of [
    'metadata:'.repeat(110_000),
    '{{ kind: Job '.repeat(75_000),
    '\\x2f'.repeat(250_000),
    'annotations: {{\n'.repeat(60_000),
  ]) {
    const from = process.cpuUsage().user
    all(irreversibleAmong([`{{ kind: Job\nkind: Job /hook\n${text}`], () => undefined))
    expect((process.cpuUsage().user - from) / 1_000).toBeLessThan(1_000)
  }
})
