import { describe, expect, it } from 'vitest'
import { readReplicaSet } from '../../../src/adapters/kubernetes/snapshots/replicaset.ts'
import { readRollout } from '../../../src/adapters/kubernetes/snapshots/rollout.ts'
import { assessServing, type Serving } from '../../../src/domain/rollout/serving.ts'
import { hashOf, type Raw } from '../../simulation/objects.ts'
import { stageRollout, type RolloutOptions, type StagedRollout } from '../../simulation/rollout.ts'

const B = hashOf('v2')
const A = hashOf('v1')

/** Who serves, after these deeds; `seen`: the ledger has seen these versions Healthy. */
function serving(
  deeds: (web: StagedRollout) => void,
  options: RolloutOptions & { seen?: readonly string[]; collected?: boolean; down?: readonly string[]; failedFirst?: string } = {},
): Serving {
  let version = 0
  const web = stageRollout({ now: () => Date.parse('2026-12-01T22:00:00Z'), nextVersion: () => (version += 1) }, options)
  web.healthy('v1')
  deeds(web)
  const objects = web.objects()
  return assessServing({
    rollout: readRollout('prod', objects.at(-1)),
    replicaSets: options.collected
      ? []
      : objects
          .flatMap((object) => readReplicaSet(object) ?? [])
          .map((set) => (options.down?.includes(set.podTemplateHash) ? { ...set, availableReplicas: 0 } : set)),
    seenHealthy: (hash) => (options.seen ?? [A]).includes(hash),
    failedFirst: (hash) => options.failedFirst === hash,
  })
}

const release = (web: StagedRollout): void => web.canary('v2')
const abort = (web: StagedRollout): void => {
  web.canary('v2')
  web.abort()
}
const withStatus =
  (deeds: (web: StagedRollout) => void, status: Raw) =>
  (web: StagedRollout): void => {
    deeds(web)
    web.patch({ status })
  }
const routed = { strategy: { canary: { trafficRouting: { nginx: {} } } } }
const blueGreen = { strategy: { blueGreen: { activeService: 'active' } } }
const weights = (weight: number, stable = A, more: Raw = {}): Raw => ({
  canary: { weights: { canary: { weight, podTemplateHash: B }, stable: { weight: 100 - weight, podTemplateHash: stable }, ...more } },
  updatedReplicas: 4,
})

