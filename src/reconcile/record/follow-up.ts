import type { Decision } from '../../domain/decision/decision.ts'
import type { DecisionInput } from '../../domain/decision/facts.ts'
import { KedgeError } from '../../domain/errors.ts'
import { burnOf } from '../../domain/release/burned.ts'
import type { Release } from '../../domain/release/release.ts'
import { isBack } from '../../domain/revert/steps.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import { makeCase, type Case, type Pass } from '../decide/case.ts'
import { confirmLive } from '../decide/confirm-live.ts'
import { judge } from '../decide/judge.ts'
import type { JustDecided } from '../decide/just-decided.ts'
import type { Environment, Journal } from '../environment.ts'
import { askGit } from '../git-facts/ask-git.ts'
import { liveRevertOf, revertOf } from '../look/stands-for.ts'
import { stormOf, tokenOfStorm } from '../storm/storm-of.ts'
import { BREWING_MS, isBrewing } from './brewing.ts'
import { gatherByCommit } from './by-commit.ts'
import { followMerge, followRevert, recordDecision, recordFindings, restOf } from './resolution.ts'

/** Git and the forge are asked again after this long, when nothing told us to. */
const ASK_AGAIN_MS = 30_000

export interface FollowUp {
  /**
   * Takes one failed release a step further: decide on it, or follow its revert.
   * @returns in how many milliseconds to look again, where no event will tell; undefined where one does, or time enough has passed
   * @throws KedgeError for faults
   */
  follow(pass: Pass, release: Release): Promise<number | undefined>
  /** Something outside the cluster moved for this Rollout. */
  hint(key: string): void
  /** The Rollout of this key is gone, and nothing of it is open. */
  forget(key: string): void
}

/** Nothing is written of it: it is asked again in a moment. */
const BREWING: Decision = { action: 'wait', reason: 'Others fail at this very moment, and may do so for the same cause.', checks: [] }

/** Asks Git and the forge about a failed release when there is reason to, and records what follows. */
export function createFollowUp(environment: Environment, journal: Journal, decided: JustDecided): FollowUp {
  const { clock } = environment
  const asked = new Map<string, { token: string; at: number }>()
  const hinted = new Set<string>()

  /**
   * Asking costs a fetch and API calls: only when something that matters moved, somebody hinted, or time has passed, however much else is
   * heard of it meanwhile.
   */
  function dueInMs(release: Release, token: string, rollout: string): number {
    const last = asked.get(release.key)
    return !last || hinted.has(rollout) || last.token !== token ? 0 : last.at + ASK_AGAIN_MS - clock.elapsed()
  }

  return {
    async follow(pass, release) {
      if (release.attempts.length === 0) return undefined
      if (release.state === 'ended' && !liveRevertOf(environment, release)) return void asked.delete(release.key)
      const rollout = rolloutKey(pass.look.ref)
      const dueMs = dueInMs(release, tokenOf(environment, pass, release), rollout)
      if (dueMs > 0) return dueMs
      hinted.delete(rollout)
      const known = await makeCase(environment, pass, release)
      await gatherByCommit(environment, journal, known)
      const current = onlyWhile(journal, () => isSame(environment.ledger.read('release', release.key), release))
      const storm = stormToken(environment, environment.ledger.read('release', release.key) ?? release)
      const decision = await takeFurther(environment, { journal: current, decided }, known)
      const restMs = decision?.action === 'open-revert' ? restOf(environment, known) : 0
      // What waits is asked again at the next event, not in half a minute.
      if (decision?.action === 'wait' || current.hasMissed || restMs > 0) {
        asked.delete(release.key)
        return decision === BREWING ? BREWING_MS : restMs || undefined
      }
      // The answer is to the release as it is by now: what it has led to is no reason to ask again.
      const present = environment.ledger.read('release', release.key) ?? release
      asked.set(release.key, { token: tokenOf(environment, pass, present, storm), at: clock.elapsed() })
      return undefined
    },
    hint: (key) => void hinted.add(key),
    forget: (key) => void hinted.delete(key),
  }
}

