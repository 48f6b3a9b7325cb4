import { RELEASES_OF_EACH } from '../../ports/ledger-checkpoint.ts'
import type { Ledger, LedgerEntry, LedgerHead, NewestDocument, TakeNewest } from '../../ports/ledger.ts'

/** What a card is of, and has its key from. */
const OF_CARD = 'release'

/** Kinds of which memory has not every document. */
const FORGOTTEN: ReadonlySet<string> = new Set(['release', 'effect', 'card'])

type Touched = Pick<LedgerEntry, 'kind' | 'key'>

/** What a walk of the whole chain has found, and a memory that was filled by index does not know. */
export interface Misses {
  /** A walk begins; what one before it has found is forgotten, and what was touched is not: that may be under way. @returns who takes */
  begin(): TakeNewest
  /** To be told before it changes in memory: it may be there no more. */
  touch(entry: Touched): void
  /** The first one. */
  first(): { what: string; sequence: number } | undefined
}

/**
 * Holds a memory against the chain: an index that has lost an entry hides a document from whoever looks by it, and from nobody who walks.
 * Of a Rollout with as many releases in memory as are kept, ended ones are not missed; nor are releases, effects and cards that were made
 * anew before the walk met them: they may have been forgotten.
 * @param reads the memory, as it is at any moment
 * @param head the record up to which it was filled: what has changed since was handed over
 */
export function createMisses(reads: Omit<Ledger, 'append'>, head: LedgerHead | undefined): Misses {
  const touched = new Set<string>()
  const anew = new Set<string>()
  const filledTo = head?.sequence ?? 0
  let first: { what: string; sequence: number } | undefined

  function isDue(newest: NewestDocument): boolean {
    if (newest.kind === 'card') {
      return reads.read('release', newest.key) !== undefined && !touched.has(nameOf({ ...newest, kind: OF_CARD }))
    }
    if (newest.kind !== 'release' || newest.document.state !== 'ended') return true
    const { cluster, namespace, rollout: name } = newest.document
    return reads.releasesOf({ cluster, namespace, name }).length < RELEASES_OF_EACH
  }

  function look(newest: NewestDocument, record: number): void {
    const { kind, key, place } = newest
    if (!first && anew.has(nameOf(newest)) && place.sequence <= filledTo) first = hidden(newest, place.sequence)
    if (first || record > filledTo || touched.has(nameOf(newest))) return
    if (reads.read(kind, key) === undefined && isDue(newest)) first = hidden(newest, record)
  }

  return {
    begin() {
      first = undefined
      return look
    },
    touch(entry) {
      // What is never forgotten and is not there is new, or was hidden.
      if (!FORGOTTEN.has(entry.kind) && reads.read(entry.kind, entry.key) === undefined) anew.add(nameOf(entry))
      touched.add(nameOf(entry))
    },
    first: () => first,
  }
}

const hidden = ({ kind, key }: Touched, sequence: number) => ({ what: `the index hides ${kind} ${key}`, sequence })

const nameOf = ({ kind, key }: Touched): string => `${kind} ${key}`
