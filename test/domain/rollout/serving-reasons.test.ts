import { describe, expect, it } from 'vitest'
import { readReplicaSet } from '../../../src/adapters/kubernetes/snapshots/replicaset.ts'
import { readRollout } from '../../../src/adapters/kubernetes/snapshots/rollout.ts'
import { imagesTold } from '../../../src/domain/rollout/images-told.ts'
import { assessServing, type Serving, type ServingInput } from '../../../src/domain/rollout/serving.ts'
import type { ReplicaSetSnapshot, RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { hashOf } from '../../simulation/objects.ts'
import { stageRollout, type StagedRollout } from '../../simulation/rollout.ts'

const [A, B] = [hashOf('v1'), hashOf('v2')]

function seen(deeds: (web: StagedRollout) => void): { rollout: RolloutSnapshot; replicaSets: readonly ReplicaSetSnapshot[] } {
  let version = 0
  const web = stageRollout({ now: () => Date.parse('2026-12-01T22:00:00Z'), nextVersion: () => (version += 1) })
  web.healthy('v1')
  deeds(web)
  const objects = web.objects()
  const rollout = readRollout('prod', objects.at(-1))
  if (!rollout) throw new Error('no Rollout')
  return { rollout, replicaSets: objects.flatMap((object) => readReplicaSet(object) ?? []) }
}

const STABLE = seen(() => undefined)
const MOVING = seen((web) => web.canary('v2'))
const ABORTED = seen((web) => (web.canary('v2'), web.abort()))

/** Who serves, where the Rollout says otherwise in these fields. */
const said = (of: typeof STABLE, more: object = {}, input: Partial<ServingInput> = {}): Serving =>
  assessServing({ ...of, rollout: { ...of.rollout, ...more }, seenHealthy: () => false, failedFirst: () => false, ...input })

const UNTOLD = { message: undefined, progressingMessage: undefined }
const LATE = { progressingReason: 'ProgressDeadlineExceeded', specPaused: false, pauseReasons: [] }
const FIRST = { phase: 'Degraded', rolloutRevision: 1 }

it.each<[string, Serving, string, string]>([
  ['it is being deleted', said(STABLE, { deleting: true }), 'unknown', 'The Rollout is being deleted.'],
  ['nobody has looked at it', said(STABLE, { hasStatus: false }), 'unknown', 'The Rollouts controller has not written a status yet.'],
  ['its spec is new', said(STABLE, { observed: false }), 'unknown', 'The Rollouts controller has not seen the newest spec yet.'],
  ['its spec is invalid', said(STABLE, { invalidSpec: 'x is wrong' }), 'invalid-spec', 'x is wrong'],
  ['no version is named', said(STABLE, { currentPodHash: undefined }), 'rolling', 'The first version is starting.'],
  ['no stable version is named', said(MOVING, { stableRS: undefined }), 'rolling', 'The first version is starting.'],
  ['all is as it was told', said(STABLE), 'in-step', `The cluster was told to run ${A}, and no other version.`],
  [
    'its first version failed, and the controller does not say why',
    said(STABLE, { ...FIRST, ...UNTOLD }),
    'first-deploy-failed',
    'The first version did not become available.',
  ],
  ['its first version failed', said(STABLE, { ...FIRST, message: 'no pods' }), 'first-deploy-failed', 'no pods'],
  ['no number is known, and it failed', said(STABLE, { ...FIRST, rolloutRevision: undefined, message: 'x' }), 'first-deploy-failed', 'x'],
  [
    'its second version lost its pods',
    said(STABLE, { ...FIRST, rolloutRevision: 2 }),
    'in-step',
    `The cluster was told to run ${A}, and no other version.`,
  ],
  ['its first version starts', said(STABLE, { ...FIRST, phase: 'Progressing', ...UNTOLD }), 'rolling', 'The first version is starting.'],
  ['its first version starts, as it says', said(STABLE, { ...FIRST, phase: 'Progressing', message: 'm' }), 'rolling', 'm'],
  [
    'a retry was asked for',
    said(MOVING, { progressingReason: 'RolloutAborted' }),
    'rolling',
    'A retry was asked for; the controller has not taken it up yet.',
  ],
  [
    'it is late, and nothing says more',
    said(MOVING, { ...LATE, ...UNTOLD }),
    'stuck',
    'The update exceeded its progress deadline and was not aborted.',
  ],
  ['it is late, as its condition says', said(MOVING, { ...LATE, ...UNTOLD, progressingMessage: 'late' }), 'stuck', 'late'],
  ['it is late, as it says itself', said(MOVING, { ...LATE, message: 'm', progressingMessage: 'late' }), 'stuck', 'm'],
  ['it moves', said(MOVING, UNTOLD), 'rolling', `${B} is rolling out over ${A}.`],
  ['it moves, as it says', said(MOVING, { message: 'm' }), 'rolling', 'm'],
  [
    'an abort was asked for',
    said(ABORTED, { abortedAt: undefined }),
    'aborting',
    'An abort was asked for; the controller has not carried it out yet.',
  ],
  [
    'it was aborted, as its condition says',
    said(ABORTED, { ...UNTOLD, progressingMessage: 'late' }),
    'split',
    `The cluster was told to run ${B}, and it serves ${A}. late`,
  ],
  ['it was aborted, as it says', said(ABORTED, { message: 'm' }), 'split', `The cluster was told to run ${B}, and it serves ${A}. m`],
  ['it was aborted, and nothing says why', said(ABORTED, UNTOLD), 'split', `The cluster was told to run ${B}, and it serves ${A}. `],
  [
    'it was aborted, and no ReplicaSet is there',
    said(ABORTED, UNTOLD, { replicaSets: [] }),
    'first-deploy-failed',
    `Aborted, and stable ${A} was never seen to serve. `,
  ],
])('who serves is said, and why: %s', (_, { state, reason }, expected, why) => {
  expect([state, reason]).toEqual([expected, why])
})

describe('after an abort behind a router', () => {
  const weights = { canaryWeight: 0, canaryHash: undefined, stableHash: A, experimentWeight: 0, verified: undefined }
  const unproven = (more: object): string | undefined => said(ABORTED, { routed: true, weights: { ...weights, ...more } }).unproven

  it('the version that still has a weight is named as the router names it, else as the newest', () => {
    expect(unproven({ canaryWeight: 5 })).toBe(`${B} still has a weight of 5`)
    expect(unproven({ canaryWeight: 5, canaryHash: 'other' })).toBe('other still has a weight of 5')
  })

  it('what else may have traffic is named', () => {
    expect(unproven({ stableHash: 'other' })).toBe('the stable route leads to other')
    expect(unproven({ experimentWeight: 5 })).toBe('an experiment has a weight of 5')
    expect(unproven({ verified: false })).toBe('the load balancer has not verified the weights')
    expect([unproven({}), unproven({ stableHash: undefined }), unproven({ verified: true })]).toEqual([undefined, undefined, undefined])
  })
})

it('after an abort of a blue-green release, what the active Service selects is named, or that nobody says it', () => {
  const unproven = (activeSelector: string | undefined) => said(ABORTED, { strategy: 'blueGreen', activeSelector }).unproven
  expect([unproven(B), unproven(undefined), unproven(A)]).toEqual([
    `the active Service selects ${B}`,
    'nobody says what the active Service selects',
    undefined,
  ])
})

it('a third version that has no pods left is not said to serve beside N', () => {
  const [set] = ABORTED.replicaSets
  if (!set) throw new Error('no ReplicaSet')
  const third = (replicas: number): string =>
    said(ABORTED, {}, { replicaSets: [{ ...set, podTemplateHash: 'third', replicas }, ...ABORTED.replicaSets] }).reason
  expect(third(2)).toContain(`serves ${A} beside 2 pod(s) of third.`)
  expect(third(0)).not.toContain('third')
})

describe('a release', () => {
  it('is named by its number where Rollout and ReplicaSet say the same, or there is no ReplicaSet', () => {
    const current = { podTemplateHash: B, rolloutRevision: 2 }
    expect(said(MOVING).current).toEqual(current)
    expect(said(MOVING, {}, { replicaSets: [] }).current).toEqual(current)
    expect(said(MOVING, { stableRS: undefined }).current).toEqual(current)
  })

  it('is not named without a number or a template, nor while the two differ', () => {
    expect(said(MOVING, { rolloutRevision: 3 }).current).toBeUndefined()
    expect(said(MOVING, { rolloutRevision: undefined }).current).toBeUndefined()
    expect(said(MOVING, { rolloutRevision: undefined }, { replicaSets: [] }).current).toBeUndefined()
    expect(said(MOVING, { currentPodHash: undefined }).current).toBeUndefined()
  })
})

describe('the images that the cluster was told', () => {
  const lent = { workloadRef: 'Deployment/web', images: ['own:1'] }
  const told = (more: object, replicaSets = MOVING.replicaSets): readonly string[] =>
    imagesTold({ ...MOVING.rollout, ...more }, replicaSets)
  const ofSet = MOVING.replicaSets.find(({ podTemplateHash }) => podTemplateHash === B)?.images

  it('are its own, and where it takes its template elsewhere, those of the ReplicaSet that was made of it', () => {
    expect(told({ images: ['own:1'] })).toEqual(['own:1'])
    expect(ofSet).not.toEqual([])
    expect(told(lent)).toEqual(ofSet)
  })

  it('are not known while no ReplicaSet is made of what it asks for', () => {
    const none = [told({ ...lent, observed: false }), told({ ...lent, invalidSpec: 'x' }), told(lent, [])]
    expect(none).toEqual([[], [], []])
  })
})
