import type { CommitSha } from '../../domain/application/commit.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import { applicationName } from '../../domain/application/mapping.ts'
import { notRendered, type RenderedDigest, type Rendering } from '../../domain/application/rendered.ts'
import type { OtherRollout, SourceFacts } from '../../domain/decision/facts.ts'
import { isRenderedAlike } from '../../domain/rollout/template.ts'
import { renderOther } from './other-rollouts.ts'
import { digestOf, type Sharing } from './others.ts'
import type { SourceQuestion } from './question.ts'
import { Refusal } from './refusal.ts'

/** More are not asked: each costs three renderings, of which most are known. */
const MOST_ASKED = 10
/** Other Applications are waited for no longer. Milliseconds. */
const PATIENCE_MS = 5_000

/** N, what N+1 left, and now. */
interface States {
  good: CommitSha
  revision: CommitSha
  head: CommitSha
  /** False: only a server can render the revert, and has not got it yet. Then it is asked again after the push. */
  isRendered: boolean
}

interface Changed {
  /** The other Rollouts of the Application whose template the revert changes, or may. */
  rollouts: readonly OtherRollout[]
  /** The other Applications that it changes, or may. */
  applications: Pick<SourceFacts, 'otherApplications' | 'untoldApplications'>
}

/**
 * Who beside the Rollout may have been built upon N+1 since: fields that go back would put N's image under what a later commit has made for
 * N+1's, a state that nobody ever asked for. So of all that the revert changes, or may, the head has to render what N+1 rendered. While the
 * revert cannot be rendered, N stands for it, and what the release did not change is taken for left alone until after the push.
 * @returns what it cannot be told of, or does not hold of, as a clause
 * @throws Refusal P5 where another Application cannot be asked just now: nothing is opened, and what is open stays; KedgeError
 * E_RENDERER_UNREACHABLE
 */
export async function whoBuiltUpon(
  question: SourceQuestion & { source: GitSource },
  sharing: Sharing,
  { rollouts, applications }: Changed,
  states: States,
): Promise<string | undefined> {
  const rollout = await findRollout(question, rollouts, states)
  if (rollout !== undefined) return `the Rollout ${rollout} ${WOULD}`
  const named = new Set([...applications.otherApplications, ...applications.untoldApplications])
  const application = await findApplication(question, sharing, named, states)
  return application === undefined ? undefined : `the Application ${application}, which shares the files, ${WOULD}`
}

const WOULD = 'would change as well, and is not known to be as the release left it'

async function findRollout(
  question: SourceQuestion & { source: GitSource },
  rollouts: readonly OtherRollout[],
  { good, revision, head, isRendered }: States,
): Promise<string | undefined> {
  for (const [index, { name, isKnown }] of rollouts.entries()) {
    if (!isKnown || index >= MOST_ASKED) return name
    const asked = [revision, head, good].map((at) => renderOther(question, name, at))
    const [then, now, before] = await Promise.all(asked)
    if (!isAlike(then, now) && (isRendered || !isAlike(then, before))) return name
  }
  return undefined
}

function isAlike(one: Rendering | undefined, other: Rendering | undefined): boolean {
  return one?.result === 'rendered' && other?.result === 'rendered' && isRenderedAlike(one.rollout.template, other.rollout.template)
}

/** An Application may have more than Rollouts: it is told by all of it, but for values that who renders shows nobody. */
async function findApplication(
  question: SourceQuestion,
  { sharing, untold }: Sharing,
  named: ReadonlySet<string>,
  { good, revision, head, isRendered }: States,
): Promise<string | undefined> {
  const late = Promise.withResolvers<RenderedDigest>()
  using _ = question.clock.after(PATIENCE_MS, () => late.resolve(notRendered('unreachable', 'It takes too long.')))
  const changed = [...sharing, ...untold].filter(({ application }) => named.has(applicationName(application)))
  for (const [index, other] of changed.entries()) {
    const name = applicationName(other.application)
    if (index >= MOST_ASKED) return name
    const asked = [revision, head, good].map((at) => Promise.race([digestOf(question, other, { at }), late.promise]))
    const [then, now, before] = await Promise.all(asked)
    if ([then, now, before].some((one) => one?.result === 'unknown' && one.why === 'unreachable'))
      throw new Refusal('P5', `a later commit touches the same inputs, and what ${name} renders of them could not be asked just now.`)
    if (!isSame(then, now) && (isRendered || !isSame(then, before))) return name
  }
  return undefined
}

function isSame(one: RenderedDigest | undefined, other: RenderedDigest | undefined): boolean {
  return one?.result === 'rendered' && other?.result === 'rendered' && one.digest === other.digest
}
