import type { LedgerKind, LedgerPlace, LedgerQuery, LedgerStore, StoredDocument } from '../../../ports/ledger.ts'
import type { DocumentIndex } from '../chain/document-index.ts'
import { parseDocument } from '../chain/documents.ts'
import { askedName, revertName, type NameRange } from '../chain/names.ts'
import type { Row, StoredLink } from '../chain/row.ts'
import { stillNeeded } from '../chain/still-needed.ts'

export interface Newest {
  /** Sequence of the key's first record. */
  first: number
  link: StoredLink
  index: DocumentIndex
  /** What any record of the key names. */
  names: ReadonlySet<number>
}

/** The newest document of each key. */
export interface MemoryDocuments extends Pick<LedgerStore, 'load' | 'naming'> {
  keep(link: StoredLink, row: Row): void
  /** What is kept of a link that is the newest of its key. */
  newestAt(link: StoredLink): Newest | undefined
  /** What is kept of a link's key. */
  newestOf(link: StoredLink): Newest | undefined
  /** All of one kind. */
  ofKind(kind: LedgerKind): readonly Newest[]
  /** @param rest the links that are left, oldest first @throws KedgeError see `LedgerStore.forget` */
  forget(until: number, rest: readonly StoredLink[]): void
}

/** See {@link MemoryDocuments}. */
export function createMemoryDocuments(): MemoryDocuments {
  const newest = new Map<LedgerKind, Map<string, Newest>>()
  const ofKind = (kind: LedgerKind): ReadonlyMap<string, Newest> => newest.get(kind) ?? new Map<string, Newest>()

  function candidates(kind: LedgerKind, key: string | undefined): readonly Newest[] {
    if (key === undefined) return [...ofKind(kind).values()]
    const one = ofKind(kind).get(key)
    return one ? [one] : []
  }

  return {
    load: async (kind, query) => newestFirst(kind, candidates(kind, query.key), query),
    async naming(name, limit) {
      const asked = askedName(name)
      const reverts = candidates('revert', undefined).filter(({ names }) => isIn(names, asked.revertCommits))
      const whole = [asked.image, ...reverts.map(({ link }) => revertName(link.key))]
      const found = candidates('release', undefined)
        .filter(({ names }) => isIn(names, asked.commits) || whole.some((term) => names.has(term)))
        .toSorted((a, b) => b.first - a.first)
      const releases = found.slice(0, limit).map(({ link }) => parseDocument('release', link.key, link.document))
      return { releases, complete: found.length <= limit }
    },
    keep(link, { index, names }) {
      const kind = link.kind as LedgerKind
      const known = ofKind(kind).get(link.key)
      const all = new Set([...(known?.names ?? []), ...names])
      newest.set(
        kind,
        (newest.get(kind) ?? new Map<string, Newest>()).set(link.key, { first: known?.first ?? link.sequence, link, index, names: all }),
      )
    },
    newestOf: (link) => ofKind(link.kind as LedgerKind).get(link.key),
    ofKind: (kind) => candidates(kind, undefined),
    newestAt(link) {
      const one = ofKind(link.kind as LedgerKind).get(link.key)
      return one?.link === link ? one : undefined
    },
    forget(until, rest) {
      for (const [kind, all] of newest) {
        const old = [...all].filter(([, { link }]) => link.sequence <= until)
        const needed = old.find(([, { index }]) => index.open === 1 || (kind !== 'release' && kind !== 'effect'))
        if (needed) throw stillNeeded({ kind, key: needed[0] })
      }
      for (const [kind, all] of newest) {
        for (const [key, one] of all) {
          if (one.link.sequence <= until) all.delete(key)
          else one.first = rest.find((link) => link.kind === kind && link.key === key)?.sequence ?? one.first
        }
      }
    },
  }
}

function isIn(names: ReadonlySet<number>, range: NameRange | undefined): boolean {
  return range !== undefined && [...names].some((one) => one >= range.from && one < range.to)
}

function newestFirst<K extends LedgerKind>(
  kind: K,
  all: readonly Newest[],
  { subject, open, before, limit }: LedgerQuery,
): readonly StoredDocument<K>[] {
  return all
    .filter(({ index }) => subject === undefined || index.subject === subject)
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
