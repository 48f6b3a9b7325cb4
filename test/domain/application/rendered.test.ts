import { describe, expect, it } from 'vitest'
import {
  isRead,
  isUnanswered,
  notRendered,
  pickRollout,
  type ReadManifests,
  type Rendering,
} from '../../../src/domain/application/rendered.ts'

const TEMPLATE = { spec: { containers: [{ name: 'web', image: 'web:2' }] } }
const [ROLLOUT, APPS] = ['argoproj.io/v1alpha1', 'apps/v1']

/** An object that lies where its Application puts it. */
function object(kind: unknown, apiVersion: unknown, name: unknown, more: object = { spec: { template: TEMPLATE } }): object {
  return { kind, apiVersion, metadata: { name }, ...more }
}

const rollout = (name: unknown = 'web', more?: object): object => object('Rollout', ROLLOUT, name, more)
const referring = (reference: unknown): object => rollout('web', { spec: { workloadRef: reference } })
const placed = (namespace: unknown, name: unknown = 'web'): object =>
  rollout(name, { metadata: { name, namespace }, spec: { template: TEMPLATE } })

function pick(manifests: readonly unknown[], more: Partial<ReadManifests> = {}): Rendering {
  return pickRollout({ manifests, namespace: 'shop', analysis: 'a', irreversible: [], ...more }, { namespace: 'shop', name: 'web' })
}

/** The template that is found, or why none is. */
function found(manifests: readonly unknown[], more: Partial<ReadManifests> = {}): unknown {
  const rendering = pick(manifests, more)
  return rendering.result === 'rendered' ? rendering.rollout.template.open() : `${rendering.why}: ${rendering.detail}`
}

function picked(manifests: readonly unknown[], more: Partial<ReadManifests> = {}) {
  const rendering = pick(manifests, more)
  if (rendering.result !== 'rendered') throw new Error(rendering.detail)
  return rendering.rollout
}

it.each<[string, readonly unknown[]]>([
  ['it names no namespace, and lies where the Application puts it', [rollout()]],
  ['it names its namespace', [placed('shop')]],
  ['it names an empty one, which is none', [placed('')]],
  [
    'others are rendered beside it',
    [null, 'text', [], {}, object('Rollout', ROLLOUT, 'api', {}), rollout(), object('Service', 'v1', 'web')],
  ],
  ['one of its name lies in another namespace', [placed('other'), rollout()]],
  ['one of its name is of another group', [object('Rollout', 'other.io/v1', 'web', {}), object('Rollout', 5, 'web', {}), rollout()]],
  ['one of its kind has no metadata', [{ kind: 'Rollout', apiVersion: ROLLOUT }, rollout()]],
])('a Rollout is found by kind, group, name and namespace: %s', (_, manifests) => {
  expect(found(manifests)).toEqual(TEMPLATE)
})

it('a Rollout that names its namespace is found where the Application puts objects elsewhere, or nowhere', () => {
  expect(found([placed('shop')], { namespace: 'other' })).toEqual(TEMPLATE)
  expect(found([placed('shop')], { namespace: undefined })).toEqual(TEMPLATE)
  expect(found([rollout()], { namespace: 'other' })).toMatch(/^absent/)
})

const workload = (kind: string, version: string, more?: object): object => object(kind, version, 'base', more)
it.each<[string, object, string]>([
  ['a Deployment', workload('Deployment', APPS), 'Deployment'],
  ['a ReplicaSet', workload('ReplicaSet', APPS), 'ReplicaSet'],
  ['a PodTemplate, which has it at its top', workload('PodTemplate', 'v1', { template: TEMPLATE }), 'PodTemplate'],
])('a Rollout takes its template from the workload that it refers to: %s', (_, its, kind) => {
  expect(found([workload('Deployment', 'other/v1', {}), referring({ kind, name: 'base' }), its])).toEqual(TEMPLATE)
})

