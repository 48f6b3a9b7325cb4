import { KedgeError } from '../../domain/errors.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { PullRequestFacts } from '../../domain/revert/steps.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import type { Environment, Journal } from '../environment.ts'
import { refusedSource } from '../git-facts/source-facts.ts'
import type { Look } from '../loop/observe.ts'
import { confirmLive, investigate, judge, policyOf, type Findings } from './judge.ts'
import { resolve } from './resolution.ts'

/** Git and the forge are asked again after this long, when nothing told us to. */
const ASK_AGAIN_MS = 30_000

const NOT_ALLOWED = "the admin's allow list does not name this repository, so Kedge has not looked into it."

export interface FollowUp {
  /** Takes one failed release a step further: decide on it, or follow its revert. @throws KedgeError for faults */
  follow(look: Look, release: Release): Promise<void>
  /** Asks Git ahead while a verdict is still settling, so that the decision finds the answers ready. Never throws. */
  prepare(look: Look): Promise<void>
  /** Something outside the cluster moved for this Rollout. */
  hint(key: string): void
}

/** Asks Git and the forge about a failed release when there is reason to, and records what follows. */
export function createFollowUp(environment: Environment, journal: Journal): FollowUp {
  const { ledger, clock } = environment
  const asked = new Map<string, { token: string; at: number }>()
  const hinted = new Set<string>()

  async function follow(look: Look, release: Release): Promise<void> {
    if (release.attempts.length === 0) return
    const live = liveRevert(release)
    if (release.state === 'ended' && !live) return void asked.delete(release.key)
    const policy = policyOf(environment, look)
    if (!isDue(look, release, policy)) return
    hinted.delete(rolloutKey(look.ref))
    const { findings, pullRequest, fault } = await ask(look, release, { live, policy })
    if (!fault || !live) await journal.commit(() => resolve(environment, { look, key: release.key, findings, pullRequest, policy }))
    if (fault) throw fault
    // What waits is asked again at the next event, not in half a minute.
    if (!live && judge(environment, look, release, { findings, policy }).action === 'wait') asked.delete(release.key)
    else asked.set(release.key, { token: tokenOf(look, release, policy), at: clock.now() })
  }

  /** A Git or a forge that cannot be asked costs no notice: people are told so, and the look is repeated. */
  async function ask(
    look: Look,
    release: Release,
    { live, policy }: { live: Revert | undefined; policy: Policy },
  ): Promise<{ findings: Findings; pullRequest?: PullRequestFacts | undefined; fault?: KedgeError }> {
    try {
      const findings = await investigate(environment, look, release)
      const pullRequest = live && (await askForge(live))
      if (!live && release.state === 'failed' && judge(environment, look, release, { findings, policy }).action === 'open-revert') {
        findings.live = await confirmLive(look)
      }
      return { findings, pullRequest }
    } catch (error) {
      if (!(error instanceof KedgeError)) throw error
      const reason = error.code === 'E_REPOSITORY_NOT_ALLOWED' ? NOT_ALLOWED : `Git or the forge could not be asked (${error.code}).`
      const findings: Findings = { source: refusedSource('P3', reason), found: undefined, live: 'unasked' }
      return error.code === 'E_REPOSITORY_NOT_ALLOWED' ? { findings } : { findings, fault: error }
    }
  }

  /** The revert that stands for the release and has not ended. */
  function liveRevert(release: Release): Revert | undefined {
    const revert = release.revertKey === null ? undefined : ledger.read('revert', release.revertKey)
    return revert && revert.state !== 'ended' ? revert : undefined
  }

  /** Asking costs a fetch and API calls: only when something that matters moved, somebody hinted, or time has passed. */
  function isDue(look: Look, release: Release, policy: Policy): boolean {
    const last = asked.get(release.key)
    if (!last || hinted.has(rolloutKey(look.ref))) return true
    return last.token !== tokenOf(look, release, policy) || clock.now() - last.at >= ASK_AGAIN_MS
  }

  function tokenOf(look: Look, release: Release, policy: Policy): string {
    const revert = release.revertKey === null ? undefined : ledger.read('revert', release.revertKey)
    return JSON.stringify([
      [release.state, release.serving, release.attempts.length, release.cause, release.preExisting, revert?.state],
      [look.applications.length, look.applications[0]?.comparedRevisions, release.applied?.revisions],
      { ...policy, mutedUntil: policy.mutedUntil !== undefined && policy.mutedUntil > clock.now() },
    ])
  }

  async function askForge(revert: Revert): Promise<PullRequestFacts | undefined> {
    return revert.pullRequest ? environment.forges.forRepository(revert.repoURL).get(revert.pullRequest.number) : undefined
  }

  async function prepare(look: Look): Promise<void> {
    const release = look.observation.open.find((one) => one.uid === look.rollout?.uid)
    if (!release) return
    try {
      await investigate(environment, look, release)
    } catch {
      // Whatever stands in the way is told when the question itself is asked.
    }
  }

  return { follow, prepare, hint: (key) => void hinted.add(key) }
}
