import type { CommitSha } from '../../domain/application/commit.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import { applicationName } from '../../domain/application/mapping.ts'
import { notRendered, type RenderedDigest } from '../../domain/application/rendered.ts'
import type { OtherRollout, SourceFacts } from '../../domain/decision/facts.ts'
import { isRenderedAlike } from '../../domain/rollout/template.ts'
import { renderOther } from './other-rollouts.ts'
import { digestOf, type Sharing } from './others.ts'
import type { SourceQuestion } from './question.ts'
import { Refusal } from './refusal.ts'

/** More are not asked: each costs two renderings. */
const MOST_ASKED = 10
/** Other Applications are waited for no longer. Milliseconds. */
const PATIENCE_MS = 5_000

/** From the state that N+1 left to that of now. */
interface Span {
  revision: CommitSha
  head: CommitSha
}

interface Changed {
  /** The other Rollouts of the Application whose template the revert changes, or may. */
  rollouts: readonly OtherRollout[]
  /** The other Applications that it changes, or may. */
  applications: Pick<SourceFacts, 'otherApplications' | 'untoldApplications'>
}

/**
 * Who beside the Rollout may have been built upon N+1 since: fields that go back would put N's image under what a later commit has made for
 * N+1's, a state that nobody ever asked for. So of all that the revert changes, or may, the head has to render what N+1 rendered.
 * @returns what it cannot be told of, or does not hold of, as a clause
 * @throws Refusal P5 where another Application cannot be asked just now: nothing is opened, and what is open stays; KedgeError
 * E_RENDERER_UNREACHABLE
 */
export async function whoBuiltUpon(
  question: SourceQuestion & { source: GitSource },
  sharing: Sharing,
  { rollouts, applications }: Changed,
  span: Span,
): Promise<string | undefined> {
  const rollout = await findRollout(question, rollouts, span)
  if (rollout !== undefined) return `the Rollout ${rollout} ${WOULD}`
  const named = new Set([...applications.otherApplications, ...applications.untoldApplications])
  const application = await findApplication(question, sharing, named, span)
  return application === undefined ? undefined : `the Application ${application}, which shares the files, ${WOULD}`
}

const WOULD = 'would change as well, and is not known to be as the release left it'

async function findRollout(
  question: SourceQuestion & { source: GitSource },
  rollouts: readonly OtherRollout[],
  { revision, head }: Span,
): Promise<string | undefined> {
  for (const [index, { name, isKnown }] of rollouts.entries()) {
    if (!isKnown || index >= MOST_ASKED) return name
    const [then, now] = await Promise.all([renderOther(question, name, revision), renderOther(question, name, head)])
    if (then.result === 'unknown' || now.result === 'unknown') return name
    if (!isRenderedAlike(then.rollout.template, now.rollout.template)) return name
  }
  return undefined
}

/** An Application may have more than Rollouts: it is told by all of it, but for values that who renders shows nobody. */
async function findApplication(
  question: SourceQuestion,
  { sharing, untold }: Sharing,
  named: ReadonlySet<string>,
  { revision, head }: Span,
): Promise<string | undefined> {
  const late = Promise.withResolvers<RenderedDigest>()
  using _ = question.clock.after(PATIENCE_MS, () => late.resolve(notRendered('unreachable', 'It takes too long.')))
  const changed = [...sharing, ...untold].filter(({ application }) => named.has(applicationName(application)))
  for (const [index, other] of changed.entries()) {
    const name = applicationName(other.application)
    if (index >= MOST_ASKED) return name
    const [then, now] = await Promise.all([revision, head].map((at) => Promise.race([digestOf(question, other, { at }), late.promise])))
    if ([then, now].some((one) => one?.result === 'unknown' && one.why === 'unreachable'))
      throw new Refusal('P5', `a later commit touches the same inputs, and what ${name} renders of them could not be asked just now.`)
    if (then?.result !== 'rendered' || now?.result !== 'rendered' || then.digest !== now.digest) return name
  }
  return undefined
}
