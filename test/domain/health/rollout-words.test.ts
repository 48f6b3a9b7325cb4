import { expect, it } from 'vitest'
import { assessRolloutHealth } from '../../../src/domain/health/health.ts'
import { HEALTH_KINDS } from '../../../src/domain/health/kinds.ts'
import { healthScript, KINDS, loadHealthScript } from '../../lua/sandbox.ts'

const inLua = loadHealthScript(healthScript('Rollout'), { openLibs: false })

/** An update of a canary from `a` to `b`, by default with 20% of the traffic and one of three pods. */
function update(status: object, canary: object = {}, more: object = {}): object {
  return {
    metadata: { generation: 1 },
    spec: { replicas: 2, strategy: { canary } },
    status: { phase: 'Progressing', stableRS: 'a', currentPodHash: 'b', ...PODS, ...status },
    ...more,
  }
}

const PODS = { replicas: 3, updatedReplicas: 1, readyReplicas: 3, availableReplicas: 3 }
const WEIGHTS = { canary: { weights: { canary: { weight: 20, podTemplateHash: 'b' }, stable: { weight: 80, podTemplateHash: 'a' } } } }
const header = (name?: string, ...match: readonly object[]) => ({ setHeaderRoute: { name, match } })
const mirror = (name?: string, ...match: readonly object[]) => ({ setMirrorRoute: { name, match } })
/** A canary with a router, at a step. */
const routed = (currentStepIndex: number, steps: readonly object[], status: object = {}) =>
  update({ ...WEIGHTS, currentStepIndex, ...status }, { trafficRouting: {}, steps })
const paused = (pauseConditions: readonly unknown[], duration?: unknown) =>
  update({ phase: 'Paused', currentStepIndex: 0, pauseConditions }, { steps: [{ pause: { duration } }] })
/** A blue-green from `a` to `b` whose active Service selects `selected`. */
const blueGreen = (activeSelector: string | undefined, status: object = {}, more: object = {}) =>
  update(
    { blueGreen: { activeSelector }, ...status },
    {},
    { spec: { replicas: 2, strategy: { blueGreen: { autoPromotionEnabled: false } } }, ...more },
  )
const since = { reason: 'CanaryPauseStep', startTime: 't' }

