import { expect, it } from 'vitest'
import { startArgoRollouts } from '../../src/simulator/argo-rollouts.ts'
import type { AnalysisRun, ReplicaSet, Rollout, RolloutSpec } from '../../src/simulator/argo-rollouts/types.ts'
import { createManualClock } from '../../src/simulator/clock.ts'
import { createObjectStore } from '../../src/simulator/kubernetes/store.ts'

/** What recordings of the real controller showed, and the stand-in once did not do. */

const REF = { plural: 'rollouts', namespace: 'shop', name: 'web' }
const RUN = { templates: [{ templateName: 'web' }] }
const CANARY = { canary: { steps: [{ setWeight: 25 }, { analysis: RUN }] } }
const BOTH = {
  blueGreen: { activeService: 'active', prePromotionAnalysis: RUN, postPromotionAnalysis: { templates: [{ templateName: 'web-after' }] } },
}
const POST = { blueGreen: { activeService: 'active', postPromotionAnalysis: RUN } }

/** One Rollout of v1.7.3, Healthy; v1.8.0 fails its analysis, unless it is `good`; with `before` only the one after the switch. */
function openCluster(strategy: RolloutSpec['strategy'], good = false, before = false) {
  const clock = createManualClock(Date.UTC(2026, 10, 23))
  const store = createObjectStore(clock)
  const seen: Rollout[] = []
  store.subscribe(({ object }) => object.kind === 'Rollout' && seen.push(structuredClone(object) as Rollout))
  startArgoRollouts({
    store,
    clock,
    metric: ({ image, metric }) => (good || image.endsWith('v1.7.3') || (before && metric !== 'after') ? 0.99 : 0.5),
    pods: { startMs: 10, readyMs: 10 },
  })
  const metric = { name: 'success-rate', count: 1, successCondition: 'result >= 0.95' }
  const template = (name: string, spec: object) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name, namespace: 'shop' },
    spec,
  })
  store.apply(template('web', { metrics: [metric] }))
  store.apply(template('web-after', { metrics: [{ ...metric, name: 'after' }] }))
  const release = (tag: string): void => {
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: `web:${tag}` }] } }
    const spec = { replicas: 4, selector: { matchLabels: { app: 'web' } }, template, strategy }
    store.apply({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web', namespace: 'shop' }, spec }, 'main')
    for (let passed = 0; passed < 3_000; passed += 10) clock.advance(10)
  }
  const promoteInFull = (): void => {
    store.patch(REF, { status: { promoteFull: true } }, 'status')
    for (let passed = 0; passed < 1_000; passed += 10) clock.advance(10)
  }
  const status = () => (store.get(REF) as Rollout).status!
  release('v1.7.3')
  const stable = status().stableRS
  seen.length = 0
  const goOn = (): void => {
    store.patch(REF, { status: { pauseConditions: null } }, 'status')
    for (let passed = 0; passed < 1_000; passed += 10) clock.advance(10)
  }
  const pods = (): (number | undefined)[] => store.list('replicasets').map((set) => (set as ReplicaSet).status?.availableReplicas)
  return { release, promoteInFull, goOn, pods, status, stable, seen, runs: () => store.list('analysisruns') as AnalysisRun[] }
}

it.each([
  ['canary', CANARY],
  ['blue-green', POST],
])('a %s that is promoted in full after an abort forgets the abort and needs no analysis', (_, strategy) => {
  const { release, promoteInFull, status, stable, seen, runs } = openCluster(strategy)
  release('v1.8.0')
  expect(status()).toMatchObject({ abort: true, phase: 'Degraded', stableRS: stable })
  seen.length = 0
  promoteInFull()
  expect(status()).toMatchObject({ phase: 'Healthy', stableRS: status().currentPodHash })
  expect(status().stableRS).not.toBe(stable)
  for (const member of ['abort', 'abortedAt', 'promoteFull']) expect(status()).not.toHaveProperty(member)
  expect(seen.filter((rollout) => rollout.status?.promoteFull === true).map((rollout) => rollout.status?.abort === true)[0]).toBe(true)
  expect(seen.map((rollout) => rollout.status!.conditions!.some(({ reason }) => reason === 'RolloutRetry'))).not.toContain(true)
  expect(runs()).toHaveLength(1)
})

