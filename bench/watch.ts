import type { BenchRow } from './row.ts'
import { FULL } from './sizes.ts'
import { benchListing } from './watch/listing.ts'
import { benchMemory } from './watch/memory.ts'
import { benchNotice } from './watch/notice.ts'
import { benchScore } from './watch/score.ts'
import { benchThroughput } from './watch/throughput.ts'

/** Everything that is promised of the watch, measured one after another; takes about four minutes, most of it quiet on purpose. */
export async function benchWatch(sizes = FULL.watch): Promise<BenchRow[]> {
  return [
    ...(await benchThroughput(sizes.throughput)),
    ...(await benchNotice(sizes.notice)),
    ...(await benchMemory(sizes.memory)),
    ...benchListing(sizes.listing),
    ...(await benchScore(sizes.score)),
  ]
}
