import { benchEventToChannels } from './latency/channels.ts'
import { benchAbortToPullRequest } from './latency/pull-request.ts'
import type { BenchRow } from './row.ts'
import { FULL } from './sizes.ts'

/** How soon people can act: from what the cluster says to the open PR and to the messages, with the service as a process of its own. */
export async function benchLatency(sizes = FULL.latency): Promise<BenchRow[]> {
  return [...(await benchEventToChannels(sizes.channels)), await benchAbortToPullRequest(sizes.pullRequest)]
}
