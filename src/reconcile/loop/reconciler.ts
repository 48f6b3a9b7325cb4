import type { Release } from '../../domain/release/release.ts'
import { parseRolloutKey } from '../../domain/rollout/key.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import { beginPass, type Pass } from '../decide/case.ts'
import type { JustDecided } from '../decide/just-decided.ts'
import type { Environment, Journal } from '../environment.ts'
import { baselineOfExperiments, createExperiments, isExperimentKey } from '../experiments/experiments.ts'
import { createGitMoved } from '../git-facts/flags/git-moved.ts'
import { createSettling, verdictOf } from '../look/settle.ts'
import { liveRevertOf } from '../look/stands-for.ts'
import { createQuarantineWatch } from '../quarantine/watch.ts'
import { createFollowUp, prepare } from '../record/follow-up.ts'
import { followAtForge, isFollowedAtForge } from '../record/left-clusters.ts'
import { createFirstWords } from '../tell/first-words.ts'
import { tellSnoozed } from '../tell/snooze.ts'
import { tellOwed, tellWaiting } from '../tell/tell-waiting.ts'
import { advance } from './advance.ts'
import { createFlagSyncs } from './flag-syncs.ts'
import { createFollowStorms } from './follow-storms.ts'
import type { Wishes } from './wishes.ts'

/** How long until a blind view is looked at again; its own events come sooner. */
const BLIND_MS = 5_000
/** How often an open release is looked at when nothing tells us to: PRs and branches move without a cluster event. */
const POLL_MS = 30_000

/** What a look has shown: whether there is a release to follow, and whether it is time to watch what is in quarantine. */
export interface Looked {
  follows: boolean
  watches: boolean
}

export interface Reconciler {
  /**
   * Looks at one Rollout, records what is seen and tells people of it. Waits for nobody but the cluster.
   * @returns what is to be asked of others after it
   * @throws KedgeError for faults, to be tried again
   */
  look(key: string): Promise<Looked>
  /** Asks Git and the forge about one Rollout's releases, decides, records. @throws KedgeError for faults, to be tried again */
  follow(key: string): Promise<void>
  /** Asks Git and the forge whether somebody brings back what is in quarantine. @throws KedgeError E_LEDGER_*, to be tried again */
  watch(key: string): Promise<void>
  /** Something outside the cluster moved (a push, a PR): the next look asks Git and the forge again. */
  hint(key: string): void
  /**
   * Takes in everything that a cluster shows. Until it has returned true for it, what is broken there counts as broken before.
   * False when the view went blind on the way: what it did not show would be taken for new later. So it is while nobody sees whose the
   * Experiments are that have failed; what was taken of the Rollouts holds.
   */
  takeBaseline(view: ClusterView): Promise<boolean>
}

interface ReconcilerParts {
  /** Looks at a Rollout at a time by the clock's `elapsed`, or as soon as may be. */
  later: (key: string, at: number) => void
  again: (key: string) => void
  wishes: Wishes
  decided: JustDecided
}

/** The loop's body: observe, assess, decide, record. It acts on nothing outside; the delivery does. */
export function createReconciler(environment: Environment, journal: Journal, parts: ReconcilerParts): Reconciler {
  const rollouts = ofRollouts(environment, journal, parts)
  const experiments = createExperiments(environment, journal, parts.decided)
  return {
    ...rollouts,
    async look(key) {
      if (!isExperimentKey(key)) return rollouts.look(key)
      const { at, follows } = await experiments.look(key)
      if (at !== undefined) parts.later(key, at)
      return { follows, watches: false }
    },
    async follow(key) {
      const pass = isExperimentKey(key) ? passOf(environment, key) : undefined
      if (!pass) return rollouts.follow(key)
      const at = await experiments.follow(pass)
      if (at !== undefined) parts.later(key, at)
    },
    hint: (key) => (isExperimentKey(key) ? experiments.hint(key) : rollouts.hint(key)),
    takeBaseline: (view) => takeBaseline({ environment, journal, wishes: parts.wishes }, view),
  }
}

