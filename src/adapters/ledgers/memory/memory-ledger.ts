import { KedgeError } from '../../../domain/errors.ts'
import type { HeldLedger, LedgerHead, LedgerKind, LedgerPlace, LedgerQuery, StoredDocument } from '../../../ports/ledger.ts'
import { createChainWalk } from '../chain/chain.ts'
import type { DocumentIndex } from '../chain/document-index.ts'
import { parseDocument } from '../chain/documents.ts'
import { createHandOver } from '../chain/hand-over.ts'
import { importedLinks, notEmpty } from '../chain/import.ts'
import { askedName, revertName, type NameRange } from '../chain/names.ts'
import { linkAfter, toRecord, toRow, type Row, type StoredLink } from '../chain/row.ts'
import { writeExport } from '../chain/write-export.ts'
import { createMemoryInbox } from './inbox.ts'

export interface MemoryLedger extends HeldLedger {
  /** Takes no more. What was appended can still be read. */
  close(): Promise<void>
}

interface Newest {
  first: number
  link: StoredLink
  index: DocumentIndex
  names: ReadonlySet<number>
}

/** A ledger and an inbox that are forgotten with the process: for a replay and for tests. The same chain, spelled the same way. */
export function createMemoryLedger({ clock }: { clock: { now(): number } }): MemoryLedger {
  const links: StoredLink[] = []
  let archived: LedgerHead | undefined
  const documents = createDocuments()
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
    load: async (kind, query) => newestFirst(kind, documents.candidates(kind, query.key), query),
    naming: async (name, limit) => naming(documents, name, limit),
    history: async (kind, key) => links.filter((link) => link.kind === kind && link.key === key).map(toRecord),
    async *records() {
      for (const link of links) yield toRecord(link)
    },
    async verify(take) {
      const walk = createChainWalk(archived)
      const handOver = take && createHandOver(take)
      for (const link of links) {
        const what = walk.step(link)
        if (what !== undefined) return { intact: false, sequence: walk.next(), what }
        const [newest] = documents.candidates(link.kind as LedgerKind, link.key)
        if (newest?.link === link) handOver?.(link, { first: newest.first, ...newest.index })
      }
      return { intact: true, records: walk.length(), head: walk.head(), ...(archived && { after: archived }) }
    },
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

type Documents = ReturnType<typeof createDocuments>

/** The newest document of each key. */
function createDocuments() {
  const newest = new Map<LedgerKind, Map<string, Newest>>()
  return {
    keep(link: StoredLink, { index, names }: Row): void {
      const ofKind = newest.get(link.kind as LedgerKind) ?? new Map<string, Newest>()
      newest.set(link.kind as LedgerKind, ofKind)
      const known = ofKind.get(link.key)
      ofKind.set(link.key, { first: known?.first ?? link.sequence, link, index, names: new Set([...(known?.names ?? []), ...names]) })
    },
    *candidates(kind: LedgerKind, key: string | undefined): Generator<Newest> {
      const ofKind = newest.get(kind)
      if (key === undefined) return yield* ofKind?.values() ?? []
      const one = ofKind?.get(key)
      if (one) yield one
    },
  }
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

/** See `LedgerStore.naming`. */
function naming(documents: Documents, name: string, limit: number): Awaited<ReturnType<MemoryLedger['naming']>> {
  const asked = askedName(name)
  const isIn = (names: ReadonlySet<number>, range: NameRange | undefined): boolean =>
    range !== undefined && [...names].some((one) => one >= range.from && one < range.to)
  const reverts = [...documents.candidates('revert', undefined)].filter(({ names }) => isIn(names, asked.revertCommits))
  const whole = [asked.image, ...reverts.map(({ link }) => revertName(link.key))]
  const found = [...documents.candidates('release', undefined)]
    .filter(({ names }) => isIn(names, asked.commits) || whole.some((term) => names.has(term)))
    .toSorted((a, b) => b.first - a.first)
  const releases = found.slice(0, limit).map(({ link }) => parseDocument('release', link.key, link.document))
  return { releases, complete: found.length <= limit }
}
