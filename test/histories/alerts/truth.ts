import type { WorldRollout } from '../world/truth.ts'
import type { World } from '../world/world.ts'
import { createFlagTruth } from './flags.ts'
import { addNoise } from './noise.ts'
import { createSpells, type Stay, type TruthOptions, type WorldSpell } from './spells.ts'
import { createVersionTruth } from './versions.ts'

/** What is true of alerts and versions, which nobody in the world sees. */
export interface AlertTruth {
  readonly spells: readonly WorldSpell[]
  /** Of a Rollout, oldest first. */
  staysOf(rollout: WorldRollout): readonly Stay[]
  /** The same of the flags of its Application. */
  flagsOf(rollout: WorldRollout): readonly Stay[]
}

const LOOKS_MS = 500

/**
 * Lets versions burn, and flags, and other things go wrong. Alerts for other reasons are about other things, begin before a promotion,
 * come and go all the time, or begin late. One that begins by chance within the window of an innocent release, for the first time that
 * anybody remembers, and is about its very Rollout, nobody could tell from a burn, so there is none.
 */
export function createAlertTruth(world: World, options: TruthOptions): AlertTruth {
  const spells = createSpells(world, options.onChange)
  const versions = createVersionTruth(world, { ...options, ...spells })
  const flags = createFlagTruth(world, { ...options, ...spells })

  function look(): void {
    versions.look()
    flags.look()
    if (world.clock.now() < options.endsAt) world.host.after(LOOKS_MS, look)
  }

  addNoise(world, { staysOf: versions.of, flagsOf: flags.of, ...spells }, options)
  world.host.after(LOOKS_MS, look)
  return { spells: spells.spells, staysOf: versions.of, flagsOf: flags.of }
}