/** Writes nothing any more once a look has moved the release on: that look has asked for another answer. */
function onlyWhile(journal: Journal, holds: () => boolean): Journal & { readonly hasMissed: boolean } {
  let hasMissed = false
  return {
    commit: (entries) =>
      journal.commit(() => {
        hasMissed ||= !holds()
        return hasMissed ? [] : entries()
      }),
    get hasMissed() {
      return hasMissed
    },
  }
}

/** As far as looks at the cluster go: what Git and the forge have told meanwhile may differ. */
function isSame(present: Release | undefined, { state, serving, cause, attempts }: Release): boolean {
  return present?.state === state && present.serving === serving && present.cause === cause && present.attempts.length === attempts.length
}

function stormToken(environment: Environment, release: Release): string {
  return tokenOfStorm(stormOf(environment, release))
}

/** All on which an answer depends that is known without asking. */
function tokenOf(environment: Environment, { look, policy }: Pass, release: Release, storm = stormToken(environment, release)): string {
  return JSON.stringify([
    [release.state, release.serving, release.attempts.length, release.cause, release.preExisting, revertOf(environment, release)?.state],
    [release.wish?.state, release.wish?.revisions, burnOf(release)],
    [look.applications.length, look.applications[0]?.comparedRevisions, release.applied?.revisions],
    { ...policy, mutedUntil: policy.mutedUntil !== undefined && policy.mutedUntil > environment.clock.now() },
    storm,
  ])
}

interface Taking {
  journal: Journal
  decided: JustDecided
}

/** Follows the revert that stands for the release, or decides. @returns the decision, where there was one to take */
async function takeFurther(environment: Environment, taking: Taking, known: Case): Promise<Decision | undefined> {
  const { journal } = taking
  const { release, revert, findings } = known
  const { fault } = findings
  let decision: Decision | undefined
  if (revert && (revert.state !== 'ended' || isBack(revert, findings.pullRequest))) {
    if (!fault) await journal.commit(() => followRevert(environment, known, revert))
  } else if (revert?.outcome === 'merged' && release.state !== 'ended') {
    await journal.commit(() => followMerge(environment, known, revert))
  } else if (release.state === 'failed') {
    decision = await decideOn(environment, taking, known)
  } else {
    await journal.commit(() => recordFindings(environment, known))
  }
  if (fault) throw fault
  return decision
}

/**
 * Decides once; where a revert would be opened, once more after a live read, in the ledger's turn: others may have reached a limit, or
 * failed for the same cause, while the cluster was asked. Without the first decision it would be asked for all that opens nothing, too.
 */
async function decideOn(environment: Environment, { journal, decided }: Taking, known: Case): Promise<Decision> {
  const first = judge(environment, known, 'unasked')
  if (first.action !== 'open-revert') {
    await journal.commit(() => recordDecision(environment, known, first))
    return first
  }
  if (isBrewing(environment, known, known.release)) return BREWING
  const at = environment.clock.elapsed()
  const { live, fault } = await readLive(environment, known)
  let second = first
  await journal.commit(() => {
    second = judge(environment, known, live)
    const key = second.action === 'open-revert' ? known.findings.source?.revertKey : undefined
    // Before the entries are there, on which the push begins.
    if (typeof key === 'string') decided.note(key, { known, at })
    return recordDecision(environment, known, second)
  })
  if (fault) throw fault
  return second
}

async function readLive(environment: Environment, { look, release }: Case): Promise<{ live: DecisionInput['live']; fault?: KedgeError }> {
  try {
    if (burnOf(release)) await environment.alerts?.refresh()
    return { live: await confirmLive(environment, look) }
  } catch (error) {
    if (error instanceof KedgeError) return { live: 'failed', fault: error }
    throw error
  }
}

/** Asks Git ahead while a verdict is still settling, so that the decision finds the answers ready. Never throws. */
export async function prepare(environment: Environment, { look }: Pass): Promise<void> {
  const release = look.observation.open.find((one) => one.uid === look.rollout?.uid)
  try {
    if (release) await askGit(environment, look, release)
  } catch {
    // Whatever stands in the way is told when the question itself is asked.
  }
}
