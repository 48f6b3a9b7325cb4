import type { Release } from '../../domain/release/release.ts'
import { advanceReleases, type ReleaseChange } from '../../domain/release/steps.ts'
import { parseRolloutKey, rolloutKey } from '../../domain/rollout/key.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { createFollowUp } from '../decide/follow-up.ts'
import { policyOf } from '../decide/judge.ts'
import { rememberVersion } from '../decide/remember-version.ts'
import type { Environment, Journal } from '../environment.ts'
import { askWhetherMoved } from '../git-facts/git-moved.ts'
import { tell } from '../tell/entries.ts'
import { intendTrace } from '../trace/trace-release.ts'
import { lookAt, type Look } from './observe.ts'
import { createSettling } from './settle.ts'

/** How long until a blind view is looked at again; its own events come sooner. */
const BLIND_MS = 5_000
/** How often an open release is looked at when nothing tells us to: PRs and branches move without a cluster event. */
const POLL_MS = 30_000

export interface Reconciler {
  /** Handles one key: read all, decide, record. @throws KedgeError for faults, to be tried again */
  reconcile(key: string): Promise<void>
  /** Something outside the cluster moved (a push, a PR): the next look asks Git and the forge again. */
  hint(key: string): void
  /**
   * Takes in everything that a cluster shows. Until it has returned true for it, what is broken there counts as broken before.
   * False when the view went blind on the way: what it did not show would be taken for new later.
   */
  takeBaseline(view: ClusterView): Promise<boolean>
}

/** The loop's body: observe, assess, decide, record. It acts on nothing outside; the delivery does. */
export function createReconciler(environment: Environment, journal: Journal, later: (key: string, at: number) => void): Reconciler {
  const settling = createSettling()
  const followUp = createFollowUp(environment, journal)
  const views = new Map(environment.views.map((view) => [view.cluster, view]))

  async function reconcile(key: string): Promise<void> {
    const ref = parseRolloutKey(key)
    const view = ref && views.get(ref.cluster)
    if (!ref || !view) return
    const now = environment.clock.now()
    if (!isFresh(view)) {
      settling.forget(key)
      later(key, now + BLIND_MS)
      return
    }
    const look = lookAt(environment, view, ref)
    const hold = policyOf(environment, look).settleMs
    const settled = settling.observe(key, verdictOf(look), now, hold)
    if (!settled.settled) later(key, settled.dueAt)
    if (isWorthPreparing(look) && settled.since === now && !settled.settled) await followUp.prepare(look)
    const changes = await recordChanges(look, settled.settled)
    await followAll(look, changes)
  }

  function isFresh(view: ClusterView): boolean {
    return view.freshness().fresh
  }

  async function recordChanges(look: Look, settled: boolean): Promise<readonly ReleaseChange[]> {
    const baseline = environment.ledger.read('baseline', look.ref.cluster) === undefined
    const movedInGit = await askWhetherMoved(environment, look)
    let changes: readonly ReleaseChange[] = []
    const entriesOf = (now: Look): readonly LedgerEntry[] => {
      // What has held is the verdict of this look: while waiting for its turn, another may have taken its place.
      const holds = baseline || (settled && verdictOf(now) === verdictOf(look))
      changes = advanceReleases({ ...now.observation, settled: holds, baseline, movedInGit })
      const entries = changes.map(({ event, release }): LedgerEntry => ({ kind: 'release', key: release.key, event, document: release }))
      const told = changes.flatMap(({ release }) => tellEnd(now, release))
      return [
        ...entries,
        ...told,
        ...rememberVersion(environment, now, holds || changes.some(({ release }) => release.outcome === 'restored')),
        ...changes.flatMap((change) => intendTrace(environment, now, change)),
      ]
    }
    // Most looks change nothing and need not wait for anybody's turn.
    if (entriesOf(look).length > 0) await journal.commit(() => entriesOf(lookAt(environment, look.view, look.ref)))
    return changes
  }

  /** Follows every failed release of the Rollout: those that have just ended too, and those that have ended while their revert has not. */
  async function followAll(look: Look, changes: readonly ReleaseChange[]): Promise<void> {
    const { ledger } = environment
    const ended = changes.filter((change) => change.release.state === 'ended').map((change) => change.release.key)
    const { releases } = changes.length > 0 ? lookAt(environment, look.view, look.ref) : look
    const unfinished = releases.filter((release) => release.state !== 'ended' || hasLiveRevert(environment, release))
    for (const key of new Set([...ended, ...unfinished.map((release) => release.key)])) {
      const release = ledger.read('release', key)
      if (!release) continue
      await tellWithoutAsking(look, release)
      await followUp.follow(look, release)
      if (release.attempts.length > 0 && (release.state !== 'ended' || hasLiveRevert(environment, release)))
        later(rolloutKey(look.ref), environment.clock.now() + POLL_MS)
    }
  }

  /** In one transaction with the end itself: an ended release is not looked at again, so nobody would ever tell of it after a crash. */
  function tellEnd(look: Look, release: Release): readonly LedgerEntry[] {
    if (release.state !== 'ended') return []
    const revert = release.revertKey === null ? undefined : environment.ledger.read('revert', release.revertKey)
    return tell(environment, release, revert, policyOf(environment, look))
  }

  /** What needs no question to Git: a pause that waits for a person, or does so no longer. */
  async function tellWithoutAsking(look: Look, release: Release): Promise<void> {
    const policy = policyOf(environment, look)
    if (release.state === 'ended' || release.attempts.length > 0) return
    if (release.waiting === null && !environment.ledger.read('card', release.key)) return
    await journal.commit(() => {
      const current = environment.ledger.read('release', release.key) ?? release
      const revert = current.revertKey === null ? undefined : environment.ledger.read('revert', current.revertKey)
      return tell(environment, current, revert, policy)
    })
  }

  return {
    reconcile,
    hint: (key) => followUp.hint(key),
    async takeBaseline(view) {
      const { cluster } = view
      if (environment.ledger.read('baseline', cluster)) return true
      for (const ref of view.rollouts()) {
        if (!isFresh(view)) return false
        await recordChanges(lookAt(environment, view, ref), true)
      }
      if (!isFresh(view)) return false
      await journal.commit(() => [
        { kind: 'baseline', key: cluster, event: 'baseline-taken', document: { cluster, at: environment.clock.now() } },
      ])
      return true
    },
  }
}

function hasLiveRevert({ ledger }: Pick<Environment, 'ledger'>, release: Release): boolean {
  return release.revertKey !== null && ledger.read('revert', release.revertKey)?.state !== 'ended'
}

/** Only what can be decided on: while pods go back events come in crowds, and a look that waits for Git would see the end of it late. */
function isWorthPreparing({ serving }: Look): boolean {
  return serving.failure !== undefined && serving.state !== 'aborting'
}

/**
 * What has to hold for the settle delay: the state, which failure, and what was applied (so that a memory of N is not taken in passing).
 */
function verdictOf(look: Look): string {
  const { serving, rollout, observation } = look
  return JSON.stringify([
    rollout?.uid,
    serving.state,
    serving.failure?.attempt,
    rollout?.currentPodHash,
    rollout?.pauseReasons,
    serving.state === 'in-step'
      ? [rollout?.phase, observation.drift, observation.syncs[0]?.revisions]
      : serving.state === 'invalid-spec'
        ? serving.reason
        : null,
  ])
}
