import { createHash } from 'node:crypto'
import { createMemoryChannel } from '../../src/adapters/channels/memory/channel.ts'
import { createMemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import { DEFAULT_POLICY } from '../../src/domain/policy/policy.ts'
import type { KeptPolicy } from '../../src/domain/release/release.ts'
import { DEFAULT_COMMITS } from '../../src/domain/revert/commit-rules.ts'
import type { LedgerDocuments, LedgerEntry } from '../../src/ports/ledger.ts'
import { createJournal, type Environment, type Journal } from '../../src/reconcile/environment.ts'
import { openLedger } from '../../src/reconcile/ledger/open-ledger.ts'
import { aView } from '../http/fleet-fixture.ts'
import { rememberLog } from '../remember-log.ts'

/** When all of it happens, where nothing else is said. */
export const NOW = Date.parse('2026-12-01T12:00:00Z')

/** What a policy that opens PRs has said of telling people, once. */
export const TOLD_IN_C: KeptPolicy = { mode: 'pr', channel: 'C', mutedUntil: null }

/** One document that a ledger knows from the beginning. */
export function known<K extends 'release' | 'revert' | 'storm' | 'quarantine' | 'effect'>(
  kind: K,
  document: LedgerDocuments[K],
): LedgerEntry {
  return { kind, key: document.key, event: 'known', document } as LedgerEntry
}

/** As the service makes it: short names of long texts. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

const UNRENDERED = { result: 'unknown', why: 'unsupported', detail: '' } as const

/**
 * What the rooms work with, over a ledger in memory that knows these documents; it watches no Rollout of its cluster `east`. The clock
 * begins at `now`.
 */
export async function anEnvironment(documents: readonly LedgerEntry[] = [], fields: Partial<Environment> = {}, now = NOW) {
  const clock = createVirtualClock(now)
  const store = createMemoryLedger({ clock })
  const ledger = await openLedger(store)
  await ledger.append(documents)
  const { logger, lines } = rememberLog()
  const forges = createMemoryForges({ now: () => clock.now() })
  const view = aView('east', { rollouts: [] })
  const environment: Environment = {
    clock,
    logger,
    views: [view],
    applications: view,
    ledger,
    repositories: { open: async () => Promise.reject(new Error('no Git is asked here')) },
    renderer: { digest: async () => UNRENDERED, render: async () => UNRENDERED },
    forges,
    channel: createMemoryChannel(),
    digest,
    random: () => 0,
    policyFor: () => DEFAULT_POLICY,
    commitsFor: () => DEFAULT_COMMITS,
    limitsFor: () => [],
    allowsRepository: () => true,
    deploysTo: () => true,
    linksFor: () => [],
    ...fields,
  }
  const journal: Journal = createJournal(ledger)
  return { environment, store, ledger, journal, clock, forges, lines }
}

/** What entries are about: in a line each, without what they say. */
export function lineOf({ kind, key, event }: LedgerEntry): string {
  return kind === 'effect' ? event : `${kind} ${key}: ${event}`
}
