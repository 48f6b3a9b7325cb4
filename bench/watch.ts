import type { BenchRow } from './row.ts'
import { benchListing } from './watch/listing.ts'
import { benchMemory } from './watch/memory.ts'
import { benchNotice } from './watch/notice.ts'
import { benchScore } from './watch/score.ts'
import { benchThroughput } from './watch/throughput.ts'

/** Everything that is promised of the watch, measured one after another; takes about four minutes, most of it quiet on purpose. */
export async function benchWatch(): Promise<BenchRow[]> {
  return [...(await benchThroughput()), ...(await benchNotice()), ...(await benchMemory()), ...benchListing(), ...(await benchScore())]
}
