import { promotedAt } from '../../domain/alert/weigh.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment } from '../environment.ts'

/** What burns is followed however long; what cannot be said for ever is said for a day, at each look anew. */
const DAY_MS = 86_400_000
/** Its condition may have held since within the window when an alert fires. */
const LATE_MS = 3_600_000

/** Says for how long the alerts of a Rollout are wanted: while what it was told last bakes, and while one of its releases burns. */
export function watchAlerts({ alerts, clock }: Environment, key: string, { look, policy }: Pass): void {
  if (!alerts) return
  const { past, flags, syncs } = look.observation
  const now = clock.now()
  const burns = [...past, ...(flags?.releases ?? [])].some(({ state, cause }) => state !== 'ended' && cause === 'slo-burn')
  const applied = policy.flags.length > 0 ? syncs.map(({ startedAt, endedAt }) => endedAt ?? startedAt ?? -Infinity) : []
  const newest = Math.max(...past.map((release) => promotedAt(release) ?? -Infinity), ...applied)
  const until = burns ? now + DAY_MS : newest + policy.bakeMs + LATE_MS
  alerts.watch(key, policy.bakeMs > 0 && until > now ? until : undefined)
}
