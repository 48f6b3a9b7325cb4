import { parsePage, type Parsed } from '../../api/filters.ts'
import { urlId } from '../../domain/words/url-id.ts'
import type { LedgerPlace } from '../../ports/ledger.ts'

/** A key as one URL-safe segment. */
export function encodeId(key: string): string {
  return urlId(key)
}

/** The key of an id; undefined for anything that `encodeId` does not write. */
export function decodeId(id: string): string | undefined {
  if (id === '' || id.length > 1_024 || !/^[\w-]+$/.test(id)) return undefined
  const key = Buffer.from(id, 'base64url').toString('utf8')
  return encodeId(key) === id ? key : undefined
}

/** A place in the ledger as one URL-safe segment. */
export function encodePlace({ since, sequence }: LedgerPlace): string {
  return encodeId(`${since}.${sequence}`)
}

/** The place; undefined for anything that `encodePlace` does not write. */
export function decodePlace(id: string): LedgerPlace | undefined {
  const [, since, sequence] = /^(-?\d{1,15})\.(\d{1,15})$/.exec(decodeId(id) ?? '') ?? []
  return since === undefined || sequence === undefined ? undefined : { since: Number(since), sequence: Number(sequence) }
}

/** Releases on one page for people. Each is a document of some kilobytes that may have to come from the disk. */
export const RELEASES_A_PAGE = 50

/** Where a page of releases of so many rows goes on, by its `continue`; no place for the first one. */
export function parsePlace(next: unknown, rows: number): Parsed<LedgerPlace | undefined> {
  const page = parsePage({ limit: String(rows), continue: next })
  if ('fault' in page) return page
  const place = page.value.continue === undefined ? undefined : decodePlace(page.value.continue)
  return page.value.continue === undefined || place ? { value: place } : { fault: 'continue is not one that a page gave' }
}

/**
 * The first `limit` of the items in order, without sorting the rest: one comparison an item for all that come too late.
 * Equal items keep their order.
 */
export function firstInOrder<T>(items: Iterable<T>, limit: number, compare: (a: T, b: T) => number): T[] {
  const first: T[] = []
  for (const item of items) {
    const last = first.length < limit ? undefined : first.at(-1)
    if (last !== undefined && compare(item, last) >= 0) continue
    first.splice(insertionPoint(first, item, compare), 0, item)
    if (first.length > limit) first.pop()
  }
  return first
}

function insertionPoint<T>(sorted: readonly T[], item: T, compare: (a: T, b: T) => number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const there = sorted[middle]
    if (there !== undefined && compare(there, item) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
