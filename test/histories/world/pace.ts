import type { Random } from '../random.ts'
import type { Host } from './host.ts'

/** When a controller does what. */
export interface Pace {
  /** A little later, or when it is back; never what has been overtaken. */
  readonly soon: (ms: number, call: () => void) => void
  /** Whatever it was about to do is not done. */
  readonly overtake: () => void
  /** It does nothing until then (epoch ms). */
  readonly stop: (until: number) => void
  /** For how long it is away from now on, milliseconds. */
  readonly awayFor: () => number
}

/** See {@link Pace}. */
export function createPace(host: Host): Pace {
  const { now, random } = host
  let epoch = 0
  let downUntil = 0

  function soon(ms: number, call: () => void, when: number): void {
    host.after(ms, () => {
      if (when !== epoch) return
      if (now() < downUntil) soon(downUntil - now() + random.between(50, 500), call, when)
      else call()
    })
  }

  return {
    soon: (ms, call) => soon(ms, call, epoch),
    overtake: () => void (epoch += 1),
    stop: (until) => void (downUntil = Math.max(downUntil, until)),
    awayFor: () => Math.max(0, downUntil - now()),
  }
}

/** From the apply to the entry in the history, milliseconds: mostly at once, now and then most of a second. */
export function untilHistory(random: Random): number {
  if (random.chance(0.6)) return random.between(1, 30)
  return random.chance(0.6) ? random.between(60, 300) : random.between(300, 950)
}
