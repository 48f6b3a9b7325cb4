import type { ReleaseFilter } from '../../api/filters.ts'
import type { DoraAnswer } from '../../api/report/dora.ts'
import { createDoraTally } from '../../domain/report/dora.ts'
import type { ReadOptions } from '../request/options.ts'
import { decodePlace } from '../request/paging.ts'
import { findReleases } from './release-list.ts'

/** Releases that are read for one answer, the newest, and at once. */
const MOST_READ = 20_000
const PAGE = 500
/** A page asks again every two seconds, and a period does not change as fast. */
const KEPT_MS = 30_000
const MOST_KEPT = 50

/**
 * Answers how a period went; the same question within half a minute is answered from memory, and read for once.
 * @param most releases that are read for one answer, the newest
 */
export function createDoraReader(
  options: Pick<ReadOptions, 'ledger' | 'store' | 'clock'>,
  most = MOST_READ,
): (filter: ReleaseFilter) => Promise<DoraAnswer> {
  const kept = new Map<string, { at: number; answer: Promise<DoraAnswer> }>()
  /** One is read after the other: each walks through much of the ledger. */
  let last: Promise<unknown> = Promise.resolve()
  return (filter) => {
    const key = JSON.stringify(Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const now = options.clock.elapsed()
    const known = kept.get(key)
    if (known && now - known.at < KEPT_MS) return known.answer
    const answer = last.then(() => readDora(options, filter, most))
    last = answer.catch(() => undefined)
    kept.delete(key)
    kept.set(key, { at: now, answer })
    answer.catch(() => kept.delete(key))
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break
      kept.delete(oldest)
    }
    return answer
  }
}

async function readDora(
  { ledger, store, clock }: Pick<ReadOptions, 'ledger' | 'store' | 'clock'>,
  filter: ReleaseFilter,
  most: number,
): Promise<DoraAnswer> {
  const tally = createDoraTally()
  let [read, looked] = [0, 0]
  let next: string | null = ''
  // Where few of many match, it is the others that cost.
  while (next !== null && looked < most) {
    const before: ReturnType<typeof decodePlace> = next === '' ? undefined : decodePlace(next)
    const page = await findReleases(store, { ...filter, limit: Math.min(PAGE, most - looked), before })
    for (const release of page.releases) {
      const revert = release.revertKey === null ? undefined : ledger.read('revert', release.revertKey)
      tally.add(release, revert ?? null)
    }
    read += page.releases.length
    looked += page.looked
    next = page.next
  }
  const complete = next === null
  // Of a period that was read in part, the days before are nobody's: it begins with the oldest that was read.
  const asked = complete ? filter : { to: filter.to }
  return { ...tally.sum(asked, clock.now()), read, complete, madeAt: clock.now() }
}
