import { KedgeError } from '../../../domain/errors.ts'
import type { HeldLedger } from '../../../ports/held-ledger.ts'
import type { LedgerHead, LedgerVerdict, TakeNewest } from '../../../ports/ledger.ts'
import { createChainWalk } from '../chain/chain.ts'
import { createHandOver } from '../chain/hand-over.ts'
import { importedLinks, notEmpty } from '../chain/import.ts'
import { linkAfter, toRecord, toRow, type Row, type StoredLink } from '../chain/row.ts'
import { writeExport } from '../chain/write-export.ts'
import { createMemoryCheckpoint } from './checkpoint.ts'
import { createMemoryDocuments, type MemoryDocuments } from './documents.ts'
import { createMemoryInbox } from './inbox.ts'

export interface MemoryLedger extends HeldLedger {
  /** Takes no more. What was appended can still be read. */
  close(): Promise<void>
}

/** A ledger and an inbox that are forgotten with the process: for a replay and for tests. The same chain, spelled the same way. */
export function createMemoryLedger({ clock }: { clock: { now(): number } }): MemoryLedger {
  const links: StoredLink[] = []
  let archived: LedgerHead | undefined
  const documents = createMemoryDocuments()
  const checkpoint = createMemoryCheckpoint(() => ({ links, documents, archived }))
  let closed = false

  function keep(link: StoredLink, row: Row): void {
    documents.keep(link, row)
    links.push(link)
  }

  async function close(): Promise<void> {
    closed = true
  }

  const ledger: MemoryLedger = {
    async append(entries) {
      if (closed) throw new KedgeError('E_LEDGER_WRITE', 'the ledger in memory is closed')
      const rows = entries.map(toRow)
      const at = Math.round(clock.now())
      for (const row of rows) keep(linkAfter(links.at(-1), row, at), row)
    },
    async importChain(chain) {
      if (links.length > 0) throw notEmpty('the ledger in memory', links.length)
      const taken = await Array.fromAsync(importedLinks(chain))
      archived = chain.after
      for (const { link, row } of taken) keep(link, row)
    },
    archived: async () => archived,
    async forget(last) {
      const rest = links.filter(({ sequence }) => sequence > last.sequence)
      documents.forget(last.sequence, rest)
      links.splice(0, links.length, ...rest)
      archived = last
      await checkpoint.dropCheckpoint()
    },
    load: documents.load,
    naming: documents.naming,
    history: async (kind, key) => links.filter((link) => link.kind === kind && link.key === key).map(toRecord),
    async newest({ before = Infinity, limit }) {
      const earlier = links.filter(({ sequence }) => sequence < before)
      return earlier.slice(-Math.trunc(limit)).toReversed().map(toRecord)
    },
    async *records() {
      for (const link of links) yield toRecord(link)
    },
    verify: async (take) => walkLinks(links, { archived, documents, take }),
    ...checkpoint,
    async head() {
      const last = links.at(-1)
      return last && { sequence: last.sequence, hash: last.hash }
    },
    lost: new Promise(() => undefined),
    assertMayAct: () => undefined,
    backup: (file) => writeExport(ledger, file),
    ...createMemoryInbox(),
    close,
    [Symbol.asyncDispose]: close,
  }
  return ledger
}

interface Walk {
  archived: LedgerHead | undefined
  documents: MemoryDocuments
  take: TakeNewest | undefined
}

function walkLinks(links: readonly StoredLink[], { archived, documents, take }: Walk): LedgerVerdict {
  const walk = createChainWalk(archived)
  const handOver = take && createHandOver(take)
  for (const link of links) {
    const what = walk.step(link)
    if (what !== undefined) return { intact: false, sequence: walk.next(), what }
    const newest = documents.newestAt(link)
    if (newest) handOver?.(link, { first: newest.first, ...newest.index })
  }
  return { intact: true, records: walk.length(), head: walk.head(), ...(archived && { after: archived }) }
}
