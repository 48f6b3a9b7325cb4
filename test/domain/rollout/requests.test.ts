import { describe, expect, it } from 'vitest'
import { readReplicaSet } from '../../../src/adapters/kubernetes/snapshots/replicaset.ts'
import { readRollout } from '../../../src/adapters/kubernetes/snapshots/rollout.ts'
import { requestsWords } from '../../../src/domain/rollout/requests.ts'
import { assessServing, type Serving } from '../../../src/domain/rollout/serving.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { hashOf, type Raw } from '../../simulation/objects.ts'
import { stageRollout, type StagedRollout } from '../../simulation/rollout.ts'

const A = hashOf('v1')
const B = hashOf('v2')
const match = [{ headerName: 'x-canary', headerValue: { exact: 'yes' } }]

/** Scaled up without traffic, a route by header, tests, traffic little by little, and the route goes before the end. */
const STEPS = [
  { setCanaryScale: { replicas: 1 } },
  { setHeaderRoute: { name: 'qa', match } },
  { analysis: { templates: [{ templateName: 'web' }] } },
  { setWeight: 25 },
  { setCanaryScale: { matchTrafficWeight: true } },
  { setHeaderRoute: { name: 'qa' } },
  { setWeight: 50 },
]
const istio = { virtualService: { name: 'web' } }
const ROUTED = { steps: STEPS, trafficRouting: { managedRoutes: [{ name: 'qa' }], istio } }

function serving(canary: Raw, status: Raw, deeds: (web: StagedRollout) => void = () => undefined, available?: number): Serving {
  let version = 0
  const now = (): number => Date.parse('2026-12-01T22:00:00Z')
  const web = stageRollout({ now, nextVersion: () => (version += 1) }, { strategy: { canary } })
  web.healthy('v1')
  web.canary('v2')
  deeds(web)
  web.patch({ status })
  const objects = web.objects()
  return assessServing({
    rollout: readRollout('prod', objects.at(-1)),
    replicaSets: objects
      .flatMap((object) => readReplicaSet(object) ?? [])
      .map((set) => (set.podTemplateHash === B && available !== undefined ? { ...set, availableReplicas: available } : set)),
    seenHealthy: (hash) => hash === A,
    failedFirst: () => false,
  })
}

const at = (step: number, weight: number, more: Raw = {}): Raw => ({
  currentStepIndex: step,
  canary: { weights: { canary: { weight, podTemplateHash: B }, stable: { weight: 100 - weight, podTemplateHash: A } }, ...more },
  updatedReplicas: 1,
})

describe('while a canary is routed by header', () => {
  it.each<[string, number, number, string]>([
    ['nobody is served by it where it is only scaled up', 0, 0, `No request goes to ${B}.`],
    ['those who send the header are, at a weight of 0', 2, 0, `Only requests that match its route by header (qa) go to ${B}.`],
    ['others are as well, by its weight', 4, 25, `A weight of 25 goes to ${B}, and every request that matches its route by header (qa).`],
    ['the weight alone is told once the route is gone', 6, 25, `A weight of 25 goes to ${B}.`],
    [
      'the router may not have the route yet at the step that makes it',
      1,
      0,
      `At most requests that match its route by header (qa) go to ${B}.`,
    ],
    [
      'the router may still have the route at the step that takes it away',
      5,
      25,
      `A weight of 25 goes to ${B}. Requests that match its route by header (qa) may go there as well.`,
    ],
    ['the steps that are over are no longer in force', 7, 50, `A weight of 50 goes to ${B}.`],
  ])('%s', (_, step, weight, said) => {
    const { state, reason } = serving(ROUTED, at(step, weight))
    expect([state, reason.slice(-said.length)]).toEqual(['rolling', said])
  })

  it('nobody is served by it while no pod of it is available: the controller takes its routes away', () => {
    expect(serving(ROUTED, at(2, 0), undefined, 0).reason).toMatch(/No request goes to/)
  })

  it('a step that leaves it no pod takes its routes away, and those that follow do not bring them back', () => {
    const [scaled, route, tests, weight, matches] = STEPS
    const steps = [scaled, route, matches, weight, tests]
    const said = (step: number): string | undefined =>
      /(At most|Only|No) requests? /.exec(serving({ ...ROUTED, steps }, at(step, 0)).reason)?.[1]
    expect([0, 1, 2, 3, 4].map(said)).toEqual(['No', 'At most', 'At most', 'No', 'No'])
  })

  it('nothing is said of routes that the controller does not manage, or that nobody has asked for', () => {
    expect(serving({ steps: STEPS, trafficRouting: { istio } }, at(2, 0)).reason).not.toMatch(/request/)
    expect(serving({ ...ROUTED, steps: [{ setWeight: 25 }] }, at(0, 0)).reason).not.toMatch(/request/)
  })

  it.each([[[null]], [[{ setHeaderRoute: 'x' }]], [[{ setHeaderRoute: { name: 7, match: {} } }]], ['steps']])(
    'hostile steps are no fault: %j',
    (steps) => {
      expect(serving({ ...ROUTED, steps }, at(0, 0)).state).toBe('rolling')
    },
  )
})

