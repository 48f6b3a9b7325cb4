import { revertPulls } from '../../src/demo/sights.ts'
import {
  branches,
  holds,
  newestRelease,
  openHarbour,
  remembersN,
  serveHealthy,
  type Harbour,
  type ServeProcess,
} from '../../test/e2e/harbour.ts'
import type { BenchRow } from '../row.ts'
import type { Sizes } from '../sizes.ts'
import { percentile } from './percentile.ts'

const GOAL_MS = 2_000
const SETTLE_MS = 1_000
const LOOK_MS = 4

/**
 * From the write that makes an abort visible in the API to the PR that the forge has open, over and over in one repository, each time after
 * the revert before was merged. The settle delay of a second is in it.
 */
export async function benchAbortToPullRequest({ aborts }: Sizes['latency']['pullRequest']): Promise<BenchRow> {
  await using harbour = await openHarbour({ pace: 0.05, pollMs: 50 }, 'limits: { openedPerHour: 1000 }\n')
  harbour.world.scriptMetric((image) => (image.endsWith(':v1.7.3') ? 0.99 : 0.5))
  const service = await serveHealthy(harbour)
  const taken: number[] = []
  for (let round = 1; round <= aborts; round++) {
    if (round > 1) await remembersN(harbour)
    taken.push(await measureRound(harbour, service, round))
  }
  await service.end()
  const p95 = percentile(taken, 0.95)
  return {
    what: `abort visible to PR open at a local forge, p95 of ${aborts} / the settle delay in it`,
    ours: `${(p95 / 1_000).toFixed(2)} s (median ${(percentile(taken, 0.5) / 1_000).toFixed(2)} s)`,
    other: `${(SETTLE_MS / 1_000).toFixed(2)} s`,
    ratio: `${(p95 / SETTLE_MS).toFixed(2)}x`,
    goal: `<= ${GOAL_MS / 1_000} s`,
    ok: p95 <= GOAL_MS,
  }
}

async function measureRound(harbour: Harbour, service: ServeProcess, round: number): Promise<number> {
  const { world } = harbour
  const abort = watchAbort(harbour)
  await world.commitImage(`v1.8.${round}`, 'alice')
  const abortedAt = await abort
  while (revertPulls(world).length < round) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  const elapsed = performance.now() - abortedAt
  const pull = revertPulls(world)[round - 1]
  if (!pull) throw new Error(`round ${round} opened no PR`)
  // Not before Kedge knows its own PR: the next round begins from rest.
  await holds('the PR is known', async () => (await newestRelease(service))?.revert?.pullRequest?.number === pull.number)
  await world.mergePullRequest(pull.number, 'bob')
  await holds(
    'N is back',
    async () => (await newestRelease(service))?.release.outcome === 'restored' && (await branches(harbour)).length === 0,
  )
  return elapsed
}

/** Resolves with the time of the first write that shows the next abort. */
function watchAbort({ world }: Harbour): Promise<number> {
  return new Promise((resolve) => {
    const stop = world.kubernetes.store.subscribe(({ object, previous }) => {
      if (object.kind !== 'Rollout' || !isAborted(object.status) || isAborted(previous?.status)) return
      stop()
      resolve(performance.now())
    })
  })
}

function isAborted(status: unknown): boolean {
  return typeof status === 'object' && status !== null && 'abortedAt' in status && 'phase' in status && status.phase === 'Degraded'
}
