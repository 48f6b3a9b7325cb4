import type { Policy } from '../../domain/policy/policy.ts'
import type { Release } from '../../domain/release/release.ts'
import { causesOf } from '../../domain/storm/cause.ts'
import { beginsAt, countAsking, countRollouts, failedAt, isWithin } from '../../domain/storm/members.ts'
import type { Storm, StormCause } from '../../domain/storm/storm.ts'
import { moveStorm, type StormEvent } from '../../domain/storm/transitions.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'

// The only writers of storms. All are to be called within `Journal.commit`.

/** More open releases than this are never walked for one that fails. */
const MOST_OPEN = 10_000

/** What a failed release is gathered into, and what is to be written for it besides the release. */
export interface Gathered {
  storm: string | undefined
  /** Keys of those that it begins with: until now each was told for itself. */
  others: readonly string[]
  entries: readonly LedgerEntry[]
}

const ALONE: Gathered = { storm: undefined, others: [], entries: [] }

/** Something has happened to a storm. What the table does not allow writes nothing. */
export function recordStorm({ ledger }: Pick<Environment, 'ledger'>, key: string, event: StormEvent): readonly LedgerEntry[] {
  const storm = moveStorm(ledger.read('storm', key), event)
  return storm ? [{ kind: 'storm', key, event: event.type, document: storm }] : []
}

/**
 * Finds those that failed within minutes for the same cause: a storm that is under way, or others that are told for themselves so far, with
 * which one begins. `release`: as it is about to be written, failed and in no storm. `former`: the storm that its attempt before was in,
 * where it still belongs however late it fails again.
 */
export function gather(environment: Environment, release: Release, policy: Policy, former?: string): Gathered {
  if (release.state !== 'failed' || !policy.inStorms) return ALONE
  const causes = causesOf(release)
  const open = causes.length > 0 ? environment.ledger.releases({ open: true, limit: MOST_OPEN }) : []
  for (const cause of causes) {
    const failure = { release, cause, policy, former }
    const gathered = join(environment, failure) ?? begin(environment, failure, open)
    if (gathered) return gathered
  }
  return ALONE
}

interface Failure {
  release: Release
  cause: StormCause
  policy: Policy
  former: string | undefined
}

/** What a person has released, or what has passed, gathers nobody any more. */
function join(environment: Environment, { release, cause, policy, former }: Failure): Gathered | undefined {
  const { ledger } = environment
  for (const storm of ledger.storms({ open: true })) {
    if (storm.cause.key !== cause.key || (storm.state !== 'gathering' && storm.state !== 'holding')) continue
    const members = ledger.releasesOfStorm(storm.key).filter(({ key }) => key !== release.key)
    if (storm.key !== former && !isWithin(failedAt(release), members.map(failedAt), policy.storms)) continue
    return { storm: storm.key, others: [], entries: heldAt(environment, storm, [...members, release], policy) }
  }
  return undefined
}

function begin(environment: Environment, { release, cause, policy }: Failure, open: readonly Release[]): Gathered | undefined {
  const { ledger, clock, digest } = environment
  const others = open
    .filter((one) => isFree(one, release) && isWithin(failedAt(release), [failedAt(one)], policy.storms))
    .filter((one) => causesOf(one).some(({ key }) => key === cause.key))
  const all = [...others, release]
  if (others.length === 0 || countRollouts(all) < beginsAt(cause.kind, policy.storms)) return undefined
  const key = digest(`${cause.key}\n${all.map((one) => one.attempts.at(-1)?.key).join('\n')}`).slice(0, 12)
  const storm = moveStorm(ledger.read('storm', key), { type: 'storm-begun', storm: { key, cause }, at: clock.now() })
  if (!storm) return undefined
  return {
    storm: key,
    others: others.map((one) => one.key),
    entries: [{ kind: 'storm', key, event: 'storm-begun', document: storm }, ...heldAt(environment, storm, all, policy)],
  }
}

/** Failed, told for itself so far, and allowed to be told with others. */
function isFree(one: Release, release: Release): boolean {
  return one.key !== release.key && one.state === 'failed' && one.storm === undefined && one.policy?.inStorms !== false
}

/** Once there are so many whose PRs would have to be opened, they wait. */
function heldAt({ ledger, clock }: Environment, storm: Storm, members: readonly Release[], policy: Policy): readonly LedgerEntry[] {
  if (countAsking(members, clock.now()) < policy.storms.holdFrom) return []
  const held = moveStorm(ledger.read('storm', storm.key) ?? storm, { type: 'storm-held' })
  return held ? [{ kind: 'storm', key: storm.key, event: 'storm-held', document: held }] : []
}
