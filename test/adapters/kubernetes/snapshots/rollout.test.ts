import { describe, expect, it } from 'vitest'
import { readRollout } from '../../../../src/adapters/kubernetes/snapshots/rollout.ts'
import { lastRecorded } from '../recorded.ts'

// eslint-disable-next-line typescript/no-explicit-any
const aborted = (): any =>
  structuredClone(
    lastRecorded('faq-canary-failed', 'Rollout', (object) => object['status']?.abort === true && object['metadata'].generation === 4),
  )

describe('reading a Rollout', () => {
  it('copies what says that a canary was aborted', () => {
    expect(readRollout('prod', aborted())).toMatchObject({
      cluster: 'prod',
      namespace: 'faq-canary-failed',
      name: 'web',
      uid: '385d1cee-ed69-45b5-b36f-9bc120c1fbbf',
      createdAt: Date.parse('2026-11-23T02:38:26Z'),
      strategy: 'canary',
      routed: false,
      stepCount: 5,
      specReplicas: 4,
      rolloutRevision: 2,
      observed: true,
      hasStatus: true,
      phase: 'Degraded',
      abort: true,
      abortedAt: '2026-11-23T02:38:33Z',
      abortedAtMs: Date.parse('2026-11-23T02:38:33Z'),
      currentPodHash: '757fd98f58',
      stableRS: '778d7cc886',
      currentStepIndex: 0,
      images: ['registry.example/web:v1.8.0'],
      progressingReason: 'RolloutAborted',
      trackingId: 'faq-canary-failed:argoproj.io/Rollout:faq-canary-failed/web',
      weights: undefined,
      health: { status: 'Degraded' },
    })
  })

  it.each<[string, unknown, unknown]>([
    ['of steps', { steps: [{ pause: {} }, { setWeight: 25 }, { analysis: {} }, { setWeight: 50 }] }, [null, 25, 25, 50]],
    ['of what the router calls all', { steps: [{ setWeight: 200 }], trafficRouting: { maxWeight: 1_000 } }, [20]],
    ['but none that is no weight', { steps: [{ setWeight: 'x' }, { setWeight: -1 }, { setWeight: 101 }, null] }, undefined],
    ['but none of a limit that is none', { steps: [{ setWeight: 5 }], trafficRouting: { maxWeight: 'x' } }, undefined],
  ])('reads the percent that a canary has at each step: %s', (_, canary, percents) => {
    expect(readRollout('prod', { ...aborted(), spec: { strategy: { canary } } })?.stepPercents).toEqual(percents)
  })

  it('reads the router weights of a routed canary', () => {
    const routed = lastRecorded('routed-canary-failed', 'Rollout', (object) => object['status']?.canary?.weights?.canary?.weight === 25)
    expect(readRollout('prod', routed)).toMatchObject({
      routed: true,
      weights: { canaryWeight: 25, canaryHash: '757fd98f58', stableHash: '778d7cc886', experimentWeight: 0, verified: undefined },
    })
  })

  it('reads the selectors of a blue-green Rollout', () => {
    const rollout = readRollout('prod', lastRecorded('bluegreen-pre-promotion-failed', 'Rollout'))
    expect(rollout).toMatchObject({ strategy: 'blueGreen', activeSelector: rollout?.stableRS })
  })

  it('has not been observed while the generation is ahead', () => {
    const rollout = aborted()
    rollout.metadata.generation += 1
    expect(readRollout('prod', rollout)?.observed).toBe(false)
  })

  it('has not been observed when the controller wrote a hash, as v0.9 did', () => {
    const rollout = aborted()
    rollout.status.observedGeneration = '5d5d8dcdc4'
    expect(readRollout('prod', rollout)?.observed).toBe(false)
  })

  it.each([
    { annotation: '7', observed: '7', expected: true },
    { annotation: '8', observed: '7', expected: false },
    { annotation: '8', observed: undefined, expected: false },
    { annotation: undefined, observed: '7', expected: false },
    { annotation: undefined, observed: undefined, expected: true },
  ])('with a workloadRef of generation $annotation and $observed observed, observed is $expected', ({ annotation, observed, expected }) => {
    const rollout = aborted()
    rollout.spec.workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
    rollout.metadata.annotations['rollout.argoproj.io/workload-generation'] = annotation
    rollout.status.workloadObservedGeneration = observed
    expect(readRollout('prod', rollout)).toMatchObject({ observed: expected, workloadRef: 'Deployment/web' })
  })

  it('keeps only the annotations of Kedge as settings', () => {
    const rollout = aborted()
    rollout.metadata.annotations['kedge.dev/mode'] = 'pr'
    expect(readRollout('prod', rollout)?.settings).toEqual({ mode: 'pr' })
  })

  it('treats an annotation called __proto__ as a setting like any other', () => {
    const rollout = aborted()
    Object.assign(rollout.metadata, { annotations: JSON.parse('{"kedge.dev/__proto__": "x", "kedge.dev/mode": "off"}') })
    const settings = readRollout('prod', rollout)?.settings ?? {}
    expect(Object.getPrototypeOf(settings)).toBe(Object.prototype)
    expect(Object.keys(settings)).toEqual(['__proto__', 'mode'])
  })

  it('reports an invalid spec only while the condition is true', () => {
    const rollout = aborted()
    rollout.status.conditions = [{ type: 'InvalidSpec', status: 'False', reason: 'InvalidSpec', message: 'was wrong' }]
    expect(readRollout('prod', rollout)?.invalidSpec).toBeUndefined()
    rollout.status.conditions[0].status = 'True'
    expect(readRollout('prod', rollout)?.invalidSpec).toBe('was wrong')
  })

  it('shortens a message of 10 MB', () => {
    const rollout = aborted()
    rollout.status.message = 'x'.repeat(10_000_000)
    expect(readRollout('prod', rollout)?.message).toHaveLength(4_096)
  })
})
