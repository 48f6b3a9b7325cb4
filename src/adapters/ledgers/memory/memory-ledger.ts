import { writeFile } from 'node:fs/promises'
import { KedgeError } from '../../../domain/errors.ts'
import type { Inbox } from '../../../ports/inbox.ts'
import type { LedgerKind, LedgerPlace, LedgerQuery, LedgerStore, StoredDocument } from '../../../ports/ledger.ts'
import { createChainWalk } from '../chain/chain.ts'
import type { DocumentIndex } from '../chain/document-index.ts'
import { parseDocument } from '../chain/documents.ts'
import { exportLedger } from '../chain/export.ts'
import { createHandOver } from '../chain/hand-over.ts'
import { linkAfter, toRecord, toRow, type Row, type StoredLink } from '../chain/row.ts'
import { createMemoryInbox } from './inbox.ts'

export interface MemoryLedger extends LedgerStore, Inbox {
  /** Takes no more. What was appended can still be read. */
  close(): Promise<void>
}

interface Newest {
  first: number
  link: StoredLink
  index: DocumentIndex
}

/** A ledger and an inbox that are forgotten with the process: for a replay and for tests. The same chain, spelled the same way. */
export function createMemoryLedger({ clock }: { clock: { now(): number } }): MemoryLedger {
  const links: StoredLink[] = []
  const newest = new Map<LedgerKind, Map<string, Newest>>()
  let closed = false

  function write(row: Row, at: number): void {
    const link = linkAfter(links.at(-1), row, at)
    const documents = newest.get(row.kind) ?? new Map<string, Newest>()
    newest.set(row.kind, documents)
    documents.set(row.key, { first: documents.get(row.key)?.first ?? link.sequence, link, index: row.index })
    links.push(link)
  }

  function* candidates(kind: LedgerKind, key: string | undefined): Generator<Newest> {
    const documents = newest.get(kind)
    if (key === undefined) return yield* documents?.values() ?? []
    const one = documents?.get(key)
    if (one) yield one
  }

  async function close(): Promise<void> {
    closed = true
  }

  const ledger: MemoryLedger = {
    async append(entries) {
      if (closed) throw new KedgeError('E_LEDGER_WRITE', 'the ledger in memory is closed')
      const rows = entries.map(toRow)
      const at = Math.round(clock.now())
      for (const row of rows) write(row, at)
    },
    load: async (kind, query) => newestFirst(kind, candidates(kind, query.key), query),
    history: async (kind, key) => links.filter((link) => link.kind === kind && link.key === key).map(toRecord),
    async *records() {
      for (const link of links) yield toRecord(link)
    },
    async verify(take) {
      const walk = createChainWalk()
      const handOver = take && createHandOver(take)
      for (const link of links) {
        const what = walk.step(link)
        if (what !== undefined) return { intact: false, sequence: walk.length() + 1, what }
        const document = newest.get(link.kind as LedgerKind)?.get(link.key)
        if (document?.link === link) handOver?.(link, { first: document.first, ...document.index })
      }
      return { intact: true, records: walk.length(), head: walk.head() }
    },
    head: async () => links.at(-1) && { sequence: links.length, hash: links.at(-1)?.hash ?? '' },
    async backup(file) {
      try {
        await writeFile(file, exportLedger(ledger), { flag: 'wx', mode: 0o600 })
      } catch (cause) {
        throw new KedgeError('E_LEDGER_WRITE', `the backup ${file} cannot be written: ${String(cause)}`, { cause, retryable: false })
      }
    },
    ...createMemoryInbox(),
    close,
    [Symbol.asyncDispose]: close,
  }
  return ledger
}

function newestFirst<K extends LedgerKind>(
  kind: K,
  candidates: Iterable<Newest>,
  { open, before, limit }: LedgerQuery,
): readonly StoredDocument<K>[] {
  return [...candidates]
    .filter(({ index }) => open === undefined || index.open === Number(open))
    .map(({ first, link, index }) => ({ link, place: { since: index.since, sequence: first } }))
    .filter(({ place }) => before === undefined || comparePlaces(place, before) < 0)
    .toSorted((a, b) => comparePlaces(b.place, a.place))
    .slice(0, limit)
    .map(({ link, place }) => ({ key: link.key, document: parseDocument(kind, link.key, link.document), place }))
}

function comparePlaces(a: LedgerPlace, b: LedgerPlace): number {
  return a.since - b.since || a.sequence - b.sequence
}
