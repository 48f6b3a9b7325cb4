import { WATCH_FAULTS } from '../../test/adapters/kubernetes/faults/faults.ts'
import { meet, type FaultScore } from '../../test/adapters/kubernetes/faults/meet.ts'
import { startInformer, startOurs } from '../../test/adapters/kubernetes/faults/subjects.ts'
/** A process of its own in which one subject meets every fault: the subject may end it. Prints the scores as JSON. */
import type { Sizes } from '../sizes.ts'

const { staleAfterMs, patienceMs, atOnce, faults } = JSON.parse(process.argv[3] ?? '{}') as Sizes['watch']['score']
const start = process.argv[2] === 'informer' ? startInformer : startOurs
const rejections: string[] = []
// Without this, Node would end here: it is counted as a failure below.
process.on('unhandledRejection', (reason) => void rejections.push(reason instanceof Error ? reason.message : String(reason)))

const scores: FaultScore[] = []
const waiting = WATCH_FAULTS.slice(0, faults)
async function work(): Promise<void> {
  for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift())
    scores.push(await meet(fault, start, staleAfterMs, patienceMs))
}
await Promise.all(Array.from({ length: atOnce }, work))
const ended = rejections.some((message) => message.includes('a listener that throws'))
process.send?.(scores.map((score) => (ended && score.name === 'a listener that throws' ? { ...score, ms: undefined } : score)))
process.exit(0)
