import type { KubeObject } from '../src/simulator/kubernetes/object.ts'
import type { World } from '../src/simulator/world.ts'

/** What an API has shown of one Rollout, to be shown again under many names. */
export interface Life {
  /** The Rollout, its ReplicaSets and its AnalysisRuns in the middle of a canary. */
  rolling: readonly KubeObject[]
  /** The same once it is aborted. */
  aborted: readonly KubeObject[]
}

/** The Rollout, its ReplicaSets and its AnalysisRuns as they are now. */
export function shownBy(world: World): readonly KubeObject[] {
  return ['replicasets', 'analysisruns', 'rollouts']
    .flatMap((plural) => world.kubernetes.store.list(plural))
    .map((object) => structuredClone(object))
}

/** Lets the one Rollout live through a release that fails, and keeps what the API showed. */
export async function failRelease(world: World): Promise<Life> {
  world.scriptMetric([0.5])
  await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  await world.commitImage('v1.8.0', 'alice')
  await world.untilRollout(({ status }) => status?.phase === 'Paused')
  const rolling = shownBy(world)
  await world.untilRollout(
    ({ status }) => status?.phase === 'Degraded' && status.abortedAt !== undefined && (status.updatedReplicas ?? 0) === 0,
  )
  return { rolling, aborted: shownBy(world) }
}

/** The name of a copy. */
export const nameOf = (index: number): string => `checkout-${index}`

/** A copy under another name, with uids of its own, owned by its own Rollout. */
export function named(object: KubeObject, index: number): KubeObject {
  const text = JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: undefined } })
  const suffix = index.toString(16).padStart(12, '0')
  const own = text
    .replaceAll(/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})-[0-9a-f]{12}/g, `$1-${suffix}`)
    .replaceAll(/"name":"checkout("|-)/g, `"name":"${nameOf(index)}$1`)
    .replaceAll('Rollout:shop/checkout"', `Rollout:shop/${nameOf(index)}"`)
  return JSON.parse(own) as KubeObject
}
