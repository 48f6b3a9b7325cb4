import { parseRolloutKey, rolloutKey } from '../../domain/rollout/key.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import { beginPass, type Pass } from '../decide/case.ts'
import { createFollowUp, prepare } from '../decide/follow-up.ts'
import type { JustDecided } from '../decide/just-decided.ts'
import type { Environment, Journal } from '../environment.ts'
import { tellWaiting } from '../tell/tell-waiting.ts'
import { advance } from './advance.ts'
import { createSettling, verdictOf } from './settle.ts'
import { liveRevertOf } from './stands-for.ts'
import type { Wishes } from './wishes.ts'

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
export function createReconciler(
  environment: Environment,
  journal: Journal,
  { later, wishes, decided }: { later: (key: string, at: number) => void; wishes: Wishes; decided: JustDecided },
): Reconciler {
  const { ledger, clock } = environment
  const settling = createSettling()
  const followUp = createFollowUp(environment, journal, decided)
  const views = new Map(environment.views.map((view) => [view.cluster, view]))

  /** Whether the verdict has held for the settle delay, and whether this look is the first to show it. */
  function settle(key: string, { look, policy }: Pass): { settled: boolean; isNew: boolean; since: number } {
    const now = clock.elapsed()
    const { settled, dueAt, since } = settling.observe(key, verdictOf(look), now, policy.settleMs)
    if (!settled) later(key, dueAt)
    return { settled, isNew: !settled && since === now, since }
  }

  /** Follows every failed release of the Rollout: those that have just ended too, and those that have ended while their revert has not. */
  async function followAll(pass: Pass, moved: readonly string[]): Promise<void> {
    for (const key of new Set([...moved, ...pass.look.releases.map((release) => release.key)])) {
      const release = ledger.read('release', key)
      const isOver = release?.state === 'ended' && !liveRevertOf(environment, release)
      if (!release || (isOver && !moved.includes(key))) continue
      await tellWaiting(environment, journal, pass, release)
      await followUp.follow(pass, release)
      const isUnfinished = release.state !== 'ended' || liveRevertOf(environment, release)
      if (release.attempts.length > 0 && isUnfinished) later(rolloutKey(pass.look.ref), clock.elapsed() + POLL_MS)
    }
  }

  return {
    async reconcile(key) {
      const ref = parseRolloutKey(key)
      const view = ref && views.get(ref.cluster)
      if (!ref || !view) return
      if (!view.freshness().fresh) {
        settling.forget(key)
        later(key, clock.elapsed() + BLIND_MS)
        return
      }
      const pass = beginPass(environment, view, ref)
      const { settled, isNew, since } = settle(key, pass)
      if (isNew && isWorthPreparing(pass)) await prepare(environment, pass)
      const { moved, dueAt } = await advance(environment, journal, pass, { settled, since, wishes })
      if (dueAt !== undefined) later(key, dueAt)
      await followAll(pass, moved)
    },
    hint: (key) => followUp.hint(key),
    async takeBaseline(view) {
      const { cluster } = view
      if (ledger.read('baseline', cluster)) return true
      for (const ref of view.rollouts()) {
        if (!view.freshness().fresh) return false
        await advance(environment, journal, beginPass(environment, view, ref), { settled: true, since: clock.elapsed(), wishes })
      }
      if (!view.freshness().fresh) return false
      await journal.commit(() => [{ kind: 'baseline', key: cluster, event: 'baseline-taken', document: { cluster, at: clock.now() } }])
      return true
    },
  }
}

/** Only what can be decided on: while pods go back events come in crowds, and a look that waits for Git would see the end of it late. */
function isWorthPreparing({ look: { serving } }: Pass): boolean {
  return serving.failure !== undefined && serving.state !== 'aborting'
}
