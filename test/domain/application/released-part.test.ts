import { expect, it } from 'vitest'
import { findBuiltUpon, mayRun, releasedPart, type RenderedObjects } from '../../../src/domain/application/rendered-objects.ts'

const id = (version: string, kind: string): string => JSON.stringify([version, kind, '', 'a'])

it.each([
  ['apps/v1', 'Deployment', true],
  ['apps/v1', 'ReplicaSet', true],
  ['apps/v1', 'StatefulSet', true],
  ['apps/v1', 'DaemonSet', true],
  ['batch/v1', 'Job', true],
  ['batch/v1', 'CronJob', true],
  ['v1', 'Pod', true],
  ['v1', 'ReplicationController', true],
  ['argoproj.io/v1alpha1', 'Rollout', true],
  ['flink.apache.org/v1', 'Session', true],
  ['networking.k8s.io/v1', 'Ingress', false],
  ['apps/v1', 'ControllerRevision', false],
  ['v1', 'ConfigMap', false],
])('what is of a group of its own may run pods, and of Kubernetes what is a workload: %s %s, %s', (version, kind, expected) => {
  expect(mayRun(id(version, kind))).toBe(expected)
})

const scaled = (kind: string, replicas: unknown, more: object = {}) =>
  releasedPart({ kind, apiVersion: 'apps/v1', metadata: { name: 'a' }, spec: { replicas, ...more } })

it.each(['Rollout', 'Deployment', 'ReplicaSet', 'StatefulSet'])(
  'how many pods a %s has is no part of a release, while it has some',
  (kind) => {
    expect(scaled(kind, 5)).toEqual(scaled(kind, 1))
    expect(scaled(kind, 0)?.part).not.toEqual(scaled(kind, 1)?.part)
    expect(scaled(kind, 'x')?.part).toMatchObject({ spec: { replicas: 'x' } })
  },
)

it('one without pods is lent as if it had one, where it may be lent', () => {
  expect(['Deployment', 'ReplicaSet', 'StatefulSet', 'Rollout'].map((kind) => scaled(kind, 0)?.lent !== undefined)).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(scaled('Deployment', 0)?.lent).toEqual(scaled('Deployment', 1)?.part)
})

it('a Rollout says what it takes its template from, and nothing else does', () => {
  const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'base' }
  const borrows = JSON.stringify(['apps/v1', 'Deployment', '', 'base'])
  expect([scaled('Rollout', 1, { workloadRef })?.borrows, scaled('Rollout', 0, { workloadRef })?.borrows]).toEqual([borrows, borrows])
  for (const part of [
    scaled('Rollout', 1),
    scaled('Rollout', 0),
    scaled('Deployment', 1, { workloadRef }),
    scaled('Rollout', 1, { workloadRef: 'x' }),
  ])
    expect(part).not.toHaveProperty('borrows')
})

it.each([
  [null],
  ['text'],
  [{ kind: 'Service', apiVersion: 'v1' }],
  [{ kind: 5, apiVersion: 'v1', metadata: { name: 'a' } }],
  [{ kind: 'Service', apiVersion: 5, metadata: { name: 'a' } }],
  [{ kind: 'Service', apiVersion: 'v1', metadata: { name: 5 } }],
])('what no object is called is none: %j', (manifest) => {
  expect(releasedPart(manifest)).toBeUndefined()
})

const told = (digest: string): RenderedObjects => ({ digest, objects: new Map([[id('v1', 'ConfigMap'), digest]]) })
const untold = (digest: string): RenderedObjects => ({ digest })

it.each(['good', 'left', 'head', 'revert'] as const)('where objects are not told of one state, nothing is told: %s', (name) => {
  const states = { good: told('a'), left: told('b'), head: told('c'), revert: told('a') }
  expect(findBuiltUpon({ ...states, [name]: untold(states[name].digest) }, { isRendered: true, isOwn: false })).toBe('untold')
})

it('until the revert is rendered, a release that changed nothing is told without its objects, and no other', () => {
  const asked = (left: string, isRendered: boolean) =>
    findBuiltUpon({ good: untold('a'), left: untold(left), head: untold('c'), revert: untold('a') }, { isRendered, isOwn: false })
  expect([asked('a', false), asked('b', false), asked('a', true), asked('b', true)]).toEqual([undefined, 'untold', 'untold', 'untold'])
})

it("a Rollout of another group than Argo's is an object like others, of the own Application too", () => {
  const state = (kind: string, version: string, digest: string): RenderedObjects => ({
    digest,
    objects: new Map([[id(version, kind), digest]]),
  })
  const asked = (kind: string, version: string) => {
    const [good, left, head, revert] = ['a', 'b', 'c', 'a'].map((digest) => state(kind, version, digest)) as [
      RenderedObjects,
      RenderedObjects,
      RenderedObjects,
      RenderedObjects,
    ]
    return findBuiltUpon({ good, left, head, revert }, { isRendered: true, isOwn: true })
  }
  expect(asked('Rollout', 'argoproj.io/v1alpha1')).toBeUndefined()
  expect([asked('Rollout', 'other.io/v1'), asked('AnalysisTemplate', 'argoproj.io/v1alpha1')]).toMatchObject([
    { why: 'changed' },
    { why: 'changed' },
  ])
})
