/** How long to wait, and what for, in words of the failure. */
export interface Patience {
  timeoutMs: number
  what: string
  everyMs?: number
}

/**
 * Asks again and again until there is an answer. A question that throws has no answer yet.
 * @throws Error that names what did not come about, and the last fault
 */
export async function until<T>(ask: () => T | undefined | Promise<T | undefined>, patience: Patience): Promise<T> {
  const deadline = performance.now() + patience.timeoutMs
  let cause: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() > deadline) throw new Error(`${patience.what}: not within ${patience.timeoutMs / 1_000} s`, { cause })
    await new Promise((resolve) => setTimeout(resolve, patience.everyMs ?? 100))
  }
}

/**
 * Waits until a condition holds that no event tells of.
 * @throws Error that names what did not come about
 */
export async function holds(what: string, look: () => boolean, timeoutMs = 20_000): Promise<void> {
  await until(() => (look() ? true : undefined), { what, timeoutMs, everyMs: 2 })
}
