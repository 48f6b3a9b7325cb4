import type { SourceFacts } from '../decision/facts.ts'
import type { Release } from '../release/release.ts'
import { asksForPr, countRollouts } from './members.ts'
import type { Storm } from './storm.ts'

/** A storm with the releases that failed in it, as the ledger has them. */
export interface StormFacts {
  readonly storm: Storm
  readonly members: readonly Release[]
  /** Keys of their reverts that have not ended. */
  readonly live: ReadonlySet<string>
}

/**
 * What one commit says of a storm: `one`, it brought every open release of which Git has told, and that is half of them at least, so that
 * it is the cause, whatever else they have in common; `several`, they came with different ones; `unknown` while Git has told of too few.
 */
export function commitsOf(members: readonly Release[]): 'one' | 'several' | 'unknown' {
  const open = members.filter(({ state }) => state !== 'ended')
  const known = open.filter(({ revision }) => revision !== null)
  const commits = new Set(known.map(({ repository, revision }) => `${repository?.toLowerCase()} ${revision}`))
  if (commits.size > 1) return 'several'
  return known.length > 1 && known.length * 2 >= open.length ? 'one' : 'unknown'
}

/** How PRs fare in a storm: each for itself, `after-one` where those wait that one commit has brought to other files, or all are held. */
export function holdOf({ storm, members }: Pick<StormFacts, 'storm' | 'members'>): 'free' | 'after-one' | 'all' {
  if (storm.state === 'released' || storm.state === 'over') return 'free'
  if (storm.cause.kind === 'commit' || commitsOf(members) === 'one') return 'after-one'
  return storm.state === 'gathering' ? 'free' : 'all'
}

/**
 * Why no PR is opened for a release of a storm, as a clause; undefined where nothing stands in its way. `source`: what Git says of it.
 */
export function whyHeld(facts: StormFacts | undefined, release: Release, source: SourceFacts | null): string | undefined {
  if (!facts) return undefined
  const { storm } = facts
  const members = facts.members.map((one) =>
    one.key === release.key && source?.revision ? { ...one, revision: source.revision.sha, repository: source.repository } : one,
  )
  const hold = holdOf({ storm, members })
  if (hold === 'free') return undefined
  const many = `${countRollouts(members)} Rollouts failed for one cause: ${storm.cause.words}`
  if (hold === 'after-one') return whyAfterOther(facts, members, { release, source, what: `${many}. ${releaseIt(storm)}` })
  if (storm.state === 'holding') return `${many}. It waits until that has passed. ${releaseIt(storm)}`
  return `${many}. That has passed, and proves nothing against this version: try it again. ${releaseIt(storm)}`
}

/** One commit has one revert at a time: what it brought to other files is taken back by another PR, once that one has ended. */
function whyAfterOther({ live }: StormFacts, members: readonly Release[], { release, source, what }: Waiting): string | undefined {
  const isFirst = ({ revertKey }: Release): boolean => revertKey !== null && revertKey !== source?.revertKey && live.has(revertKey)
  const other = members.find(isFirst)
  if (!other) return undefined
  // Another team need not learn its name.
  const name = other.namespace === release.namespace ? `${other.namespace}/${other.rollout}` : 'another Rollout'
  return `the revert for ${name}${COMES_FIRST}${what}`
}

const COMES_FIRST = ' comes first: '

/** Whether what holds a PR, as a decision's reason has it, is another revert. */
export function isAfterOther(reason: string): boolean {
  return reason.includes(COMES_FIRST)
}

interface Waiting {
  release: Release
  source: SourceFacts | null
  what: string
}

/** Whether PRs that are open already may be in the way: only where all of its open releases ask for one, each by a known commit. */
export function mayTakeBack({ storm, members }: StormFacts): boolean {
  if (storm.state !== 'holding' || storm.cause.kind === 'commit' || commitsOf(members) !== 'several') return false
  return members.every((release) => release.state === 'ended' || (asksForPr(release) && release.revision !== null))
}

/** Whether the PR of a release is in the way. Where its commit brought most of them, it is the best that there is. */
export function isTakenBack(facts: StormFacts | undefined, release: Release): boolean {
  if (!facts || !mayTakeBack(facts)) return false
  const open = facts.members.filter(({ state }) => state !== 'ended')
  const same = open.filter(({ revision, repository }) => revision === release.revision && repository === release.repository)
  return same.length * 2 <= open.length
}

/**
 * Whether one card says all that there is to say of them. Once a person has released them, or the cause has passed while some are open,
 * each is decided by itself, and told for itself.
 */
export function isToldTogether({ storm, members }: StormFacts): boolean {
  if (storm.releasedBy !== undefined) return false
  return storm.state !== 'over' || members.every(({ endedAt }) => endedAt !== null && endedAt <= (storm.endedAt ?? 0))
}

function releaseIt({ key }: Storm): string {
  return `Where the release itself is at fault: kedge storm release ${key}.`
}
