import type { CommitSha, GitCommit } from '../../../domain/application/commit.ts'
import { findBuiltUpon, type BuiltUpon, type BuiltUponOptions } from '../../../domain/application/rendered-objects.ts'
import { isUnanswered, notRendered, type RenderedDigest, type Rendering } from '../../../domain/application/rendered.ts'
import { isRenderedAlike } from '../../../domain/rollout/template.ts'
import type { Clock } from '../../../ports/clock.ts'
import { Refusal } from '../question/refusal.ts'
import { nameOf } from '../question/versions.ts'
import type { Neighbour } from './neighbour.ts'

/** Milliseconds that an Application may take to be told: where fields go back, it has to be. */
const PATIENCE_MS = 5_000
/** Later commits that are looked at for which of them it was: each costs two renderings. */
const MOST_COMMITS = 3

/** What somebody may have built upon: another Rollout, or all that an Application renders. `staying`: the later commits, oldest first. */
export interface BuiltUponQuestion<Told> {
  readonly one: Neighbour<Told>
  /** How people are told of it. */
  readonly name: string
  readonly staying: readonly GitCommit[]
}

/** Why another Rollout is not as the release left it, a clause for people; undefined where it is. @throws KedgeError */
export async function rolloutBuiltUpon(
  { one, name, staying }: BuiltUponQuestion<Rendering>,
  isRendered: boolean,
): Promise<string | undefined> {
  const [good, left, head] = await Promise.all([one.at('good'), one.at('left'), one.at('head')])
  if (isAlike(left, head) || (!isRendered && isAlike(left, good))) return undefined
  if (!isTold(left) || !isTold(head)) return mayBeBuiltUpon(name)
  // Which commit it was is a word more, and nothing that a decision waits for.
  const isLeftAt = async (commit: CommitSha): Promise<boolean | undefined> => {
    const told = await one.atCommit(commit).catch(() => undefined)
    return told && isTold(told) ? isAlike(left, told) || (left.result === 'unknown' && told.result === 'unknown') : undefined
  }
  return clauseOf(name, await makerOf(staying, isLeftAt))
}

/** That it is not there is known as well. */
const isTold = (one: Rendering): boolean => one.result === 'rendered' || one.why === 'absent'

function isAlike(one: Rendering, other: Rendering): boolean {
  return one.result === 'rendered' && other.result === 'rendered' && isRenderedAlike(one.rollout.template, other.rollout.template)
}

/**
 * The same of an Application: it may have more than Rollouts, and is told by all of it, but for values that who renders shows nobody.
 * @throws Refusal P5 where it cannot be asked just now
 */
export async function applicationBuiltUpon(
  clock: Clock,
  { one, name, staying }: BuiltUponQuestion<RenderedDigest>,
  options: BuiltUponOptions,
): Promise<string | undefined> {
  const late = Promise.withResolvers<RenderedDigest>()
  using _ = clock.after(PATIENCE_MS, () => late.resolve(notRendered('unreachable', 'It takes too long.')))
  const ask = (told: Promise<RenderedDigest>): Promise<RenderedDigest> => Promise.race([told, late.promise])
  const [good, left, head] = await Promise.all((['good', 'left', 'head'] as const).map((state) => ask(one.at(state))))
  const told = options.isRendered ? await ask(one.at('revert')) : notRendered('unpublished', '')
  // What a PR that is open makes of the Rollout may be known still, while that of the whole is forgotten: then N stands for it again.
  const isRendered = !(told.result === 'unknown' && told.why === 'unpublished')
  const revert = isRendered ? told : good
  const all = [good, left, head, revert]
  if (all.some((answer) => answer?.result === 'unknown' && isUnanswered(answer.why)))
    throw new Refusal('P5', `a later commit touches the same inputs, and what ${one.name} renders of them could not be asked just now.`)
  if (good?.result !== 'rendered' || left?.result !== 'rendered' || head?.result !== 'rendered' || revert?.result !== 'rendered')
    return mayBeBuiltUpon(name)
  const found = findBuiltUpon({ good, left, head, revert }, { ...options, isRendered })
  if (found === undefined) return undefined
  if (found === 'untold') return mayBeBuiltUpon(name)
  const isLeftAt = async (commit: CommitSha): Promise<boolean | undefined> => {
    const then = await ask(one.atCommit(commit))
    return then.result === 'rendered' && then.objects ? then.objects.get(found.id) === left.objects?.get(found.id) : undefined
  }
  return clauseOf(name, found.why === 'new' ? undefined : await makerOf(staying, isLeftAt), found)
}

/** The later commit that has changed it first, where that is known for certain: it was as the release left it right before. */
async function makerOf(
  staying: readonly GitCommit[],
  isLeftAt: (commit: CommitSha) => Promise<boolean | undefined>,
): Promise<GitCommit | undefined> {
  for (const commit of staying.slice(0, MOST_COMMITS)) {
    const [parent] = commit.parents
    const isLeft = await isLeftAt(commit.sha)
    if (isLeft === undefined) return undefined
    if (!isLeft) return parent !== undefined && (await isLeftAt(parent)) === true ? commit : undefined
  }
  return undefined
}

/** What may have been built upon, as far as anybody can tell. */
export function mayBeBuiltUpon(name: string): string {
  return `${name} would change as well, and is not known to be as the release left it`
}

function clauseOf(name: string, by: GitCommit | undefined, found?: BuiltUpon): string {
  const isNow = by === undefined ? 'is not as the release left it' : `is as ${nameOf(by)} left it, not as the release did`
  if (found === undefined) return `${name} would change as well, and ${isNow}`
  const object = `the ${found.object} of ${name}`
  if (found.why === 'new') return `${object} would become what it was neither at N nor since`
  if (found.goesBack === undefined) return `${object} would change as well, and ${isNow}`
  return `the ${found.goesBack} of ${name} would change as well, which the ${found.object} may need as it is: that ${isNow}`
}
