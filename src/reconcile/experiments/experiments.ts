import { syncsUnderWay } from '../../domain/application/applied.ts'
import { ownershipDoubt } from '../../domain/application/mapping.ts'
import { decideOnExperiment, hasFailed, keptOf, releaseOfExperiment } from '../../domain/experiment/failed.ts'
import { syncThatMade } from '../../domain/experiment/made-by.ts'
import { experimentName, experimentNamed } from '../../domain/experiment/name.ts'
import { factsOfDecision } from '../../domain/release/findings.ts'
import type { Release } from '../../domain/release/release.ts'
import type { ReleaseEvent, ReleaseFacts } from '../../domain/release/transitions.ts'
import { parseRolloutKey } from '../../domain/rollout/key.ts'
import type { AnalysisRunSnapshot } from '../../domain/rollout/snapshots.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { recordExperiment } from '../act/moves.ts'
import { beginPass, lookAgain, type Pass } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { createSettling } from '../loop/settle.ts'
import { tellSnoozed } from '../tell/snooze.ts'
import { tellOwed } from '../tell/tell-waiting.ts'
import { tell } from '../tell/tell.ts'

// A standalone Experiment that Argo CD made, and that failed, is a failed release about which people are told, and no more. It has no
// version before it, so neither Git nor the forge is asked about it.

/** What follows the standalone Experiments of all clusters. */
export interface Experiments {
  /**
   * Looks at one, records that it has failed, and tells people. Waits for nobody but the cluster.
   * @returns when to look again (by the clock's `elapsed`), where no event will tell
   * @throws KedgeError E_LEDGER_*, to be tried again
   */
  look(key: string): Promise<number | undefined>
}

/** How long until a blind view is looked at again; its own events come sooner. */
const BLIND_MS = 5_000

/** Whether a key names an Experiment, and no Rollout. */
export function isExperimentKey(key: string): boolean {
  return experimentNamed(parseRolloutKey(key)?.name ?? '') !== undefined
}

/** See {@link Experiments}. */
export function createExperiments(environment: Environment, journal: Journal): Experiments {
  const { clock, ledger, views } = environment
  const settling = createSettling()
  return {
    async look(key) {
      const ref = parseRolloutKey(key)
      const view = ref && views.find((one) => one.cluster === ref.cluster)
      if (!ref || !view) return undefined
      if (!view.freshness('rollouts').fresh) return clock.elapsed() + BLIND_MS
      const pass = beginPass(environment, view, ref)
      const { experiment } = pass.look
      // Its runs come by another watch: what failed in them may be heard of a moment later.
      const verdict = JSON.stringify([experiment?.uid, experiment?.phase])
      const { settled, dueAt } = settling.observe(key, verdict, clock.elapsed(), pass.policy.settleMs)
      if (!settled && experiment && hasFailed(experiment)) return dueAt
      const entriesOf = (now: Pass): readonly LedgerEntry[] => advanceExperiment(environment, now)
      if (entriesOf(pass).length > 0) await journal.commit(() => entriesOf(lookAgain(environment, pass)))
      await tellOwed(environment, journal, pass)
      const open = ledger.releasesOf(ref).filter(({ state }) => state !== 'ended')
      if (!experiment && open.length === 0) settling.forget(key)
      const times = await Promise.all(open.map((release) => tellSnoozed(environment, journal, pass, release.key)))
      const [soonest] = times.flatMap((at) => at ?? []).toSorted((a, b) => a - b)
      return soonest
    },
  }
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
  return [
    ...others.flatMap((release) =>
      move(environment, policy, release.key, { type: 'release-ended', outcome: experiment ? 'superseded' : 'gone', at }),
    ),
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
  const applied = isSeen ? syncThatMade(experiment.createdAt, syncsUnderWay(application, ref)) : null
  if (known) return news(environment, policy, known, { applied: known.applied ?? applied })
  // Nobody's but a person's: no commit asks for it.
  if (!application) return []
  const baseline = environment.ledger.read('baseline', ref.cluster)
  const runs = view.analysisRuns(experiment.uid)
  const preExisting = baseline?.experiments !== true || hadEnded(runs, baseline.at)
  const facts = releaseOfExperiment({ cluster: ref.cluster, experiment, runs, applied, policy, preExisting, now })
  return move(environment, policy, facts.key, { type: 'release-failed', facts })
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
  { applied }: Pick<ReleaseFacts, 'applied'>,
): readonly LedgerEntry[] {
  const now = environment.clock.now()
  const facts = { applied, policy: keptOf(policy), ...factsOfDecision(known, decideOnExperiment(known, policy, now), now) }
  return move(environment, policy, known.key, { type: facts.decision ? 'release-decided' : 'release-updated', facts })
}

/** A step of its release, and its card. What changes nothing writes nothing. */
function move(environment: Environment, policy: Pass['policy'], key: string, event: ReleaseEvent): readonly LedgerEntry[] {
  const { document, entries } = recordExperiment(environment, key, event)
  return document ? [...entries, ...tell(environment, document, undefined, policy)] : entries
}
