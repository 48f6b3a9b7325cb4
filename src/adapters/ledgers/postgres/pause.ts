import type { Clock } from '../../../ports/clock.ts'

/** Waits, or for less where it is to be ended. */
export function pause(clock: Clock, ms: number, closing?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (closing?.aborted) return resolve()
    const end = (): void => {
      timer[Symbol.dispose]()
      closing?.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.after(ms, end)
    closing?.addEventListener('abort', end)
    return undefined
  })
}