function ofRollouts(environment: Environment, journal: Journal, parts: ReconcilerParts): Omit<Reconciler, 'takeBaseline'> {
  const { later, again, wishes, decided } = parts
  const { clock } = environment
  const settling = createSettling()
  const [gitMoved, flagSyncs] = [createGitMoved(environment), createFlagSyncs(environment)]
  const firstWords = createFirstWords(environment, journal)
  /** Rollouts about whose new failure Git is asked ahead. */
  const preparing = new Set<string>()
  /** Releases that a look has moved, by Rollout, and that nobody has followed yet. */
  const movedBy = new Map<string, Set<string>>()
  const followStorms = createFollowStorms(environment, journal, later)
  const followUp = createFollowUp(environment, journal, decided)
  const quarantines = createQuarantineWatch(environment, journal, later)
  const kept = [settling, followUp, quarantines, flagSyncs]
  /** Whether the verdict has held for the settle delay, and whether this look is the first to show it. */
  function settle(key: string, { look, policy }: Pass): { settled: boolean; isNew: boolean; since: number } {
    const now = clock.elapsed()
    const { settled, dueAt, since } = settling.observe(key, verdictOf(look), now, policy.settleMs)
    if (!settled) later(key, dueAt)
    return { settled, isNew: !settled && since === now, since }
  }

  return {
    async look(key) {
      const pass = passOf(environment, key)
      if (!pass) {
        settling.forget(key)
        if (isWatched(environment, key)) later(key, clock.elapsed() + BLIND_MS)
        return { follows: isFollowedAtForge(environment, key), watches: false }
      }
      const { settled, isNew, since } = settle(key, pass)
      if (isNew && isWorthPreparing(pass)) preparing.add(key)
      const { moved, dueAt } = await advance(environment, journal, pass, { settled, since, wishes, movedInGit: gitMoved.of, flagSyncs })
      for (const at of [dueAt, flagSyncs.dueAt(pass)]) if (at !== undefined) later(key, at)
      if (moved.length > 0) movedBy.set(key, new Set([...(movedBy.get(key) ?? []), ...moved]))
      const open = unfinished(environment, pass, movedBy.get(key))
      for (const release of open) {
        await tellWaiting(environment, journal, pass, release)
        for (const at of [await firstWords.tell(pass, release), await tellSnoozed(environment, journal, pass, release.key)])
          if (at !== undefined) later(key, at)
      }
      await tellOwed(environment, journal, pass)
      await followStorms(pass)
      // Rollouts of previews come and go, each under a name of its own, for as long as Kedge runs.
      if (settled && !pass.look.rollout && open.length === 0) for (const part of kept) part.forget(key)
      return { follows: open.length > 0 || preparing.has(key) || flagSyncs.isDue(pass), watches: quarantines.isDue(pass) }
    },
    async follow(key) {
      const pass = passOf(environment, key)
      if (!pass) return followLeft({ environment, journal, later }, key)
      if (preparing.delete(key)) await prepare(environment, pass)
      if ((await gitMoved.ask(pass.look)) || (await flagSyncs.ask(pass))) return again(key)
      const moved = movedBy.get(key)
      for (const release of unfinished(environment, pass, moved)) {
        const againInMs = await followUp.follow(pass, release)
        const pollMs = release.attempts.length > 0 && !isOver(environment, release) ? POLL_MS : undefined
        for (const ms of [againInMs, pollMs]) if (ms !== undefined) later(key, clock.elapsed() + ms)
      }
      if (movedBy.get(key) === moved) movedBy.delete(key)
      await followStorms(pass)
    },
    watch: (key) => quarantines.follow(passOf(environment, key)),
    hint: (key) => [followUp, quarantines].forEach((part) => part.hint(key)),
  }
}

/** Of a cluster that is only blind nothing is asked: its view comes back. */
async function followLeft(
  { environment, journal, later }: { environment: Environment; journal: Journal; later: ReconcilerParts['later'] },
  key: string,
): Promise<void> {
  if (await followAtForge(environment, journal, key)) later(key, environment.clock.elapsed() + POLL_MS)
}

async function takeBaseline(
  { environment, journal, wishes }: { environment: Environment; journal: Journal; wishes: Wishes },
  view: ClusterView,
): Promise<boolean> {
  const { cluster } = view
  const { clock, ledger } = environment
  const known = ledger.read('baseline', cluster)
  if (known?.experiments) return true
  for (const ref of known ? [] : view.rollouts()) {
    if (!view.freshness('rollouts').fresh) return false
    await advance(environment, journal, beginPass(environment, view, ref), {
      settled: true,
      since: clock.elapsed(),
      wishes,
      movedInGit: () => () => true,
    })
  }
  const isWhole = await baselineOfExperiments(environment, journal, view)
  if (!view.freshness('rollouts').fresh) return false
  if (known && !isWhole) return false
  const document = { cluster, at: known?.at ?? clock.now(), ...(isWhole && { experiments: true as const }) }
  await journal.commit(() => [{ kind: 'baseline', key: cluster, event: 'baseline-taken', document }])
  return isWhole
}

/** What is not over: those that have just ended too, and those that have ended while their revert has not. */
function unfinished(environment: Environment, pass: Pass, moved: ReadonlySet<string> = new Set()): readonly Release[] {
  const keys = new Set([...moved, ...pass.look.releases.map((release) => release.key)])
  return [...keys].flatMap((key) => {
    const release = environment.ledger.read('release', key)
    return !release || (isOver(environment, release) && !moved.has(key)) ? [] : [release]
  })
}

function isOver(environment: Environment, release: Release): boolean {
  return release.state === 'ended' && !liveRevertOf(environment, release)
}

/** The pass with which a Rollout is looked at; undefined while its cluster cannot be seen. */
function passOf(environment: Environment, key: string): Pass | undefined {
  const ref = parseRolloutKey(key)
  const view = ref && environment.views.find((one) => one.cluster === ref.cluster)
  return ref && view?.freshness('rollouts').fresh ? beginPass(environment, view, ref) : undefined
}

function isWatched({ views }: Environment, key: string): boolean {
  return views.some((view) => view.cluster === parseRolloutKey(key)?.cluster)
}

/** Only what can be decided on: while pods go back events come in crowds, and a look that waits for Git would see the end of it late. */
function isWorthPreparing({ look: { serving } }: Pass): boolean {
  return serving.failure !== undefined && serving.state !== 'aborting'
}
