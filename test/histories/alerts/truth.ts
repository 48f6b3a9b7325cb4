import { seedOf } from '../random.ts'
import type { WorldRollout } from '../world/truth.ts'
import type { World } from '../world/world.ts'
import { createFlagTruth } from './flags.ts'
import { isBurning, labelsOf, type NewSpell, type Stay, type TruthOptions, type WorldSpell } from './spells.ts'

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
 * Lets versions burn and other things go wrong. A version that burns does so from some time after its promotion on, and so does all that is
 * released on top of it, until what was stable before it is stable again. Alerts for other reasons are about other things, begin before
 * a promotion, come and go all the time, or begin late. One that begins by chance within the window of an innocent release, for the first
 * time that anybody remembers, and is about its very Rollout, nobody could tell from a burn, so there is none.
 */
export function createAlertTruth(world: World, options: TruthOptions): AlertTruth {
  const { random, bakeMs, seed } = options
  const spells: WorldSpell[] = []
  const stays = new Map<WorldRollout, Stay[]>()
  const burning = new Map<WorldRollout, { key: string; at: number; spell: WorldSpell | undefined }>()
  const all = (): readonly WorldRollout[] => world.applications.flatMap(({ rollouts }) => rollouts)
  const now = (): number => world.clock.now()
  const staysOf = (rollout: WorldRollout): Stay[] => {
    const known = stays.get(rollout) ?? []
    stays.set(rollout, known)
    return known
  }

  const { look: lookAtFlags, of: flagsOf } = createFlagTruth(world, { ...options, spells, begin, end })

  function begin(spell: NewSpell, pendingMs: number): WorldSpell {
    const begun: WorldSpell = { ...spell, from: now(), firesAt: now() + pendingMs, until: undefined }
    spells.push(begun)
    world.host.after(pendingMs, options.onChange)
    return begun
  }

  function end(spell: WorldSpell): void {
    if (spell.until !== undefined) return
    spell.until = now()
    options.onChange()
  }

  function look(): void {
    for (const rollout of all()) {
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
    lookAtFlags()
    if (now() < options.endsAt) world.host.after(LOOKS_MS, look)
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

  addNoise({ world, all, staysOf, flagsOf, begin, end, spells }, options)
  world.host.after(LOOKS_MS, look)
  return { spells, staysOf, flagsOf }
}

interface Noise {
  world: World
  all: () => readonly WorldRollout[]
  staysOf: (rollout: WorldRollout) => readonly Stay[]
  flagsOf: (rollout: WorldRollout) => readonly Stay[]
  begin: (spell: NewSpell, pendingMs: number) => WorldSpell
  end: (spell: WorldSpell) => void
  spells: readonly WorldSpell[]
}

const CLOCKS_MS = 4_000
const LONGEST_MS = 135_000
/** What is asked about began so long after a promotion, or later: see `weighAlert`. */
const NEAR_MS = 5_000

/** What goes wrong for other reasons. */
function addNoise(
  { world, all, staysOf, flagsOf, begin, end, spells }: Noise,
  { random, bakeMs, endsAt, reachesBackMs }: TruthOptions,
): void {
  const span = endsAt - world.clock.now()
  for (let left = random.between(2, 8); left > 0; left -= 1) {
    const name = random.chance(0.4) ? 'Burn' : `Noise${random.whole(3)}`
    const isUnrelated = random.chance(0.3)
    world.host.after(random.between(1_000, span), () => {
      const rollout = random.pick(all())
      const own = labelsOf(rollout)
      const labels = isUnrelated ? { ...own, ...random.pick([{ namespace: 'elsewhere' }, { rollout: 'nobody', slo: 'none' }]) } : own
      const isFirst = ({ from }: Stay): boolean =>
        !spells.some((one) => one.name === name && one.labels['rollout'] === own['rollout'] && one.from < from && isTold(one))
      // For as long as this one may fire; and who remembers less than twice the window must not be believed at all.
      const isTold = ({ until = Infinity }: WorldSpell): boolean =>
        reachesBackMs < 2 * bakeMs + NEAR_MS || until >= world.clock.now() + LONGEST_MS - reachesBackMs
      const isIn = ({ from }: Stay): boolean => world.clock.now() > from && world.clock.now() - from <= bakeMs + CLOCKS_MS
      const changes = [staysOf(rollout).at(-1), flagsOf(rollout).at(-1)].filter((one) => one !== undefined)
      const isChance = !isUnrelated && changes.some((one) => isFirst(one) && isIn(one))
      if (isChance || (name === 'Burn' && !isUnrelated)) return
      const spell = begin(
        { name, labels, isSilenced: random.chance(0.1), blames: undefined },
        random.chance(0.5) ? 0 : random.between(1_000, 15_000),
      )
      world.host.after(random.between(3_000, LONGEST_MS - 15_000), () => end(spell))
    })
  }
  // One that comes and goes all the time, from the beginning on.
  if (!random.chance(0.4)) return
  const rollout = random.pick(all())
  const repeat = (): void => {
    const spell = begin({ name: 'Flapping', labels: labelsOf(rollout), isSilenced: false, blames: undefined }, 0)
    world.host.after(random.between(2_000, 15_000), () => end(spell))
    if (world.clock.now() < endsAt) world.host.after(random.between(20_000, 50_000), repeat)
  }
  world.host.after(100, repeat)
}
