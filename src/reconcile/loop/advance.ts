import { KedgeError } from '../../domain/errors.ts'
import type { Observation } from '../../domain/release/observation.ts'
import type { Release } from '../../domain/release/release.ts'
import { advanceReleases } from '../../domain/release/steps.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { lookAgain, type Pass } from '../decide/case.ts'
import { confirmLive } from '../decide/confirm-live.ts'
import { AGREED_MS, rememberVersion } from '../decide/remember-version.ts'
import type { Environment, Journal } from '../environment.ts'
import type { Look } from '../look/observe.ts'
import { verdictOf } from '../look/settle.ts'
import { intendPods } from '../outbox/intend-pods.ts'
import { quarantinesOfLook } from '../quarantine/of-look.ts'
import { followStep, keepPolicy } from '../record/moves.ts'
import { endStorms } from '../storm/end-storms.ts'
import type { FlagSyncs } from './flag-syncs.ts'
import { watchAlerts } from './watch-alerts.ts'
import type { Wishes } from './wishes.ts'

interface Seen {
  /** Whether the verdict has held, and since when (by the clock's `elapsed`). */
  settled: boolean
  since: number
  wishes: Wishes
  /** What Git has answered by now, for what a look shows. */
  movedInGit: (look: Look) => Observation['movedInGit']
  /** Absent at the baseline. */
  flagSyncs?: Pick<FlagSyncs, 'of'>
}

/**
 * Records what a look shows: the next steps of the Rollout's releases with all that follows from them, and which version serves.
 * @returns the keys of the releases that took a step; when to look again (by the clock's `elapsed`), where something has to hold until then
 */
export async function advance(
  environment: Environment,
  journal: Journal,
  pass: Pass,
  { settled, since, wishes, movedInGit, flagSyncs }: Seen,
): Promise<{ moved: readonly string[]; dueAt: number | undefined }> {
  const { look } = pass
  const key = rolloutKey(look.ref)
  const baseline = environment.ledger.read('baseline', look.ref.cluster) === undefined
  const dueAt = wishes.follow(key, look, { isFirst: baseline })
  let moved: readonly string[] = []
  let remembers = true
  const agreed = baseline || environment.clock.elapsed() - since >= AGREED_MS
  const entriesOf = (now: Pass): readonly LedgerEntry[] => {
    // What has held is the verdict of this look: while waiting for its turn, another may have taken its place.
    const holds = baseline || (settled && verdictOf(now.look) === verdictOf(look))
    const steps = advanceReleases({
      ...now.look.observation,
      settled: holds,
      baseline,
      bakeMs: now.policy.bakeMs,
      ruledBakeMs: now.policy.ruledBakeMs,
      movedInGit: movedInGit(now.look),
      ...(now.look.observation.flags && flagSyncs && { flags: { ...now.look.observation.flags, syncBefore: flagSyncs.of(now) } }),
      held: wishes.held(key, now.look.rollout?.currentPodHash),
    })
    const isRestored = steps.some(
      ({ release }) => release.outcome === 'restored' && isSureOfGit(environment, now.look.observation, release),
    )
    moved = steps.map(({ release }) => release.key)
    const memory = remembers
      ? rememberVersion(environment, now.look, { settled: holds || isRestored, agreed: (holds && agreed) || isRestored })
      : []
    return [
      ...steps.flatMap((step) => followStep(environment, now, step)),
      ...endStorms(environment, now.look, steps),
      ...quarantinesOfLook(environment, now.look, { steps, holds: holds && !baseline }),
      ...keepPolicy(environment, now, steps),
      ...intendPods(environment, now.look, steps),
      ...memory,
    ]
  }
  // A sync and what it did come by two watches, and one may be late: what is remembered of both has to be so now.
  const isNews = rememberVersion(environment, look, { settled: true, agreed: true }).length > 0
  if (!baseline && isNews) remembers = await isSameLive(environment, look)
  // Most looks change nothing and need not wait for anybody's turn.
  if (entriesOf(pass).length > 0) await journal.commit(() => entriesOf(lookAgain(environment, pass)))
  if (environment.alerts) watchAlerts(environment, key, lookAgain(environment, pass))
  return { moved, dueAt: isNews && !agreed ? Math.min(dueAt ?? Infinity, since + AGREED_MS) : dueAt }
}

/** What cannot be asked just now is not remembered yet, and holds up nothing else. */
async function isSameLive(environment: Environment, look: Look): Promise<boolean> {
  try {
    return (await confirmLive(environment, look)) === 'same'
  } catch (error) {
    if (error instanceof KedgeError) return false
    throw error
  }
}

/**
 * Whether N is known to be back by Git: what was synced last is the merge of its revert, or renders N. A merge alone says that Git asked
 * for N once: a bot may have pushed N+1 again since, and N be back by hand. By files, a commit that changes another Rollout has moved Git
 * as well. In all these cases Argo CD is given the time to notice.
 */
function isSureOfGit(
  { ledger }: Pick<Environment, 'ledger'>,
  { syncs: [newest], wish }: Pick<Observation, 'syncs' | 'wish'>,
  { revertKey }: Release,
): boolean {
  const merged = revertKey === null ? undefined : ledger.read('revert', revertKey)?.mergeCommit
  return Boolean(merged && newest?.revisions.includes(merged)) || (wish.state === 'met' && wish.comparedAt === undefined)
}
