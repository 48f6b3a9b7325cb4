import { expect, it } from 'vitest'
import { isHook, mayBeHookInText, readByHook } from '../../../src/domain/application/hooks.ts'

const [ARGO, HELM] = ['argocd.argoproj.io/hook', 'helm.sh/hook']

it.each<[string, string, boolean]>([
  [ARGO, 'PreSync', true],
  [ARGO, 'Skip, PostSync', true],
  [ARGO, 'Sync,Skip', true],
  [ARGO, 'SyncFail', false],
  [ARGO, 'PostDelete', false],
  [ARGO, 'pre-upgrade', false],
  [HELM, 'post-install,test', true],
  [HELM, 'test,  crd-install', true],
  [HELM, 'pre-delete', false],
  [HELM, 'PreSync', false],
  ['other.example/hook', 'PreSync', false],
])('a hook is what runs when something is synced: %s: %s', (name, value, expected) => {
  expect(isHook({ a: 'b', [name]: value })).toBe(expected)
  expect(mayBeHookInText(`annotations:\n  ${name}: ${value}\n`)).toBe(expected)
  expect(mayBeHookInText(`annotations: {"${name}": "${value}", a: b}`)).toBe(expected)
})

it('an annotation that is no text makes no hook', () => {
  expect([isHook({}), isHook({ [ARGO]: true }), isHook({ [ARGO]: ['PreSync'] })]).toEqual([false, false, false])
})

const job = (spec: unknown, { kind = 'Job', hook = 'PreSync' } = {}): object => ({
  kind,
  metadata: { annotations: { [ARGO]: hook } },
  spec,
})
const mounting = (name: unknown): object => ({ volumes: [{ configMap: { name } }] })

it.each<[string, unknown, readonly string[]]>([
  ['mounts', job(mounting('a')), ['a']],
  ['takes all variables from', job({ containers: [{ envFrom: [{ configMapRef: { name: 'a' } }] }] }), ['a']],
  ['takes one variable from', job({ env: [{ valueFrom: { configMapKeyRef: { name: 'a', key: 'k' } } }] }), ['a']],
  ['mounts, with several', job([mounting('a'), null, 'text', mounting('b')]), ['b', 'a']],
  ['mounts, whatever stands beside it', job({ ...mounting('a'), none: undefined }), ['a']],
  ['mounts, of a Pod', job(mounting('a'), { kind: 'Pod' }), ['a']],
  ['mounts, of a Workflow', job(mounting('a'), { kind: 'Workflow' }), ['a']],
])('a hook reads the ConfigMap that it %s', (_, manifest, names) => {
  expect(readByHook(manifest)).toEqual(names)
})

it.each<[string, unknown]>([
  ['what names another kind', job({ volumes: [{ secret: { name: 'a' } }, { configMapped: { name: 'a' } }] })],
  ['an empty name', job(mounting(''))],
  ['a number', job(mounting(5))],
  ['what runs for ever', job(mounting('a'), { kind: 'Deployment' })],
  ['what is no hook', { kind: 'Job', spec: mounting('a') }],
  ['a hook that no sync runs', job(mounting('a'), { hook: 'Skip' })],
  ['what has no spec', job(undefined)],
  ['no object', null],
  ['a text', 'kind: Job'],
])('no ConfigMap of a hook is read from %s', (_, manifest) => {
  expect(readByHook(manifest)).toEqual([])
})

it('what refers to itself, as an alias in YAML may, is read once', () => {
  const spec: Record<string, unknown> = mounting('a') as Record<string, unknown>
  spec['self'] = spec
  expect(readByHook(job(spec))).toEqual(['a'])
})

it.each<[string, boolean]>([
  [`${HELM}: {{ .Values.hook }}`, true],
  [`${HELM}: pre-{{ .Values.when }}`, true],
  [`${HELM}: >\n  pre-upgrade`, true],
  [`${HELM}: *when`, true],
  [`${HELM}:\r\n  pre-upgrade`, true],
  [`${HELM}: " "`, true],
  [`${HELM}`, true],
  [`${HELM}: test # pre-upgrade`, false],
  [`${HELM}-weight: "5"`, false],
  [`${HELM}-weight: "{{ 5 }}"`, false],
])('a text may be a hook where it does not say which it is: %j', (text, expected) => {
  expect(mayBeHookInText(text)).toBe(expected)
})

const put = '{{- toYaml .Values.annotations | nindent 4 }}'
it.each<[string, string, boolean]>([
  ['all of metadata', 'metadata: {{ x }}', true],
  ['all of metadata, in braces', '{metadata: { {{ x }}', true],
  ['all of annotations', 'metadata:\n  annotations: {{ x }}', true],
  ['a part of metadata', 'metadata:\n  name: a\n  {{- include "meta" . | nindent 2 }}', true],
  ['annotations', `metadata:\n  annotations:\n    ${put}`, true],
  ['annotations, after others', `metadata:\n  annotations:\n    a: b\n\n    ${put}`, true],
  ['annotations, at the edge', `metadata:\n  annotations:\n${put}`, true],
  ['annotations, in a condition at the edge', `metadata:\n  annotations:\n{{- if .x }}\n    ${put}\n{{- end }}`, true],
  ['the value of one alone', 'metadata:\n  annotations:\n    a: {{ x }}', false],
  ['no more than a condition', 'metadata:\n  annotations:\n    {{- if .x }}\n    a: b\n    {{- end }}\n    {{- $a := 1 }}', false],
  ['labels', 'metadata:\n  labels:\n    {{- include "labels" . | nindent 4 }}', false],
  ['labels, after annotations', `metadata:\n  annotations:\n    a: b\n  labels:\n    ${put}`, false],
  ['those of what runs', `metadata:\n  name: a\nspec:\n  template:\n    metadata:\n      annotations:\n        ${put}`, false],
  ['nothing', 'metadata:\n  annotations:\n    a: b', false],
])('an object may be a hook where its own annotations come out of a template: %s', (_, text, expected) => {
  expect(mayBeHookInText(text)).toBe(expected)
  expect(mayBeHookInText(text.replaceAll('\n', '\r\n'))).toBe(expected)
})
