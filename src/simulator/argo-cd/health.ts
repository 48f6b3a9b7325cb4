import type { Rollout } from '../argo-rollouts/types.ts'
import type { KubeObject } from '../kubernetes/object.ts'

/** Worst first, as Argo CD adds up health (gitops-engine pkg/health). */
const ORDER = ['Unknown', 'Degraded', 'Missing', 'Progressing', 'Suspended', 'Healthy'] as const

/**
 * Health of an Application over its live objects; undefined stands for one that is missing. Only Rollouts have a say.
 */
export function assessHealth(objects: readonly (KubeObject | undefined)[]): string {
  // Missing counts only where nothing is there at all, since Argo CD 3.4.
  if (objects.every((object) => object === undefined)) return 'Missing'
  const found = objects.map((object) => (object?.kind === 'Rollout' ? healthOf(object as Rollout) : 'Healthy'))
  return ORDER.find((status) => found.includes(status)) ?? 'Healthy'
}

function healthOf({ metadata, status }: Rollout): (typeof ORDER)[number] {
  if (status?.phase === undefined || status.observedGeneration !== String(metadata.generation)) return 'Progressing'
  return status.phase === 'Paused' ? 'Suspended' : status.phase
}
