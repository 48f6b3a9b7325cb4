import { exposedSince, WAYS_BACK } from '../domain/release/exposure.ts'
import type { Release } from '../domain/release/release.ts'
import { formatDuration } from './format.ts'

/**
 * For how long Git has asked for what failed, and how it could come back, as people read it. Nothing once Git asks for something else, and
 * nothing of a cluster that cannot be seen. `now`: epoch ms.
 */
export function exposureFact(release: Release, isBlind: boolean, now: number): readonly { label: string; value: string }[] {
  const since = isBlind ? undefined : exposedSince(release)
  if (since === undefined) return []
  return [{ label: 'Exposed', value: `for ${formatDuration(now - since)}: ${WAYS_BACK} can bring the failed version back` }]
}
