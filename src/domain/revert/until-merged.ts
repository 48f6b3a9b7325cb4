import { isExperiment } from '../experiment/name.ts'
import { exposedSince, WAYS_BACK } from '../release/exposure.ts'
import type { Release } from '../release/release.ts'
import { timeAndDay } from '../words/times.ts'
import { EXPERIMENT_UNTIL_MERGED } from './pull-request-experiment.ts'

/** What the failed version comes back by, and since when Git has asked for it. */
export function untilMerged(releases: readonly Release[]): string {
  if (releases.every(isExperiment)) return EXPERIMENT_UNTIL_MERGED
  if (releases.every(({ cause }) => cause === 'undone')) return 'Until it is merged, a sync can bring the version that was undone back.'
  if (releases.every(({ cause }) => cause === 'slo-burn')) return 'Until it is merged, the cluster goes on running what the alert is about.'
  const since = releases.flatMap((release) => exposedSince(release) ?? []).toSorted((a, b) => a - b)[0]
  const asked = since === undefined ? '' : ` Git has asked for it since ${timeAndDay(since)}, while the cluster runs the version before.`
  return `Until it is merged, ${WAYS_BACK} can bring the failed version back.${asked}`
}