const NONE = 'absent: The Rollout that is rendered has no pod template.'
const KIND = 'absent: The Rollout takes its template from a workload of a kind that it cannot take it from.'
const AWAY = 'absent: The Deployment that the Rollout takes its template from is not among what is rendered.'
const DEPLOYMENT = referring({ kind: 'Deployment', name: 'base' })
it.each<[string, readonly unknown[], string]>([
  ['it is not there', [rollout('api'), placed('other')], 'absent: The Rollout is not among what is rendered.'],
  ['it is there twice', [rollout(), placed('shop')], 'several: More than one Rollout of this name is rendered.'],
  ['it has no spec', [rollout('web', { spec: 'x' })], 'absent: The Rollout that is rendered has no spec.'],
  ['it has no template', [rollout('web', { spec: {} })], NONE],
  ['its template is a text', [rollout('web', { spec: { template: 'x' } })], NONE],
  ['it refers to what is no text', [referring({ kind: 5, name: 'base' })], KIND],
  ['it refers to no name', [referring({ kind: 'Deployment' }), workload('Deployment', APPS)], KIND],
  ['it refers to what all objects inherit', [referring({ kind: 'toString', name: 'base' })], KIND],
  ['it refers to a StatefulSet', [referring({ kind: 'StatefulSet', name: 'base' }), workload('StatefulSet', APPS)], KIND],
  ['the workload is not there', [DEPLOYMENT], AWAY],
  ['the workload has another name', [DEPLOYMENT, object('Deployment', APPS, 'other')], AWAY],
  ['the workload is of another group', [DEPLOYMENT, workload('Deployment', 'v1')], AWAY],
  [
    'the workload is there twice',
    [DEPLOYMENT, workload('Deployment', APPS), workload('Deployment', APPS)],
    'several: More than one Deployment of the name that the Rollout refers to is rendered.',
  ],
  ['the workload has no spec', [DEPLOYMENT, workload('Deployment', APPS, { spec: 'x' })], NONE],
])('no template is found, and it is said why, where %s', (_, manifests, expected) => {
  expect(found(manifests)).toBe(expected)
})

it('what was read beside it comes with it, and its whole spec', () => {
  const irreversible = [{ kind: 'Job', name: 'migrate', hash: 'h' }]
  const rendered = picked([rollout()], { analysis: 'b', irreversible })
  expect([rendered.analysis, rendered.irreversible, rendered.spec.open()]).toEqual(['b', irreversible, { template: TEMPLATE }])
})

const many = (count: number): readonly object[] => Array.from({ length: count }, (_, at) => rollout(at === 0 ? 'web' : `r-${at}`))

describe('the Rollouts that an Application renders', () => {
  it('are named once each, with their namespaces, and nothing else is', () => {
    const others = [null, object('Deployment', APPS, 'api'), object('Rollout', 'other.io/v1', 'api')]
    expect(picked([rollout(), placed('other'), placed('other'), ...others]).rollouts).toEqual(['shop/web', 'other/web'])
    expect(picked([placed('shop'), rollout('api')], { namespace: undefined }).rollouts).toEqual(['shop/web'])
  })

  it('are left out where no object can be called so', () => {
    const odd = ['', 5, null, 'x'.repeat(254)].map((name) => rollout(name))
    expect(picked([rollout(), ...odd, { kind: 'Rollout', apiVersion: ROLLOUT }, placed(7, 'api')]).rollouts).toEqual(['shop/web'])
    const longest = 'x'.repeat(253)
    expect(picked([rollout(), rollout(longest)]).rollouts).toEqual(['shop/web', `shop/${longest}`])
  })

  it('are a hundred at most', () => {
    expect(picked(many(120)).rollouts).toHaveLength(100)
  })
})

describe('the parts that an Application renders', () => {
  const partsOf = (manifests: readonly unknown[], hashed: readonly unknown[] = manifests) => {
    const of = new Map(hashed.map((manifest, at) => [manifest, `h-${at}`]))
    return picked(manifests, { hashes: { rest: 'rest', of } }).parts
  }

  it('are a hash of each Rollout, and one of the rest', () => {
    const rollouts = new Map([
      ['shop/web', 'h-0'],
      ['shop/api', 'h-2'],
    ])
    expect(partsOf([rollout(), object('Service', 'v1', 'web'), rollout('api')])).toEqual({ rest: 'rest', rollouts })
  })

  it('are not told where a Rollout has no name, or no hash, or two have one name, or there are more than a hundred', () => {
    expect(partsOf([rollout(), rollout('')])).toBeUndefined()
    expect(partsOf([rollout(), rollout('api')], [])).toBeUndefined()
    expect(partsOf([rollout(), placed('other'), placed('other')])).toBeUndefined()
    expect([partsOf(many(100))?.rollouts.size, partsOf(many(101))]).toEqual([100, undefined])
    expect(picked([rollout()]).parts).toBeUndefined()
  })
})

it.each([
  [true, { kind: 'Rollout' }],
  [true, { kind: 'Deployment' }],
  [true, { kind: 'ReplicaSet' }],
  [true, { kind: 'PodTemplate' }],
  [false, { kind: 'Service' }],
  [false, {}],
  [false, 'Rollout'],
  [false, null],
])('what a template may come from is read, and nothing else: %j for %j', (expected, manifest) => {
  expect(isRead(manifest)).toBe(expected)
})

it('a renderer that is away, or lets nobody in, is asked again; whatever else it says is its answer', () => {
  const answers = (['unreachable', 'locked-out', 'failed', 'absent', 'forbidden'] as const).map((why) => notRendered(why, ''))
  expect(answers.filter(({ why }) => isUnanswered(why)).map(({ why }) => why)).toEqual(['unreachable', 'locked-out'])
})
