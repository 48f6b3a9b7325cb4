import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askRegularly, spellAnswers, type Answers } from './ask.ts'
import { startServing } from './serving.ts'

const ASKED_A_SECOND = 10
/** A kubelet kills what does not answer for three times this. */
const GOAL_MS = 2_000

/**
 * Starts `kedge serve` on a ledger and asks it for `/healthz` until it serves, from its first answer on.
 * @param place the file, or the URL @returns what is printed, and whether all was answered within the goal
 */
export async function answersAtStart(store: 'sqlite' | 'postgres', place: string): Promise<{ line: string; isFast: boolean }> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-start-'))
  try {
    await writeFile(join(folder, 'url'), place, { mode: 0o600 })
    const ledger = store === 'sqlite' ? `{ path: ${JSON.stringify(place)} }` : '{ type: postgres, urlFile: url }'
    await using serving = await startServing(folder, ledger)
    const url = `${serving.apiUrl}/healthz`
    await Promise.race([untilItListens(url), serving.started])
    const began = performance.now()
    const asking = askRegularly(url, ASKED_A_SECOND)
    await serving.started
    const seconds = (performance.now() - began) / 1_000
    const answers: Answers = await asking.stop()
    await serving.end()
    if (answers.ms.length === 0) return { line: 'it served before it could be asked', isFast: answers.unanswered === 0 }
    const line = `/healthz in the ${seconds.toFixed(1)} s until it serves: ${spellAnswers(answers, GOAL_MS)}`
    return { line, isFast: answers.unanswered === 0 && Math.max(...answers.ms) <= GOAL_MS }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function untilItListens(url: string): Promise<void> {
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch {
      // Not yet.
      await new Promise((resolve) => void setTimeout(resolve, 10))
    }
  }
}
