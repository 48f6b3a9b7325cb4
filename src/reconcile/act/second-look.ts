import type { CommitSha } from '../../domain/application/commit.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { beginPass, makeCase, type Case, type Delivering, type Pass } from '../decide/case.ts'
import { confirmLive, judge } from '../decide/judge.ts'
import type { JustDecided } from '../decide/just-decided.ts'
import type { Environment } from '../environment.ts'
import { verdictOf } from '../loop/settle.ts'
import { revertOf } from '../loop/stands-for.ts'

/** A release of the revert for which it is still right. */
export interface SecondLook {
  readonly known: Case
  readonly source: SourceFacts
  /** When the cluster was asked, by `Clock.elapsed`. */
  readonly at: number
  /** Git was asked for the decision and not since: another look follows before people see anything. */
  readonly isFirst: boolean
}

/** What is known of a delivery before it begins. */
export interface Delivery {
  readonly decided: JustDecided
  /** See {@link Delivering}. */
  readonly isLate: boolean
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
): Promise<SecondLook | undefined> {
  const fresh = decided.take(revert.key)
  const { source, fault } = fresh?.known.findings ?? {}
  const pass = fresh && passOf(environment, fresh.known.release.key)
  if (!fresh || !source || fault || !pass || verdictOf(pass.look) !== verdictOf(fresh.known.look))
    return lookOnceMore(environment, revert, { isLate })
  const { findings } = fresh.known
  const known: Case = { ...pass, revert: revertOf(environment, pass.release), findings }
  if (source.revertKey !== revert.key || !(await isStillRight(environment, known))) return lookOnceMore(environment, revert, { isLate })
  return { known, source, at: fresh.at, isFirst: true }
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
): Promise<SecondLook | undefined> {
  const { source, at, isFirst } = before
  const age = environment.clock.elapsed() - at
  const isProven = (source.notRendered === null || source.provenBy !== 'rendering') && source.otherApplications.length === 0
  if (!isFirst && isProven && age <= LOOK_LASTS_MS) return before
  return lookOnceMore(environment, revert, given)
}

/**
 * The state may have moved since the decision: the same question is asked again, live.
 * @throws KedgeError E_GIT_*, E_CLUSTER_*, E_RENDERER_UNREACHABLE
 */
async function lookOnceMore(environment: Environment, revert: Revert, given: Delivering): Promise<SecondLook | undefined> {
  for (const key of revert.releases) {
    const pass = passOf(environment, key)
    if (!pass) continue
    const known = await makeCase(environment, pass, pass.release, given)
    const { source, fault } = known.findings
    if (fault) throw fault
    const at = environment.clock.elapsed()
    const isRight = await isStillRight(environment, known)
    if (isRight && source?.revertKey === revert.key) return { known, source, at, isFirst: false }
  }
  return undefined
}

function passOf(environment: Environment, releaseKey: string): (Pass & { release: Release }) | undefined {
  const release = environment.ledger.read('release', releaseKey)
  const view = environment.views.find((one) => one.cluster === release?.cluster)
  if (!release || !view) return undefined
  const { cluster, namespace, rollout: name } = release
  return { ...beginPass(environment, view, { cluster, namespace, name }), release }
}

/** Decides once more, live. Blind or between two states is no reason to give up what was decided. @throws KedgeError E_CLUSTER_* */
async function isStillRight(environment: Environment, known: Case): Promise<boolean> {
  const { action, reason } = judge(environment, known, await confirmLive(known.look))
  if (action === 'wait') throw new KedgeError('E_CLUSTER_UNREACHABLE', `the cluster cannot be asked just now. ${reason}`)
  return action === 'open-revert'
}
