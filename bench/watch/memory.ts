import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { WatchedKind } from '../../src/adapters/kubernetes/tables.ts'
import { messageFrom } from '../child.ts'
import type { BenchRow } from '../row.ts'
import type { Sizes } from '../sizes.ts'
import { createObjectWriter } from './objects.ts'
import { startServerProcess } from './server-process.ts'

/** The flag that the image sets: parsed objects die young, so a large nursery only holds garbage. */
const NODE_FLAGS = ['--max-semi-space-size=4']

interface Cost {
  readyMs: number
  rssMB: number
  peakMB: number
  objects: number
}

/** Memory and readiness of a process that holds nothing but a view, for a large fleet and for very many Rollouts. */
export async function benchMemory(sizes: Sizes['watch']['memory']): Promise<BenchRow[]> {
  const fleet = await measure(sizes.fleet, sizes.busy)
  const rollouts = await measure({ Rollout: sizes.rollouts }, sizes.busy)
  const nothing = await measure({ Rollout: 0 }, sizes.busy)
  const parsedBytes = measureParsed(sizes.parsed)
  const keptBytes = ((rollouts.rssMB - nothing.rssMB) * 1_048_576) / rollouts.objects
  return [
    row('RSS with 10k Rollouts, 10k Applications, 40k ReplicaSets, 20k AnalysisRuns', fleet, nothing, { steadyMB: 300, peakMB: 450 }),
    row('RSS with 50k Rollouts', rollouts, nothing, { steadyMB: 200, peakMB: 450 }),
    {
      what: 'ready with that fleet (80k objects listed)',
      ours: `${(fleet.readyMs / 1_000).toFixed(1)} s`,
      other: '-',
      ratio: '-',
      goal: '<= 10 s',
      ok: fleet.readyMs <= 10_000,
    },
    {
      what: 'RSS a kept Rollout of 10 KB, against the parsed object as an informer keeps it (heap)',
      ours: `${(keptBytes / 1_024).toFixed(2)} KB`,
      other: `${(parsedBytes / 1_024).toFixed(1)} KB`,
      ratio: `1/${(parsedBytes / keptBytes).toFixed(0)}`,
      goal: '<= 1/10',
      ok: parsedBytes / keptBytes >= 10,
    },
  ]
}

function row(what: string, cost: Cost, nothing: Cost, goal: { steadyMB: number; peakMB: number }): BenchRow {
  return {
    what: `${what}, steady while events come in (peak)`,
    ours: `${cost.rssMB.toFixed(0)} MB (${cost.peakMB.toFixed(0)})`,
    other: `${nothing.rssMB.toFixed(0)} MB empty`,
    ratio: `+${(cost.rssMB - nothing.rssMB).toFixed(0)} MB`,
    goal: `<= ${goal.steadyMB} MB (<= ${goal.peakMB})`,
    ok: cost.rssMB <= goal.steadyMB && cost.peakMB <= goal.peakMB,
  }
}

async function measure(
  counts: Partial<Record<WatchedKind, number>>,
  { events, perSecond, restMs }: Sizes['watch']['memory']['busy'],
): Promise<Cost> {
  using server = await startServerProcess(counts)
  const child = fork(new URL('./memory-child.ts', import.meta.url), [server.url, JSON.stringify(Object.keys(counts))], {
    execArgv: NODE_FLAGS,
  })
  const { readyMs } = await messageFrom<{ readyMs: number }>(child)
  server.flood(events, perSecond)
  await new Promise((resolve) => setTimeout(resolve, (events / perSecond) * 1_000 + restMs))
  child.send('measure')
  const cost = await messageFrom<Omit<Cost, 'readyMs'>>(child)
  await once(child, 'exit')
  return { readyMs, ...cost }
}

/** Heap bytes of one parsed Rollout. */
function measureParsed(count: number): number {
  const write = createObjectWriter('Rollout')
  const before = process.memoryUsage().heapUsed
  const kept = Array.from({ length: count }, (_, index) => JSON.parse(write(index, '1')) as unknown)
  return (process.memoryUsage().heapUsed - before) / kept.length
}
