import { sameRevisions } from '../application/mapping.ts'
import { beginningOf, imagesSince } from './beginning.ts'
import type { Observation } from './observation.ts'
import type { ReleaseFacts } from './transitions.ts'

/** What is new about how a release began, one included that comes back without a sync of its own: self-heal undoes an undo. */
export function howItBegan(stored: ReleaseFacts, look: Observation, given: { retried: boolean }): Partial<ReleaseFacts> {
  const news = { ...beginningOf(stored, look, given), ...imagesSince(stored, look.replicaSets) }
  return { ...news, ...broughtAgain({ ...stored, ...news }, look) }
}

/**
 * Argo CD says that the Rollout is as Git asks, and what it synced last is what began the same template before: then that has begun it this
 * time, too.
 */
export function broughtAgain(release: ReleaseFacts, { wish, syncs: [newest], past }: Observation): Partial<ReleaseFacts> {
  if (release.applied || !release.byTemplate || wish.state !== 'met' || !newest) return {}
  const before = past.find((one) => one.key !== release.key && one.templateKey === release.templateKey && one.byTemplate)
  if (!before?.applied || before.stableHash !== release.stableHash || !sameRevisions(before.applied.revisions, newest.revisions)) return {}
  return { applied: before.applied, before: before.before, goodApplied: before.goodApplied }
}
