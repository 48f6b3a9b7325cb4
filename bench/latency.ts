import { benchAbortToPullRequest } from './latency/pull-request.ts'
import { benchEventToSlack } from './latency/slack.ts'
import type { BenchRow } from './row.ts'

/** How soon people can act: from what the cluster says to the open PR and to the message, with the service as a process of its own. */
export async function benchLatency(): Promise<BenchRow[]> {
  return [await benchEventToSlack(), await benchAbortToPullRequest()]
}
