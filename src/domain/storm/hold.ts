import type { SourceFacts } from '../decision/facts.ts'
import type { Release } from '../release/release.ts'
import { countRollouts } from './members.ts'
import type { Storm } from './storm.ts'

/** A storm with the releases that failed in it, as the ledger has them. */
export interface StormFacts {
  readonly storm: Storm
  readonly members: readonly Release[]
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
export function holdOf({ storm, members }: StormFacts): 'free' | 'after-one' | 'all' {
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
  if (hold === 'after-one') return whyAfterOther(members, source, `${many}. ${releaseIt(storm)}`)
  if (storm.state === 'holding') return `${many}. It waits until that has passed. ${releaseIt(storm)}`
  return `${many}. That has passed, and proves nothing against this version: try it again. ${releaseIt(storm)}`
}

/** One commit has one revert. What it brought to other files is taken back by another PR, and only a person may want that many. */
function whyAfterOther(members: readonly Release[], source: SourceFacts | null, what: string): string | undefined {
  const other = members.find(({ revertKey }) => revertKey !== null && revertKey !== source?.revertKey)
  return other === undefined ? undefined : `the revert for ${other.namespace}/${other.rollout} comes first: ${what}`
}

/** Whether a PR that is open already is in the way: only where it is known that several commits failed for one cause. */
export function isTakenBack(facts: StormFacts | undefined): boolean {
  if (!facts || facts.storm.state !== 'holding') return false
  return facts.storm.cause.kind !== 'commit' && commitsOf(facts.members) === 'several'
}

function releaseIt({ key }: Storm): string {
  return `Where the release itself is at fault: kedge storm release ${key}.`
}
