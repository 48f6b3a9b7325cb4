/** A step of the story that did not come to pass. */
export class StepFailed extends Error {
  readonly step: string
  constructor(step: string, seen: string) {
    super(`${step}: ${seen}`)
    this.step = step
  }
}

const LOOK_AGAIN_MS = 40
/** Long enough for a machine that is busy with other things; the whole story takes about ten seconds on an idle one. */
const PATIENCE_MS = 60_000

/**
 * Looks again and again until `look` finds something.
 * @throws StepFailed when it has not after `patienceMs`
 */
export async function until<T>(step: string, look: () => T | undefined | Promise<T | undefined>, patienceMs = PATIENCE_MS): Promise<T> {
  const end = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > end) throw new StepFailed(step, `it did not happen within ${patienceMs / 1_000} s`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

/** @throws StepFailed unless both are the same */
export function expectSame(step: string, seen: unknown, wanted: unknown): void {
  if (JSON.stringify(seen) !== JSON.stringify(wanted))
    throw new StepFailed(step, `seen ${JSON.stringify(seen)}, wanted ${JSON.stringify(wanted)}`)
}

/** @throws StepFailed unless the text holds the words */
export function expectWords(step: string, text: string, words: string): void {
  if (!text.includes(words)) throw new StepFailed(step, `“${words}” is not in “${text}”`)
}