describe('who serves', () => {
  it('is the first version, in step once it is Healthy, though the ledger has not seen it yet', () => {
    expect(serving(() => undefined, { seen: [] }).state).toBe('in-step')
  })

  it.each<[string, string, (web: StagedRollout) => void, RolloutOptions]>([
    ['nobody has written a status for', 'unknown', (web) => web.patch({ status: { observedGeneration: null } }), {}],
    ['is promoted', 'in-step', () => undefined, {}],
    ['lost its pods after it was promoted', 'in-step', (web) => web.patch({ status: { phase: 'Degraded' } }), {}],
    ['is under way', 'rolling', release, {}],
    ['has a newer spec than the controller knows', 'unknown', (web) => (web.canary('v2'), web.scale()), {}],
    ['was aborted, all pods of N+1 gone', 'split', abort, {}],
    ['was aborted, a pod of N+1 still there', 'aborting', withStatus(abort, { updatedReplicas: 1 }), {}],
    ['is asked to abort', 'aborting', withStatus(release, { abort: true }), {}],
    ['was aborted and is asked to try again', 'rolling', withStatus(abort, { abort: false }), {}],
    ['was aborted, weight 0, pods kept', 'split', withStatus(abort, weights(0)), routed],
    ['was aborted, weight still 25', 'aborting', withStatus(abort, weights(25)), routed],
    ['was aborted, weight 0 while the stable Service points elsewhere', 'aborting', withStatus(abort, weights(0, 'other')), routed],
    [
      'was aborted, weight 0 that the load balancer has not taken up',
      'aborting',
      withStatus(abort, weights(0, A, { verified: false })),
      routed,
    ],
    ['was aborted, weight 0, an experiment has 20', 'aborting', withStatus(abort, weights(0, A, { additional: [{ weight: 20 }] })), routed],
    ['was aborted before a weight was ever set, pods there', 'aborting', withStatus(abort, { updatedReplicas: 4 }), routed],
    ['was aborted, N is active', 'split', withStatus(abort, { blueGreen: { activeSelector: A }, updatedReplicas: 4 }), blueGreen],
    ['was aborted, N+1 is active', 'aborting', withStatus(abort, { blueGreen: { activeSelector: B } }), blueGreen],
    ['was aborted, nobody says who is active', 'aborting', abort, blueGreen],
    [
      'exceeded its deadline without an abort',
      'stuck',
      withStatus(release, { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'x' }] }),
      {},
    ],
    [
      'is paused past its deadline, as Rollouts 1.7 has it',
      'rolling',
      withStatus(release, {
        pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-12-01T22:00:00Z' }],
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'x' }],
      }),
      blueGreen,
    ],
    [
      'has an invalid spec',
      'invalid-spec',
      withStatus(release, { conditions: [{ type: 'InvalidSpec', status: 'True', message: 'x' }] }),
      {},
    ],
  ])('of a Rollout that %s: %s', (_, state, deeds, options) => {
    expect(serving(deeds, options).state).toBe(state)
  })

  it('is nobody for certain when N was never seen to serve', () => {
    expect(serving(abort, { seen: [], collected: true }).state).toBe('first-deploy-failed')
    expect(serving(abort, { seen: [A], collected: true }).state).toBe('aborting')
    expect(serving(abort, { seen: [] }).state).toBe('split')
    expect(serving(abort, { seen: [], failedFirst: A }).state).toBe('first-deploy-failed')
    expect(serving(abort, { seen: [A], failedFirst: A }).state).toBe('split')
  })

  it('is N after an abort only by an available pod of its own ReplicaSet, and the reason says what is missing', () => {
    expect(serving(abort).unproven).toBeUndefined()
    const down = serving(abort, { down: [A] })
    expect(down).toMatchObject({ state: 'aborting', unproven: `no pod of ${A} is available`, failure: { kind: 'abort' } })
    expect(down.reason).toContain(`not proven that ${A} alone serves: no pod of ${A} is available.`)
    expect(serving((web) => (abort(web), web.patch({ spec: { replicas: 0 } })), { down: [A] }).unproven).toBe('it is scaled to 0')
    expect(serving(abort, { collected: true }).unproven).toBe(`the ReplicaSet of ${A} is not in view`)
  })

  it('is N beside a third version that has pods no router keeps traffic from, and the reason says so', () => {
    const third = (web: StagedRollout): void => (web.canary('v2'), web.canary('v3'), web.abort())
    expect(serving(third)).toMatchObject({ state: 'split', reason: expect.stringContaining(`serves ${A} beside 1 pod(s) of ${B}.`) })
    expect(serving(abort).reason).not.toContain('beside')
    expect(serving(withStatus(third, weights(0)), routed).reason).not.toContain('beside')
  })

  it('is not yet N while a router still sends traffic elsewhere, though the cluster was told to run nothing but N', () => {
    const returning = (weight: number): Serving => serving((web) => web.patch({ status: weights(weight) }), routed)
    expect(returning(20)).toMatchObject({ state: 'rolling', reason: expect.stringContaining('20%') as string })
    expect(returning(0).state).toBe('in-step')
  })

  it('names a failure by its abort, so that the same one is the same in every look', () => {
    expect(serving(abort).failure).toMatchObject({ kind: 'abort', attempt: '2026-12-01T22:00:00Z' })
    expect(serving(release).failure).toBeUndefined()
  })

  it('names the release only when ReplicaSet and Rollout agree on its number', () => {
    expect(serving(abort).current).toEqual({ podTemplateHash: B, rolloutRevision: 2 })
  })

  it('of a Rollout that is not there, or goes, is unknown', () => {
    expect(assessServing({ rollout: undefined, replicaSets: [], seenHealthy: () => true, failedFirst: () => false }).state).toBe('unknown')
  })
})
