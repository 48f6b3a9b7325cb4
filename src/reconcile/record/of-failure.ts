import { eventOfFailure, failedVersionOf } from '../../domain/quarantine/failed.ts'
import type { KeptQuarantine } from '../../domain/quarantine/quarantine.ts'
import type { Release } from '../../domain/release/release.ts'
import { holdOf } from '../../domain/storm/hold.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Case } from '../decide/case.ts'
import type { Environment } from '../environment.ts'
import { stormOf } from '../storm/storm-of.ts'
import { keptOf, recordQuarantine } from './record-quarantine.ts'

/** What a failed release means for the quarantine of its version. */
export interface OfFailure {
  readonly entries: readonly LedgerEntry[]
  /** What the release says of it from then on. */
  readonly facts: Partial<Pick<Release, 'quarantine'>>
}

/**
 * Keeps the version of a failed release out, or clears it where so many failed for one cause that the cause is hardly the version. To be
 * called within `Journal.commit`, by whoever writes the release and its card then.
 */
export function quarantineOfFailure(environment: Environment, { policy, findings }: Case, release: Release): OfFailure {
  const { ledger, clock, digest } = environment
  const storm = stormOf(environment, release)
  const held = storm && holdOf(storm) === 'all' ? storm.storm.cause.words : undefined
  if (held !== undefined) return cleared(environment, release)
  const failed = failedVersionOf(release, { policy, held, source: findings.source, now: clock.now(), digest })
  if (!failed) return { entries: [], facts: {} }
  const known = ledger.read('quarantine', failed.key)
  const event = eventOfFailure(known, failed)
  const { document, entries } = event
    ? recordQuarantine(environment, failed.key, event, { told: release.key })
    : { document: known, entries: [] }
  return { entries, facts: factsOf(release, document && keptOf(document)) }
}

function cleared(environment: Environment, release: Release): OfFailure {
  const known = release.quarantine && environment.ledger.read('quarantine', release.quarantine.key)
  if (!known) return { entries: [], facts: {} }
  const event = { type: 'quarantine-cleared', at: environment.clock.now() } as const
  const { entries } = recordQuarantine(environment, known.key, event, { told: release.key })
  return { entries, facts: factsOf(release, undefined) }
}

function factsOf(release: Release, quarantine: KeptQuarantine | undefined): OfFailure['facts'] {
  return release.quarantine === undefined && quarantine === undefined ? {} : { quarantine }
}
