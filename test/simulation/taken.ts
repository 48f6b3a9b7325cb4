import type { Quarantine } from '../../src/domain/quarantine/quarantine.ts'
import { quarantineStanding } from '../../src/domain/quarantine/transitions.ts'
import type { Release } from '../../src/domain/release/release.ts'
import { releaseStanding } from '../../src/domain/release/transitions.ts'
import type { Revert } from '../../src/domain/revert/revert.ts'
import { revertStanding } from '../../src/domain/revert/transitions.ts'
import type { Storm } from '../../src/domain/storm/storm.ts'
import { stormStanding } from '../../src/domain/storm/transitions.ts'
import type { LedgerRecord } from '../../src/ports/ledger.ts'

/** Every row of a table, as `release: rolling -(release-failed)-> failed`. */
export function rowsOf(
  kind: 'release' | 'revert' | 'storm' | 'quarantine',
  table: Readonly<Record<string, Readonly<Record<string, { to: string }>>>>,
): readonly string[] {
  return Object.entries(table).flatMap(([from, events]) => Object.entries(events).map(([event, { to }]) => rowName(kind, from, event, to)))
}

function rowName(...[kind, from, event, to]: readonly [string, string, string, string]): string {
  return `${kind}: ${from} -(${event})-> ${to}`
}

/** The rows that a ledger's records show to have been taken, in order. One that is in no table would be among them. */
export function rowsTaken(records: Iterable<LedgerRecord>): readonly string[] {
  const releases = new Map<string, Release>()
  const reverts = new Map<string, Revert>()
  const storms = new Map<string, Storm>()
  const quarantines = new Map<string, Quarantine>()
  const taken: string[] = []
  for (const { kind, key, event, document } of records) {
    if (kind === 'release') {
      const release = document as Release
      taken.push(rowName(kind, releaseStanding(releases.get(key)), event, releaseStanding(release)))
      releases.set(key, release)
    } else if (kind === 'revert') {
      const revert = document as Revert
      taken.push(rowName(kind, revertStanding(reverts.get(key)), event, revertStanding(revert)))
      reverts.set(key, revert)
    } else if (kind === 'storm') {
      const storm = document as Storm
      taken.push(rowName(kind, stormStanding(storms.get(key)), event, stormStanding(storm)))
      storms.set(key, storm)
    } else if (kind === 'quarantine') {
      const quarantine = document as Quarantine
      taken.push(rowName(kind, quarantineStanding(quarantines.get(key)), event, quarantineStanding(quarantine)))
      quarantines.set(key, quarantine)
    }
  }
  return taken
}
