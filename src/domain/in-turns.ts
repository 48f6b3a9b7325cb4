/** What is parsed in one turn of the event loop, in characters; a step counts for some even where it is next to nothing. */
const OF_A_TURN = 16 * 1024
const LEAST_STEP = 200

/** Takes work to its end that gives the characters of each of its steps, with a pause (a turn of the event loop) before it takes long. */
export async function inTurns<T>(work: Generator<number, T>, pause: () => Promise<void>): Promise<T> {
  let done = 0
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
    done += Math.max(LEAST_STEP, step.value)
    if (done < OF_A_TURN) continue
    done = 0
    await pause()
  }
}
