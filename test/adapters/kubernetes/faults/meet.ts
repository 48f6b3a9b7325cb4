import { type WatchFault, watching } from './faults.ts'
import type { StartSubject, Subject } from './subjects.ts'
import { startWorld, type World } from './world.ts'

// A change that came by watch, and a watch that is still open after it.
async function settled(world: World, subject: Subject): Promise<void> {
  await Promise.all([subject.saw('Phase1'), watching(world)])
  await subject.saw(world.change())
  await watching(world)
}

/** How one subject met one fault. */
export interface FaultScore {
  name: string
  /** Milliseconds from the end of the trouble to the sight of the change; undefined when it was not seen within the limit. */
  ms: number | undefined
  limitMs: number
}

/** Lets one fault befall one subject in a world of its own. @param patienceMs what it is waited for beyond its limit */
export async function meet(fault: WatchFault, start: StartSubject, staleAfterMs: number, patienceMs = 5_000): Promise<FaultScore> {
  await using world = await startWorld(fault.world)
  fault.before?.(world)
  await using subject = start(world, { staleAfterMs, ...fault.subject })
  const limitMs = fault.limit * staleAfterMs
  const patience = new AbortController()
  const timeout = setTimeout(() => patience.abort(), limitMs + patienceMs)
  const abandoned = new Promise<undefined>((resolve) => patience.signal.addEventListener('abort', () => resolve(undefined), { once: true }))
  try {
    const provoked = (async () => {
      if (fault.before === undefined) await settled(world, subject)
      const phase = await fault.provoke(world, subject)
      const began = performance.now()
      await subject.saw(phase)
      return performance.now() - began
    })()
    provoked.catch(() => undefined)
    const ms = await Promise.race([provoked, abandoned])
    return { name: fault.name, ms: ms !== undefined && ms <= limitMs ? ms : undefined, limitMs }
  } finally {
    clearTimeout(timeout)
  }
}
