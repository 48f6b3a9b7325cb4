import { canonicalJson } from '../../domain/canonical-json.ts'
import type { KeptQuarantine, Mark, Quarantine } from '../../domain/quarantine/quarantine.ts'
import {
  moveQuarantine,
  type QuarantineEffect,
  type QuarantineEvent,
  type QuarantineTransition,
} from '../../domain/quarantine/transitions.ts'
import type { Release } from '../../domain/release/release.ts'
import { isSameJson } from '../../domain/same-json.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { revertOf } from '../look/stands-for.ts'
import { intend } from '../outbox/intent.ts'
import { tell } from '../tell/tell.ts'
import { policyOf } from '../tell/whom.ts'
import { recordRelease, type Move } from './moves.ts'

/**
 * Something has happened to a quarantine: the only writer of them. To be called within `Journal.commit`: it reads the document as it is in
 * that moment, lets the table say what may happen to it, and returns what is to be written with it. `told`: a release whose card the caller
 * brings up to date itself.
 */
export function recordQuarantine(
  environment: Environment,
  key: string,
  event: QuarantineEvent,
  { told }: { told?: string } = {},
): Move<Quarantine> {
  const present = environment.ledger.read('quarantine', key)
  const step = moveQuarantine(present, event)
  if (!step || isSameJson(step.quarantine, present)) return { document: present, entries: [] }
  const follows = step.effects.flatMap((effect) => entriesOf(environment, effect, { step, present, told }))
  const entry = { kind: 'quarantine', key, event: event.type, document: step.quarantine } as const
  return { document: step.quarantine, entries: [entry, ...follows] }
}

interface Following {
  step: QuarantineTransition
  present: Quarantine | undefined
  told: string | undefined
}

function entriesOf(environment: Environment, effect: QuarantineEffect, { step, present, told }: Following): readonly LedgerEntry[] {
  const { quarantine } = step
  if (effect === 'mark-commits') return intendMarks(environment, quarantine, marksToSay(step, present))
  const release = environment.ledger.read('release', quarantine.release)
  return !release || release.key === told ? [] : tellRelease(environment, release, quarantine)
}

/** While it stands, what is new; when that changes, all that it has said. */
function marksToSay({ event, quarantine }: QuarantineTransition, present: Quarantine | undefined): readonly Mark[] {
  if (event.type !== 'quarantine-marked') return quarantine.marks.filter(({ brings }) => brings)
  const known = new Set(present?.marks.map((mark) => canonicalJson(mark)))
  return quarantine.marks.filter((mark) => !known.has(canonicalJson(mark)))
}

/** Who only observes says nothing outside. */
function intendMarks(environment: Environment, quarantine: Quarantine, marks: readonly Mark[]): readonly LedgerEntry[] {
  const { key, release: releaseKey, repoURL } = quarantine
  const release = environment.ledger.read('release', releaseKey)
  if (repoURL === null || !environment.allowsRepository(repoURL)) return []
  if (release && policyOf(environment, release).mode === 'observe') return []
  const now = environment.clock.now()
  return marks.map(({ commit }) =>
    intend(`mark-commit|${key}|${commit}|${now}`, { type: 'mark-commit', releaseKey, quarantineKey: key, commit }, now),
  )
}

/** The card of a release that is not over says how long its version is in quarantine, or no more that it is. */
function tellRelease(environment: Environment, release: Release, quarantine: Quarantine): readonly LedgerEntry[] {
  if (release.state === 'ended' || release.quarantine === undefined) return []
  const { document, entries } = recordRelease(environment, release.key, {
    type: 'release-updated',
    facts: { quarantine: keptOf(quarantine) },
  })
  if (!document || entries.length === 0) return entries
  return [...entries, ...tell(environment, document, revertOf(environment, document), policyOf(environment, document))]
}

/** What a release says of its quarantine; undefined once that is over. */
export function keptOf({ key, until, state }: Quarantine): KeptQuarantine | undefined {
  return state === 'standing' ? { key, until } : undefined
}