/** Who has the traffic while this template is wanted, and whether it was aborted, step by step. */
function trafficIn(seen: readonly Rollout[], wanted: string | undefined) {
  const traffic = seen
    .filter(({ status: { currentPodHash } = {} }) => currentPodHash === wanted)
    .map((rollout) => [rollout.status!.blueGreen!.activeSelector, rollout.status!.abort === true])
  return traffic.filter((step, index) => JSON.stringify(step) !== JSON.stringify(traffic[index - 1]))
}

it('a canary is no longer to be promoted in full from the very write on that makes it stable', () => {
  const { release, promoteInFull, seen } = openCluster(CANARY)
  release('v1.8.0')
  seen.length = 0
  promoteInFull()
  const stable = seen.filter(({ status }) => status!.stableRS === status!.currentPodHash)
  expect(stable.length).toBeGreaterThan(0)
  expect(stable.filter(({ status }) => status!.promoteFull === true)).toEqual([])
})

it('a blue-green has the traffic before its post-promotion analysis, and gives it back one write after the abort', () => {
  const { release, status, stable, seen, runs } = openCluster(POST)
  release('v1.8.0')
  const bad = status().currentPodHash
  expect(runs()[0]!.metadata).toMatchObject({ name: expect.stringMatching(/-2-post$/), labels: { 'rollout-type': 'PostPromotion' } })
  expect(status().message).toContain('Blue/green post-promotion analysis phase error/failed: Metric "success-rate" assessed Failed')
  expect(trafficIn(seen, bad)).toEqual([
    [stable, false],
    [bad, false],
    [bad, true],
    [stable, true],
  ])
  expect(status().stableRS).toBe(stable)
})

it('a blue-green whose analysis before the switch passes has the traffic, and gives it back when the one after it fails', () => {
  const { release, status, stable, seen, runs } = openCluster(BOTH, false, true)
  release('v1.8.0')
  const bad = status().currentPodHash
  const ended = runs().map(({ metadata, status: run }) => `${metadata.labels?.['rollout-type']} ${run?.phase}`)
  expect(ended.toSorted()).toEqual(['PostPromotion Failed', 'PrePromotion Successful'])
  expect(trafficIn(seen, bad)).toEqual([
    [stable, false],
    [bad, false],
    [bad, true],
    [stable, true],
  ])
  expect(status()).toMatchObject({
    stableRS: stable,
    message: expect.stringContaining('Blue/green post-promotion analysis phase error/failed'),
  })
})

it('a blue-green is stable once its post-promotion analysis has passed', () => {
  const { release, status, seen } = openCluster(POST, true)
  release('v1.8.0')
  expect(status()).toMatchObject({ phase: 'Healthy', stableRS: status().currentPodHash })
  expect(seen.map((rollout) => rollout.status?.message)).toContain('waiting for analysis to complete')
})

const CUSTOM: RolloutSpec['strategy'] = {
  canary: {
    abortScaleDownDelaySeconds: 1,
    trafficRouting: { managedRoutes: [{ name: 'qa' }], istio: {} },
    steps: [
      { setCanaryScale: { replicas: 1 } },
      { setHeaderRoute: { name: 'qa', match: [{}] } },
      { pause: {} },
      { analysis: RUN },
      { setWeight: 50 },
      { pause: {} },
      { setCanaryScale: { matchTrafficWeight: true } },
      { pause: {} },
    ],
  },
}

it('a canary with a scale of its own has its pods at a weight of 0, and those of its weight once the scale is to follow it', () => {
  const { release, goOn, pods, status } = openCluster(CUSTOM, true)
  release('v1.8.0')
  expect([status().phase, status().currentStepIndex, pods(), status().canary?.weights?.canary.weight]).toEqual(['Paused', 2, [4, 1], 0])
  goOn()
  expect([status().currentStepIndex, pods(), status().canary?.weights?.canary.weight]).toEqual([5, [4, 1], 50])
  goOn()
  expect([status().currentStepIndex, pods()]).toEqual([7, [4, 2]])
  goOn()
  expect(status()).toMatchObject({ phase: 'Healthy', stableRS: status().currentPodHash })
})

it('a scale of its own ends with an abort', () => {
  const { release, goOn, pods, status } = openCluster(CUSTOM)
  release('v1.8.0')
  goOn()
  expect(status()).toMatchObject({ abort: true, canary: { weights: { canary: { weight: 0 } } } })
  goOn()
  expect(pods()).toEqual([4, undefined])
})

it('a scale of its own means nothing without a router', () => {
  const { pods, release } = openCluster({ canary: { steps: [{ setCanaryScale: { replicas: 3 } }, { pause: {} }] } }, true)
  release('v1.8.0')
  expect(pods()).toEqual([4, undefined])
})
