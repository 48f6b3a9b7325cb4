import { describe, expect, it } from 'vitest'
import { irreversibleOf, mayBeIrreversible, mayRunAsHook, unpacked } from '../../../src/domain/application/irreversible.ts'

it.each<[string, boolean]>([
  ['kind: CustomResourceDefinition', true],
  ['kind: PersistentVolumeClaim', true],
  ['volumeClaimTemplates: []', true],
  ['helm.sh/hook: test', true],
  ['"helm.sh\\/hook"', true],
  ['helm.sh/ho\\\n  ok', true],
  ['kind: Persistent\\u0056olumeClaim', true],
  // The last character that there is stands between; one beyond it is none.
  ['helm.sh/\\U0010FFFFhook', false],
  ['helm.sh/\\U00110000hook', true],
  ['kind: Job\nmetadata: {{ x }}', true],
  ['kind: "Workflow"\nmetadata: {{ x }}', true],
  ['kind: Job\nmetadata: {}', false],
  ['kind: Deployment\nmetadata: {{ x }}', false],
  ['kind: Job\nmetadata: {name: a}\nspec: {{ x }}', false],
  ['kind: Rollout', false],
])('a text is read where it may hold what no revert takes back: %j', (text, expected) => {
  expect(mayBeIrreversible(text)).toBe(expected)
})

it.each<[string, boolean]>([
  ['kind: Job\nhelm.sh/hook: x', true],
  ['"kind": "Pod", "helm.sh\\/hook": "x"', true],
  ['kind: Job', false],
  ['kind: Jobs\nhelm.sh/hook: x', false],
  ['helm.sh/hook: x', false],
])('a text may run as a hook where it has both words: %j', (text, expected) => {
  expect(mayRunAsHook(text)).toBe(expected)
})

const HOOK = { 'helm.sh/hook': 'pre-upgrade' }
const found = (manifest: unknown, text = ''): unknown => irreversibleOf(text, [manifest])

describe('what of a manifest cannot be taken back', () => {
  it.each<[string, unknown, object]>([
    ['a definition without a spec', { kind: 'CustomResourceDefinition' }, { kind: 'CustomResourceDefinition', name: '?', content: '{}' }],
    [
      'a claim, by the name that it begins with',
      { kind: 'PersistentVolumeClaim', metadata: { generateName: 'data-' }, spec: { size: 1 } },
      { kind: 'PersistentVolumeClaim', name: 'data-', content: '{"size":1}' },
    ],
    [
      'a claim whose name is too long for one',
      { kind: 'PersistentVolumeClaim', metadata: { name: 'x'.repeat(300) } },
      { kind: 'PersistentVolumeClaim', name: 'x'.repeat(253), content: '{}' },
    ],
    ['a hook without a spec', { kind: 'Job', metadata: { name: 'a', annotations: HOOK } }, { kind: 'Job', name: 'a', content: '{}' }],
    [
      'a Secret that is a hook',
      { kind: 'Secret', metadata: { name: 'a', annotations: HOOK }, data: { b: 'c' }, spec: 1 },
      { kind: 'Secret', name: 'a', content: '[{"b":"c"},null,null]' },
    ],
    [
      'volumes that are no list',
      { kind: 'StatefulSet', metadata: { name: 'db' }, spec: { volumeClaimTemplates: 'x' } },
      { kind: 'StatefulSet', name: 'db', content: '"x"' },
    ],
    [
      'a volume without a name',
      { kind: 'StatefulSet', metadata: { name: 'db' }, spec: { volumeClaimTemplates: [{ spec: 1 }] } },
      { kind: 'StatefulSet', name: 'db', content: '[{"name":null,"spec":1}]' },
    ],
  ])('is %s', (_, manifest, expected) => {
    expect(found(manifest)).toEqual([expected])
  })

  it.each<[string, unknown]>([
    ['a StatefulSet without volumes', { kind: 'StatefulSet', metadata: { name: 'db' }, spec: {} }],
    ['a Job that is no hook', { kind: 'Job', metadata: { name: 'a' }, spec: {} }],
    ['a ConfigMap that is no hook', { kind: 'ConfigMap', metadata: { name: 'a' }, data: {} }],
    ['what says that it can', { kind: 'PersistentVolumeClaim', metadata: { annotations: { 'kedge.dev/reversible': 'true' } } }],
    ['a text', 'kind: PersistentVolumeClaim'],
  ])('is not %s', (_, manifest) => {
    expect(found(manifest, 'kind: PersistentVolumeClaim\n')).toEqual([])
  })

  it('is not told by words where a document holds nothing of it and is too deep to be compared', () => {
    let deep: unknown = 1
    for (let depth = 0; depth < 200_000; depth += 1) deep = { a: deep }
    expect(found({ kind: 'PersistentVolumeClaim', spec: deep }, 'kind: Service\n')).toEqual([])
  })
})

describe('a text that does not parse', () => {
  const said = (text: string): readonly string[] => irreversibleOf(text, undefined).map(({ kind, name }) => `${kind} ${name}`)

  it.each<[string, string, readonly string[]]>([
    ['has the name that stands after metadata', 'kind: PersistentVolumeClaim\nspec: {name: x}\nmetadata: {name: a}', ['a']],
    ['has it far behind, too', `kind: PersistentVolumeClaim\n${'#'.repeat(5_000)}\nmetadata: {name: a}`, ['a']],
    ['has any name where it has no metadata', 'kind: PersistentVolumeClaim\nname: a', ['a']],
    ['has none where the name comes too late', `kind: PersistentVolumeClaim\nmetadata: ${'#'.repeat(5_000)}\nname: a`, ['?']],
  ])('%s', (_, text, expected) => {
    expect(said(text)).toEqual(expected.map((name) => `PersistentVolumeClaim ${name}`))
  })

  it('is perhaps a hook where not each of its kinds is known, or none is named', () => {
    expect(said('metadata: {annotations: {helm.sh/hook: pre-upgrade}}')).toEqual(['perhaps /hook'])
    expect(said('kind: Service\n---\nkind: {{ x }}\nhelm.sh/hook: pre-upgrade')).toEqual(['perhaps /hook'])
    expect(said('kind: Service\nhelm.sh/hook: pre-upgrade')).toEqual([])
  })
})

it('lists in lists are unpacked, five deep; what has `items` is a list, whatever it calls itself', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 'x' : { items: [nested(depth - 1), depth] })
  expect(unpacked(nested(5))).toEqual(['x', 1, 2, 3, 4, 5])
  expect(unpacked(nested(6))).toEqual([{ items: ['x', 1] }, 2, 3, 4, 5, 6])
  expect(unpacked({ kind: 'Service', items: 'x' })).toEqual([{ kind: 'Service', items: 'x' }])
})
