import type { CommitSha } from '../../domain/application/commit.ts'
import type { Decision } from '../../domain/decision/decision.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { KedgeError } from '../../domain/errors.ts'
import { burnOf } from '../../domain/release/burned.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { beginPass, makeCase, type Case, type Pass } from '../decide/case.ts'
import { confirmLive } from '../decide/confirm-live.ts'
import { judge, whyWaits } from '../decide/judge.ts'
import type { JustDecided } from '../decide/just-decided.ts'
import type { Environment } from '../environment.ts'
import type { Given } from '../git-facts/ask-git.ts'
import { verdictOf } from '../look/settle.ts'
import { revertOf } from '../look/stands-for.ts'

/** A release of the revert for which it is still right. */
export interface SecondLook {
  readonly isRight: true
  readonly known: Case
  readonly source: SourceFacts
  /** When the cluster was asked, by `Clock.elapsed`. */
  readonly at: number
  /** Git was asked for the decision and not since: another look follows before people see anything. */
  readonly isFirst: boolean
}

/** It is right for none of its releases any more: what was decided on each. */
export interface NotRight {
  readonly isRight: false
  readonly refused: readonly Refused[]
}

export interface Refused {
  readonly known: Case
  readonly decision: Decision
}

/** What is known of a delivery before it begins. */
export interface Delivery {
  readonly decided: JustDecided
  /** See {@link Given}. */
  readonly isLate: boolean
  /** It was never begun before, as far as the ledger knows: nothing of it can be at the forge. */
  readonly isFirst: boolean
}

/** A look that is older than this is taken again before people see a PR: pushing may have taken its time. */
const LOOK_LASTS_MS = 2_000

/**
 * Before the push, live. What Git said when it was decided a moment ago is taken as it is, where nothing that is watched has moved since:
 * Git is asked again after the push.
 */
export async function lookBeforePush(
  environment: Environment,
  revert: Revert,
  { decided, isLate }: Delivery,
): Promise<SecondLook | NotRight> {
  const fresh = decided.take(revert.key)
  const { source, fault } = fresh?.known.findings ?? {}
  const now = fresh && passOf(environment, fresh.known.release.key)
  if (!fresh || !source || fault || !now || verdictOf(now.look) !== verdictOf(fresh.known.look))
    return lookOnceMore(environment, revert, { isLate })
  const { look, policy, release } = now
  const known: Case = { look, policy, release, revert: revertOf(environment, release), findings: fresh.known.findings }
  const again = source.revertKey === revert.key ? await decideLive(environment, known) : undefined
  if (!again || again instanceof KedgeError || again.action !== 'open-revert') return lookOnceMore(environment, revert, { isLate })
  return { isRight: true, known, source, at: fresh.at, isFirst: true }
}

/**
 * After the push: it may have taken long, and what was right before need not be right any more, in the cluster and in Git. Where only a
 * server can render, it can read the revert now. All of it is asked side by side.
 */
export async function lookAfterPush(
  environment: Environment,
  revert: Revert,
  before: SecondLook,
  given: { pushed: CommitSha; isLate: boolean },
): Promise<SecondLook | NotRight> {
  const { source, at, isFirst } = before
  const age = environment.clock.elapsed() - at
  const isProven = (source.notRendered === null || source.provenBy !== 'rendering') && source.otherApplications.length === 0
  if (!isFirst && isProven && age <= LOOK_LASTS_MS) return before
  return lookOnceMore(environment, revert, given)
}

/**
 * The state may have moved since the decision: the same question is asked again, live.
 * @throws KedgeError E_GIT_*, E_CLUSTER_*, E_RENDERER_*
 */
async function lookOnceMore(environment: Environment, revert: Revert, given: Given): Promise<SecondLook | NotRight> {
  const refused: Refused[] = []
  let unseen: KedgeError | undefined
  for (const key of revert.releases) {
    const pass = passOf(environment, key)
    if (!pass) continue
    const known = await makeCase(environment, pass, pass.release, given)
    const { source, fault } = known.findings
    // Whom it takes to be let in again should not be kept waiting by a branch without a PR.
    const isLockedOut = given.isLate === true && fault?.code === 'E_RENDERER_REFUSED'
    if (fault && !isLockedOut) throw fault
    const at = environment.clock.elapsed()
    const decided = fault ? undefined : await decideLive(environment, known)
    if (decided instanceof KedgeError) {
      unseen ??= decided
      continue
    }
    if (decided?.action === 'open-revert' && source?.revertKey === revert.key) return { isRight: true, known, source, at, isFirst: false }
    // Judged once more for its words alone, which are those of the looks to come: they read live last.
    if (decided?.action !== 'open-revert') refused.push({ known, decision: judge(environment, known, 'unasked') })
  }
  if (unseen) throw unseen
  return { isRight: false, refused }
}

function passOf(environment: Environment, releaseKey: string): (Pass & { release: Release }) | undefined {
  const release = environment.ledger.read('release', releaseKey)
  const view = environment.views.find((one) => one.cluster === release?.cluster)
  if (!release || !view) return undefined
  const { cluster, namespace, rollout: name } = release
  const { look, policy } = beginPass(environment, view, { cluster, namespace, name })
  return { look, policy, release }
}

/**
 * Decides once more, live: once for each release that is asked about, see "How often is anything asked" in docs/architecture.md. Blind or
 * between two states is no reason to give up what was decided, nor one why another cluster for which the same revert is right should wait.
 * @returns why its cluster cannot be asked, where it cannot
 */
async function decideLive(environment: Environment, known: Case): Promise<Decision | KedgeError> {
  const waits = whyWaits(environment, known)
  if (waits !== undefined) return unreachable(waits)
  try {
    if (burnOf(known.release)) await environment.alerts?.refresh()
    const decision = judge(environment, known, await confirmLive(environment, known.look))
    return decision.action === 'wait' ? unreachable(decision.reason) : decision
  } catch (error) {
    if (error instanceof KedgeError) return error
    throw error
  }
}

function unreachable(reason: string): KedgeError {
  return new KedgeError('E_CLUSTER_UNREACHABLE', `the cluster cannot be asked just now. ${reason}`)
}
