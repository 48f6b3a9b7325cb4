import { seedOf } from '../random.ts'
import type { WorldRollout } from '../world/truth.ts'
import { rolloutsOf, type World } from '../world/world.ts'
import { isBurning, labelsOf, type Spells, type Stay, type TruthOptions, type WorldSpell } from './spells.ts'

interface Fault {
  readonly key: string
  at: number
  spell: WorldSpell | undefined
}

/**
 * Lets versions burn. One that burns does so from some time after its promotion on, and so does all that is released on top of it, until
 * what was stable before it is stable again.
 */
export function createVersionTruth(
  world: World,
  { random, bakeMs, seed, spells, begin, end }: TruthOptions & Spells,
): { look: () => void; of: (rollout: WorldRollout) => readonly Stay[] } {
  const stays = new Map<WorldRollout, Stay[]>()
  const burning = new Map<WorldRollout, Fault>()
  const now = (): number => world.clock.now()
  const staysOf = (rollout: WorldRollout): Stay[] => {
    const known = stays.get(rollout) ?? []
    stays.set(rollout, known)
    return known
  }

  function look(): void {
    for (const rollout of rolloutsOf(world)) {
      const { key } = rollout.stable
      const known = staysOf(rollout)
      if (key !== '' && !rollout.isGone && known.at(-1)?.key !== key) {
        const isBack = known.some((stay) => stay.key === key)
        known.push({ key, from: now() })
        follow(rollout, key, isBack)
      }
      const fault = burning.get(rollout)
      if (fault && !fault.spell && now() >= fault.at) fault.spell = burn(rollout, fault.key)
    }
  }

  function follow(rollout: WorldRollout, key: string, isBack: boolean): void {
    const fault = burning.get(rollout)
    const known = staysOf(rollout)
    const began = fault && known.findIndex((stay) => stay.key === fault.key)
    if (fault && began !== undefined && known.findIndex((stay) => stay.key === key) < began) {
      burning.delete(rollout)
      const { spell } = fault
      if (spell) world.host.after(random.between(1_000, 20_000), () => end(spell))
      return
    }
    if (fault || isBack || known.length === 1) return
    if (seedOf('burns', seed, key, rollout.owner.uid) % 100 < 45)
      burning.set(rollout, { key, at: now() + random.between(8_000, Math.round(bakeMs * 1.15)), spell: undefined })
  }

  function burn(rollout: WorldRollout, key: string): WorldSpell | undefined {
    if (isBurning(spells, rollout)) return undefined
    const spell = begin(
      { name: 'Burn', labels: labelsOf(rollout), isSilenced: random.chance(0.05), blames: { rollout, key } },
      random.chance(0.5) ? 0 : random.between(1_000, 15_000),
    )
    if (random.chance(0.25)) world.host.after(random.between(5_000, 60_000), () => flap(rollout, spell))
    return spell
  }

  /** It ends for a while, though nothing has been mended. */
  function flap(rollout: WorldRollout, spell: WorldSpell): void {
    const fault = burning.get(rollout)
    if (fault?.spell !== spell || spell.until !== undefined) return
    end(spell)
    fault.spell = undefined
    fault.at = now() + random.between(5_000, 40_000)
  }

  return { look, of: staysOf }
}
