import type { RolloutRef } from './snapshots.ts'

/** `cluster/namespace/name`: what the work queue holds. None of the three can contain a slash. */
export function rolloutKey(ref: RolloutRef): string {
  return `${ref.cluster}/${ref.namespace}/${ref.name}`
}

/** The Rollout a key names; undefined for anything that is not a key. */
export function parseRolloutKey(key: string): RolloutRef | undefined {
  const [cluster, namespace, name, ...rest] = key.split('/')
  if (!cluster || !namespace || !name || rest.length > 0) return undefined
  return { cluster, namespace, name }
}
