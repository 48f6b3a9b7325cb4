import { syncsUnderWay } from '../../domain/application/applied.ts'
import { ownershipDoubt } from '../../domain/application/mapping.ts'
import { decideOnExperiment, hasFailed, keptOf, mayBeReverted, releaseOfExperiment } from '../../domain/experiment/failed.ts'
import { syncThatMade } from '../../domain/experiment/made-by.ts'
import { experimentName, experimentNamed } from '../../domain/experiment/name.ts'
import { factsOfDecision } from '../../domain/release/findings.ts'
import type { End, Release } from '../../domain/release/release.ts'
import type { ReleaseEvent, ReleaseFacts } from '../../domain/release/transitions.ts'
import { parseRolloutKey, rolloutKey } from '../../domain/rollout/key.ts'
import type { AnalysisRunSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { beginPass, lookAgain, type Pass } from '../decide/case.ts'
import type { JustDecided } from '../decide/just-decided.ts'
import type { Environment, Journal } from '../environment.ts'
import { createSettling } from '../look/settle.ts'
import { liveRevertOf, revertOf } from '../look/stands-for.ts'
import { createFollowUp } from '../record/follow-up.ts'
import { isFollowedAtForge } from '../record/left-clusters.ts'
import { followExperiment } from '../record/moves.ts'
import { createFirstWords } from '../tell/first-words.ts'
import { tellSnoozed } from '../tell/snooze.ts'
import { tellOwed } from '../tell/tell-waiting.ts'
import { syncBefore } from './sync-before.ts'
import { createRestored, isMerged } from './taken-back.ts'

// A standalone Experiment that Argo CD made, and that failed, is a failed release. It has no version before it: where a PR may be opened
// for it, Git is asked what came with its sync, and the revert is followed as any other; else people are told, and no more.

/** What follows the standalone Experiments of all clusters. */
export interface Experiments {
  /**
   * Looks at one, records that it has failed, and tells people. Waits for nobody but the cluster.
   * @returns when to look again (by the clock's `elapsed`), where no event will tell; whether Git and the forge are to be asked about it
   * @throws KedgeError E_LEDGER_*, to be tried again
   */
  look(key: string): Promise<{ at: number | undefined; follows: boolean }>
  /**
   * Asks Git and the forge about it, decides, and records.
   * @returns when to look again
   * @throws KedgeError for faults, to be tried again
   */
  follow(pass: Pass): Promise<number | undefined>
  /** Something outside the cluster moved for it. */
  hint(key: string): void
}

/** How long until a blind view is looked at again; its own events come sooner. */
const BLIND_MS = 5_000
/** How often Git and the forge are asked of what is followed. */
const POLL_MS = 30_000
/** For how long after people were told that there is no PR, or closed it: a failed Experiment may lie about for months. */
const ASKS_FOR_MS = 24 * 3_600_000

/** Whether a key names an Experiment, and no Rollout. */
export function isExperimentKey(key: string): boolean {
  return experimentNamed(parseRolloutKey(key)?.name ?? '') !== undefined
}

/** See {@link Experiments}. */
export function createExperiments(environment: Environment, journal: Journal, decided: JustDecided): Experiments {
  const { clock, ledger, views } = environment
  const settling = createSettling()
  const firstWords = createFirstWords(environment, journal)
  const followUp = createFollowUp(environment, journal, decided)
  const hinted = new Set<string>()
  const restored = createRestored(environment)
  const forget = (key: string): void => {
    for (const part of [settling, followUp]) part.forget(key)
    hinted.delete(key)
  }
  return {
    async look(key) {
      const ref = parseRolloutKey(key)
      const view = ref && views.find((one) => one.cluster === ref.cluster)
      if (!ref || !view) return { at: undefined, follows: isFollowedAtForge(environment, key) }
      if (!view.freshness('rollouts').fresh) return { at: clock.elapsed() + BLIND_MS, follows: false }
      const pass = beginPass(environment, view, ref)
      const { experiment } = pass.look
      // Its runs come by another watch: what failed in them may be heard of a moment later.
      const verdict = JSON.stringify([experiment?.uid, experiment?.phase])
      const { settled, dueAt } = settling.observe(key, verdict, clock.elapsed(), pass.policy.settleMs)
      if (!settled && experiment && hasFailed(experiment)) return { at: dueAt, follows: false }
      const entriesOf = (now: Pass): readonly LedgerEntry[] => advanceExperiment(environment, now)
      if (entriesOf(pass).length > 0) await journal.commit(() => entriesOf(lookAgain(environment, pass)))
      await tellOwed(environment, journal, pass)
      const open = ledger.releasesOf(ref).filter(({ state }) => state !== 'ended')
      const followed = followedOf(environment, pass, hinted.has(key))
      if (!experiment && open.length === 0 && followed.length === 0) forget(key)
      const times: (number | undefined)[] = [untilUnmuted(environment, pass)]
      for (const release of open)
        times.push(await firstWords.tell(pass, release), await tellSnoozed(environment, journal, pass, release.key))
      return { at: soonest(times), follows: followed.length > 0 }
    },
    async follow(pass) {
      const times: (number | undefined)[] = []
      const key = rolloutKey(pass.look.ref)
      const followed = followedOf(environment, pass, hinted.has(key))
      for (const { key: release } of followed) {
        if (await restored.isTakenBack(pass.look, release))
          await journal.commit(() => followExperiment(environment, pass.policy, release, endAs('restored', clock.now())))
        const present = ledger.read('release', release)
        const againInMs = (present && (await followUp.follow(pass, present))) ?? POLL_MS
        times.push(clock.elapsed() + Math.min(againInMs, POLL_MS))
      }
      hinted.delete(key)
      return soonest(times)
    },
    hint(key) {
      hinted.add(key)
      followUp.hint(key)
    },
  }
}

function endAs(outcome: End, at: number): ReleaseEvent {
  return { type: 'release-ended', outcome, at }
}

function soonest(times: readonly (number | undefined)[]): number | undefined {
  return times.flatMap((at) => at ?? []).toSorted((a, b) => a - b)[0]
}

/**
 * The releases of a name about which Git and the forge are asked: a PR may be opened for them, or stands for them and has not ended; or it
 * has, not long ago.
 * @param isHinted somebody has said that something moved, however long ago that was
 */
function followedOf(environment: Environment, { look, policy }: Pass, isHinted: boolean): readonly Release[] {
  const now = environment.clock.now()
  return environment.ledger.releasesOf(look.ref).filter((release) => {
    if (liveRevertOf(environment, release)) return true
    const { state, decision, revertKey } = release
    if (state === 'ended' || (revertKey === null && !mayBeReverted(release, policy))) return false
    if (isHinted || !decision) return true
    const revert = revertOf(environment, release)
    if (isMerged(revert)) return now - (revert?.endedAt ?? now) < Math.max(ASKS_FOR_MS, policy.restoreDeadlineMs + POLL_MS)
    if (policy.mutedUntil !== undefined && policy.mutedUntil > now) return false
    // Nothing was decided: it was muted, or is somebody's only now.
    return decision.action === 'none' || now - (revert?.endedAt ?? decision.at) < ASKS_FOR_MS
  })
}

/** When its mute is over, by the clock's `elapsed`: until then nobody asks about it. */
function untilUnmuted({ clock }: Environment, { policy: { mutedUntil = 0 } }: Pass): number | undefined {
  return mutedUntil > clock.now() ? clock.elapsed() + Math.min(mutedUntil - clock.now(), ASKS_FOR_MS) : undefined
}

/**
 * Takes in the Experiments that have failed before the first look at those of a cluster: they are listed, and nobody is told. A ledger of
 * before Kedge looked at Experiments has its baseline already, and takes theirs later.
 * @returns false while it is not known whose one of them is, as nobody sees the Applications
 */
export async function baselineOfExperiments(environment: Environment, journal: Journal, view: ClusterView): Promise<boolean> {
  for (const one of view.standaloneExperiments().filter(hasFailed)) {
    const ref = { cluster: view.cluster, namespace: one.namespace, name: experimentName(one.name) }
    const pass = beginPass(environment, view, ref)
    if (pass.look.applications.length === 0 && !environment.applications.freshness('applications').fresh) return false
    await journal.commit(() => advanceExperiment(environment, lookAgain(environment, pass)))
  }
  return true
}

/** What is to be written of an Experiment, as it is in this moment; to be called within `Journal.commit`. */
function advanceExperiment(environment: Environment, { look, policy }: Pass): readonly LedgerEntry[] {
  const { experiment } = look
  const others = look.releases.filter(({ state, uid }) => state !== 'ended' && uid !== experiment?.uid)
  const at = environment.clock.now()
  const endOf = (release: Release): End => {
    if (experiment) return 'superseded'
    const revert = revertOf(environment, release)
    // What somebody has pushed to its branch, nobody knows by the merge alone.
    return isMerged(revert) && !revert?.touchedByOthers ? 'restored' : 'gone'
  }
  return [
    ...others.flatMap((release) => followExperiment(environment, policy, release.key, endAs(endOf(release), at))),
    ...(experiment && hasFailed(experiment) ? failure(environment, { look, policy }) : []),
  ]
}

/** A failure that is new, or what is new of one that is known. */
function failure(environment: Environment, { look, policy }: Pass): readonly LedgerEntry[] {
  const { experiment, applications, ref, view } = look
  const known = look.releases.find(({ uid }) => uid === experiment?.uid)
  if (!experiment || known?.state === 'ended') return []
  const [application] = applications
  const now = environment.clock.now()
  const isIts = applications.length === 1 && !ownershipDoubt({ ...ref, trackingId: experiment.own?.trackingId }, application)
  const isSeen = application && isIts && environment.applications.freshness('applications').fresh
  const seen = isSeen ? syncThatMade(experiment.createdAt, syncsUnderWay(application, ref)) : null
  const applied = known?.applied ?? seen
  const before = isSeen && applied ? syncBefore(application, ref, { createdAt: experiment.createdAt, applied }) : null
  const syncs = { applied, goodApplied: known?.goodApplied ?? before }
  if (known) return news(environment, policy, known, syncs)
  // Nobody's but a person's: no commit asks for it.
  if (!application) return []
  const baseline = environment.ledger.read('baseline', ref.cluster)
  const runs = view.analysisRuns(experiment.uid)
  const preExisting = baseline?.experiments !== true || hadEnded(runs, baseline.at)
  const facts = releaseOfExperiment({ cluster: ref.cluster, experiment, runs, ...syncs, policy, preExisting, now })
  return followExperiment(environment, policy, facts.key, { type: 'release-failed', facts })
}

/** Two clocks. */
const SKEW_MS = 60_000

/** Whether it was over before the first look: nobody's then, it may be listed by an Application later. Without runs that is not known. */
function hadEnded(runs: readonly AnalysisRunSnapshot[], at: number): boolean {
  return runs.length > 0 && runs.every(({ completedAt = Infinity }) => completedAt < at - SKEW_MS)
}

function news(
  environment: Environment,
  policy: Pass['policy'],
  known: Release,
  syncs: Pick<ReleaseFacts, 'applied' | 'goodApplied'>,
): readonly LedgerEntry[] {
  const now = environment.clock.now()
  const isAsked = known.revertKey !== null || mayBeReverted(known, policy)
  const decided = isAsked ? {} : factsOfDecision(known, decideOnExperiment(known, policy, now), now)
  const facts: Partial<ReleaseFacts> = { ...syncs, policy: keptOf(policy), ...decided }
  return followExperiment(environment, policy, known.key, { type: facts.decision ? 'release-decided' : 'release-updated', facts })
}
