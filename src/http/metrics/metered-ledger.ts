import { Counter, Histogram, type Registry } from 'prom-client'
import type { Effect } from '../../domain/effect.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ledger, LedgerEntry } from '../../ports/ledger.ts'
import { createDoraCounters, type DoraCounters } from './dora-counters.ts'

/** Counters that move when the ledger does. */
export interface Tally {
  writes: Counter<'kind'>
  writeFailures: Counter
  released: Counter<'outcome' | 'cause'>
  pullRequests: Counter<'outcome'>
  untilNotice: Histogram
  untilPullRequest: Histogram
  dora: DoraCounters
}

const SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800]

/** The counters of ledger writes, registered. */
export function createTally(registers: Registry[]): Tally {
  return {
    writes: new Counter({
      name: 'kedge_ledger_records_total',
      help: 'Records written to the ledger, by kind.',
      labelNames: ['kind'],
      registers,
    }),
    writeFailures: new Counter({
      name: 'kedge_ledger_write_failures_total',
      help: 'Writes that the ledger refused or could not make durable, and each minute for which one has waited to be.',
      registers,
    }),
    released: new Counter({
      name: 'kedge_releases_total',
      help: 'Releases that ended, by outcome and cause.',
      labelNames: ['outcome', 'cause'],
      registers,
    }),
    pullRequests: new Counter({
      name: 'kedge_pull_requests_total',
      help: 'Revert pull requests, by what became of them; opened is one of it, and found, of which the ledger did not know.',
      labelNames: ['outcome'],
      registers,
    }),
    untilNotice: new Histogram({
      name: 'kedge_abort_to_notice_seconds',
      help: 'From the first sight of a failure to the first card that was delivered for it.',
      buckets: SECONDS,
      registers,
    }),
    untilPullRequest: new Histogram({
      name: 'kedge_abort_to_pull_request_seconds',
      help: 'From the first sight of a failure to the open pull request.',
      buckets: SECONDS,
      registers,
    }),
    dora: createDoraCounters(registers),
  }
}

/** A server may leave it open for as long as it is not well whether something was kept: whoever waits for that has to be told, too. */
const WAITS_TOO_LONG_MS = 60_000

/** The same ledger; what is appended is counted once it is durable. */
export function meterLedger(ledger: Ledger, clock: Clock, tally: Tally): Ledger {
  return {
    ...ledger,
    async append(entries) {
      // What a document was before tells a change from a repetition, so it must be read before the write.
      const changes = entries.map((entry) => changeOf(entry, ledger))
      const moves = entries.flatMap((entry) =>
        entry.kind === 'release' ? [[entry.document, ledger.read('release', entry.key)] as const] : [],
      )
      using _waiting = eachMinute(clock, () => tally.writeFailures.inc())
      try {
        await ledger.append(entries)
      } catch (error) {
        if (!isLeftToOthers(error)) tally.writeFailures.inc()
        throw error
      }
      for (const { kind } of entries) tally.writes.inc({ kind })
      for (const change of changes) count(change, ledger, clock, tally)
      for (const [release, before] of moves) tally.dora.moved(release, before, revertOf(release, ledger))
    },
  }
}

function eachMinute(clock: Clock, call: () => void): Disposable {
  const plan = (): Disposable =>
    clock.after(WAITS_TOO_LONG_MS, () => {
      call()
      timer = plan()
    })
  let timer = plan()
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() }
}

function revertOf({ revertKey }: Release, ledger: Ledger): Revert | null {
  return (revertKey === null ? undefined : ledger.read('revert', revertKey)) ?? null
}

/** Another process has come first, or leads by now: the ledger is well. */
function isLeftToOthers(fault: unknown): boolean {
  return fault instanceof KedgeError && (fault.code === 'E_LEDGER_BEHIND' || fault.code === 'E_LEDGER_FENCED')
}

type Change =
  | { what: 'release-ended'; release: Release }
  | { what: 'pull-request'; outcome: string; revert: Revert }
  | { what: 'pull-request-found' }
  | { what: 'card-delivered'; releaseKey: string }
  | { what: 'nothing' }

function changeOf(entry: LedgerEntry, ledger: Ledger): Change {
  if (entry.kind === 'release') return releaseChange(entry.document, ledger.read('release', entry.key))
  if (entry.kind === 'revert') return revertChange(entry.document, ledger.read('revert', entry.key))
  if (entry.kind === 'effect') return effectChange(entry.document, ledger)
  return { what: 'nothing' }
}

function releaseChange(release: Release, before: Release | undefined): Change {
  return release.state === 'ended' && before?.state !== 'ended' ? { what: 'release-ended', release } : { what: 'nothing' }
}

function revertChange(revert: Revert, before: Revert | undefined): Change {
  if (revert.openedAt !== null && (before?.openedAt ?? null) === null) return { what: 'pull-request', outcome: 'opened', revert }
  if (revert.outcome !== null && (before?.outcome ?? null) === null) return { what: 'pull-request', outcome: revert.outcome, revert }
  return { what: 'nothing' }
}

/**
 * Only the first card of a release that got through says how fast people were told; later ones bring it up to date. Its document is there
 * since the card was asked for, and has an address since it was delivered; where a channel gives none, the first says nothing in a thread.
 */
function effectChange({ action, state, receipt }: Effect, ledger: Ledger): Change {
  if (action.type === 'open-revert' && state === 'done' && receipt?.['found'] !== undefined) return { what: 'pull-request-found' }
  if (action.type !== 'publish-card' || action.also || state !== 'done') return { what: 'nothing' }
  const card = ledger.read('card', action.releaseKey)
  const isKnown = [card, ...(card?.elsewhere ?? [])].some((place) => place?.ref)
  const isFirst = receipt?.['timestamp'] ? !isKnown : action.thread === undefined
  return isFirst ? { what: 'card-delivered', releaseKey: action.releaseKey } : { what: 'nothing' }
}

function count(change: Change, ledger: Ledger, clock: Clock, tally: Tally): void {
  if (change.what === 'release-ended') {
    tally.released.inc({ outcome: change.release.outcome, cause: change.release.cause ?? 'none' })
  } else if (change.what === 'pull-request') {
    tally.pullRequests.inc({ outcome: change.outcome })
    if (change.outcome === 'opened')
      observe(tally.untilPullRequest, firstSeen(ledger, change.revert.releases[0]), change.revert.openedAt ?? clock.now())
  } else if (change.what === 'pull-request-found') {
    tally.pullRequests.inc({ outcome: 'found' })
  } else if (change.what === 'card-delivered') {
    observe(tally.untilNotice, firstSeen(ledger, change.releaseKey), clock.now())
  }
}

/** By Kedge's own clock: the controller's abort time is whole seconds of another machine's. */
function firstSeen(ledger: Ledger, releaseKey: string | undefined): number | undefined {
  return releaseKey === undefined ? undefined : ledger.read('release', releaseKey)?.attempts.at(-1)?.seenAt
}

function observe(histogram: Histogram, from: number | undefined, to: number): void {
  if (from !== undefined) histogram.observe(Math.max(0, to - from) / 1_000)
}
