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
 * What one commit says of a storm: `one`, it brought every release that is open, so that it is the cause, whatever else they have in
 * common; `several`, they came with different ones; `unknown` while Git has not told it of all.
 */
export function commitsOf(members: readonly Release[]): 'one' | 'several' | 'unknown' {
  const open = members.filter(({ state }) => state !== 'ended')
  const known = open.filter(({ revision }) => revision !== null)
  const commits = new Set(known.map(({ repository, revision }) => `${repository?.toLowerCase()} ${revision}`))
  if (commits.size > 1) return 'several'
  return known.length === open.length && open.length > 1 ? 'one' : 'unknown'
}

/**
 * Why no PR is opened for a release of a storm, as a sentence; undefined where nothing stands in its way. `source`: what Git says of it.
 */
export function whyHeld(facts: StormFacts | undefined, release: Release, source: SourceFacts | null): string | undefined {
  if (!facts || facts.storm.state === 'released' || facts.storm.state === 'over') return undefined
  const { storm } = facts
  const members = facts.members.map((one) =>
    one.key === release.key && source?.revision ? { ...one, revision: source.revision.sha, repository: source.repository } : one,
  )
  const many = `${countRollouts(members)} Rollouts failed for one cause: ${storm.cause.words}`
  if (storm.cause.kind === 'commit' || commitsOf(members) === 'one') return whyAfterOther(members, source, `${many}. ${releaseIt(storm)}`)
  if (storm.state === 'gathering') return undefined
  if (storm.state === 'holding') return `held, because ${many}. It waits until that has passed. ${releaseIt(storm)}`
  return `held, because ${many}. That has passed, and proves nothing against this version: try it again. ${releaseIt(storm)}`
}

/** One commit has one revert. What it brought to other files is taken back by another PR, and only a person may want that many. */
function whyAfterOther(members: readonly Release[], source: SourceFacts | null, what: string): string | undefined {
  const other = members.find(({ revertKey }) => revertKey !== null && revertKey !== source?.revertKey)
  return other === undefined ? undefined : `held, because the revert for ${other.namespace}/${other.rollout} comes first: ${what}`
}

/** Whether a PR that is open already is in the way: only where it is known that several commits failed for one cause. */
export function isTakenBack(facts: StormFacts | undefined): boolean {
  if (!facts || facts.storm.state !== 'holding') return false
  return facts.storm.cause.kind !== 'commit' && commitsOf(facts.members) === 'several'
}

function releaseIt({ key }: Storm): string {
  return `Where the release itself is at fault: kedge storm release ${key}.`
}
