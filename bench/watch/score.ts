import { fork } from 'node:child_process'
import type { FaultScore } from '../../test/adapters/kubernetes/faults/meet.ts'
import { messageFrom } from '../child.ts'
import type { BenchRow } from '../row.ts'
import type { Sizes } from '../sizes.ts'

/** The fault suite with production's 15 s, met by Kedge's view and by client-node's informer. One row for the sum, one for each fault. */
export async function benchScore(sizes: Sizes['watch']['score']): Promise<BenchRow[]> {
  const ours = await scoresOf('ours', sizes)
  const other = await scoresOf('informer', sizes)
  const passed = (scores: readonly FaultScore[]): number => scores.filter(({ ms }) => ms !== undefined).length
  const sum: BenchRow = {
    what: 'faults of the network and the server recovered within their limit, against the informer of @kubernetes/client-node',
    ours: `${passed(ours)} of ${ours.length}`,
    other: `${passed(other)} of ${other.length}`,
    ratio: '-',
    goal: 'all',
    ok: passed(ours) === ours.length,
  }
  const rows = ours.map((score): BenchRow => {
    const same = other.find(({ name }) => name === score.name)
    return {
      what: `- ${score.name}`,
      ours: timeOf(score.ms),
      other: timeOf(same?.ms),
      ratio: score.ms === undefined || same?.ms === undefined ? '-' : `${(same.ms / score.ms).toFixed(1)}x`,
      goal: `<= ${score.limitMs / 1_000} s`,
      ok: score.ms !== undefined,
    }
  })
  return [sum, ...rows]
}

function timeOf(ms: number | undefined): string {
  return ms === undefined ? 'not in time' : `${(ms / 1_000).toFixed(2)} s`
}

async function scoresOf(subject: 'ours' | 'informer', sizes: Sizes['watch']['score']): Promise<readonly FaultScore[]> {
  const child = fork(new URL('./score-child.ts', import.meta.url), [subject, JSON.stringify(sizes)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return await messageFrom<readonly FaultScore[]>(child)
}