it.each<[string, object, string]>([
  [
    'an abort of the only version',
    update({ phase: 'Degraded', abort: true, abortedAt: 't', stableRS: 'b', updatedReplicas: 3 }),
    'Aborted: b serves',
  ],
  ['a pause for a reason that objects inherit', paused([{ reason: 'constructor' }]), 'Paused: b has 1 of 3 pods beside stable a'],
  ['a null among the pauses', paused([null, since], '10m'), 'Paused at step 1 of 1 for 10m, since t: b has 1 of 3 pods beside stable a'],
  [
    'a duration of twenty digits',
    paused([since], '10'.padStart(20, '0')),
    'Paused at step 1 of 1 for 10s, since t: b has 1 of 3 pods beside stable a',
  ],
  [
    'a duration of more digits',
    paused([since], '10'.padStart(21, '0')),
    'Paused at step 1 of 1 for 000000000000000000010, since t: b has 1 of 3 pods beside stable a',
  ],
  [
    'generations of a workload that is not referenced',
    update({ workloadObservedGeneration: '1' }, {}, { metadata: { annotations: { 'rollout.argoproj.io/workload-generation': '2' } } }),
    'Releasing: b has 1 of 3 pods beside stable a',
  ],
  ['no count of all pods', update({ replicas: undefined }), 'Releasing: b has 1 of 0 pods, stable is still a'],
  ['weights of a router that is gone', update({ ...WEIGHTS, stableRS: 'c', currentPodHash: 'c', updatedReplicas: 3 }), 'c serves'],
  [
    'routes without a router',
    update({ currentStepIndex: 0 }, { steps: [header('h', {})] }),
    'Releasing: b has 1 of 3 pods beside stable a, step 1 of 1',
  ],
  [
    'a header route',
    routed(0, [header('h', {})]),
    'Releasing: b has 20% of the traffic and requests by header route beside stable a, step 1 of 1',
  ],
  [
    'routes of both kinds',
    routed(1, [header('h', {}), mirror('m', {})]),
    'Releasing: b has 20% of the traffic and requests by header route and copies of requests beside stable a, step 2 of 2',
  ],
  [
    'a route of a later step',
    routed(0, [{ setWeight: 20 }, header('h', {}), mirror('m', {})]),
    'Releasing: b has 20% of the traffic beside stable a, step 1 of 3',
  ],
  [
    'routes that are about to be taken away',
    routed(2, [header('h', {}), mirror('m', {}), { ...header('h'), ...mirror('m') }]),
    'Releasing: b has 20% of the traffic and requests by header route and copies of requests beside stable a, step 3 of 3',
  ],
  [
    'routes that were taken away',
    routed(3, [header('h', {}), mirror('m', {}), { ...header('h'), ...mirror('m') }, {}]),
    'Releasing: b has 20% of the traffic beside stable a, step 4 of 4',
  ],
  ['a route without a name', routed(0, [header(undefined, {})]), 'Releasing: b has 20% of the traffic beside stable a, step 1 of 1'],
  [
    'routes after an abort',
    routed(0, [header('h', {})], { phase: 'Paused', abort: true, abortedAt: 't' }),
    'Paused: b has 20% of the traffic beside stable a',
  ],
  [
    'routes after an abort that was taken back',
    routed(0, [header('h', {})], { phase: 'Paused', abort: false, abortedAt: 't' }),
    'Paused: b has 20% of the traffic and requests by header route beside stable a',
  ],
  [
    'a pause before a promotion, behind another one',
    blueGreen('a', { phase: 'Paused', pauseConditions: [{ reason: 'Other' }, { reason: 'BlueGreenPause' }] }),
    'Paused before promotion until someone promotes it: stable a serves, b not yet',
  ],
  [
    'an active Service that selects what is gone',
    blueGreen('a', { stableRS: 'b', updatedReplicas: 3 }),
    'the active Service selects a, not b',
  ],
  ['an active Service that selects neither', blueGreen('x'), 'Releasing: the active Service selects x; stable is a'],
  [
    'an abort that is held up by a pause, where the active Service selects neither',
    blueGreen(
      'x',
      { phase: 'Degraded', abort: true, abortedAt: 't' },
      { spec: { replicas: 2, paused: true, strategy: { blueGreen: {} } } },
    ),
    'Aborted: the active Service selects x; stable is a (spec.paused holds this up); ' +
      'the spec asks for b: revert it in Git, fix forward or retry',
  ],
  [
    'a route without weight to another version',
    update(
      {
        stableRS: 'b',
        updatedReplicas: 3,
        canary: { weights: { canary: { weight: 0, podTemplateHash: 'x' }, stable: { weight: 100, podTemplateHash: 'b' } } },
      },
      { trafficRouting: {} },
    ),
    'b serves',
  ],
  [
    'pods that are left, and are counted as ready alone',
    update(
      { stableRS: 'b', replicas: 1, updatedReplicas: 1, availableReplicas: 0, readyReplicas: 2 },
      {},
      { spec: { replicas: 0, strategy: { canary: {} } } },
    ),
    'the spec asks for 0 pods, 2 are left',
  ],
  [
    'a router of which no weight is said',
    update({ canary: { weights: { canary: { podTemplateHash: 'b' } } } }, { trafficRouting: {} }),
    'Releasing: b goes out beside stable a, the status does not say who has the traffic',
  ],
  [
    'a router that was given no weights',
    update({}, { trafficRouting: {} }),
    'Releasing: b goes out beside stable a, the status does not say who has the traffic',
  ],
  [
    'an experiment of which one weight is not said',
    update({ canary: { weights: { ...WEIGHTS.canary.weights, additional: [{ weight: 10 }, {}] } } }, { trafficRouting: {} }),
    'Releasing: b has 20% of the traffic beside stable a, an experiment has 10% of the traffic',
  ],
])('people are told of %s, in Lua alike', (_, object, message) => {
  const found = assessRolloutHealth(object)
  expect(inLua(JSON.parse(JSON.stringify(object)))).toEqual(found)
  expect(found.message).toBe(message)
})

it('there is a rule for the kinds that there is a script for', () => {
  expect([...HEALTH_KINDS].sort()).toEqual([...KINDS].sort())
  expect(HEALTH_KINDS).toHaveLength(3)
})