describe('after an abort of a canary that was routed by header', () => {
  const abort = (web: StagedRollout): void => web.abort()
  const analysis = { currentStepAnalysisRunStatus: { name: 'web-2-2', status: 'Failed' } }

  it('a weight of 0 proves nothing until the controller has been over its routes, which it shows by naming no analysis any more', () => {
    const early = serving(ROUTED, at(0, 0, analysis), abort)
    expect([early.state, early.unproven]).toEqual(['aborting', `routes by header may still lead to ${B}`])
    expect(serving(ROUTED, at(0, 0, { currentStepAnalysisRunStatus: null }), abort).state).toBe('split')
  })

  it('without such routes it proves what it says', () => {
    const { managedRoutes: _, ...trafficRouting } = ROUTED.trafficRouting
    expect(serving({ ...ROUTED, trafficRouting }, at(0, 0, analysis), abort).state).toBe('split')
  })
})

it.each<[string, readonly (readonly string[])[], number | undefined, string]>([
  ['no step is under way', [['qa'], []], undefined, ' At most requests that match its route by header (qa) go to n1.'],
  ['the first step makes two', [['qa', 'team']], 0, ' At most requests that match its routes by header (qa, team) go to n1.'],
  [
    'two are in force',
    [
      ['qa', 'team'],
      ['qa', 'team'],
    ],
    1,
    ' Only requests that match its routes by header (qa, team) go to n1.',
  ],
  ['the last is being taken away', [['qa'], []], 1, ' At most requests that match its route by header (qa) go to n1.'],
  ['one stays while one is made', [['qa'], ['qa', 'b']], 1, ' At most requests that match its routes by header (qa, b) go to n1.'],
  ['none is left', [['qa'], [], []], 2, ' No request goes to n1.'],
  ['the last step is over', [[], ['qa']], 2, ' Only requests that match its route by header (qa) go to n1.'],
  ['an index is past the last step', [[], ['qa']], 9, ' Only requests that match its route by header (qa) go to n1.'],
  ['no step makes one', [[], []], 1, ' No request goes to n1.'],
])('the routes by header are those that the router was surely told of: %s', (_, headerRoutes, currentStepIndex, expected) => {
  expect(requestsWords(routed(headerRoutes, currentStepIndex, 0), undefined)).toBe(expected)
})

it.each([
  [[[], ['b']], ' A weight of 5 goes to n1.'],
  [[['qa'], ['qa', 'b']], ' A weight of 5 goes to n1, and every request that matches its route by header (qa).'],
])('beside a weight, what a route at its step may add is a sentence of its own: %j', (headerRoutes, sure) => {
  expect(requestsWords(routed(headerRoutes, 1, 5), undefined)).toBe(
    `${sure} Requests that match its route by header (b) may go there as well.`,
  )
})

function routed(headerRoutes: readonly (readonly string[])[], currentStepIndex: number | undefined, canaryWeight: number): RolloutSnapshot {
  return { currentPodHash: 'n1', headerRoutes, currentStepIndex, weights: { canaryWeight } } as unknown as RolloutSnapshot
}
