import type { WorldRollout } from '../world/truth.ts'
import { rolloutsOf, type World } from '../world/world.ts'
import { labelsOf, type Spells, type Stay, type TruthOptions, type WorldSpell } from './spells.ts'

/** What there is to go wrong beside. */
interface Present extends Spells {
  staysOf: (rollout: WorldRollout) => readonly Stay[]
  flagsOf: (rollout: WorldRollout) => readonly Stay[]
}

const CLOCKS_MS = 4_000
const LONGEST_MS = 135_000
/** What is asked about began so long after a promotion, or later: see `weighAlert`. */
const NEAR_MS = 5_000

/** What goes wrong for other reasons. */
export function addNoise(world: World, present: Present, options: TruthOptions): void {
  addSingle(world, present, options)
  if (options.random.chance(0.4)) addFlapping(world, present, options)
}

/** Alerts that begin at any time, once each. */
function addSingle(
  world: World,
  { staysOf, flagsOf, begin, end, spells }: Present,
  { random, bakeMs, endsAt, reachesBackMs }: TruthOptions,
): void {
  const span = endsAt - world.clock.now()
  for (let left = random.between(2, 8); left > 0; left -= 1) {
    const name = random.chance(0.4) ? 'Burn' : `Noise${random.whole(3)}`
    const isUnrelated = random.chance(0.3)
    world.host.after(random.between(1_000, span), () => {
      const rollout = random.pick(rolloutsOf(world))
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
}

/** One that comes and goes all the time, from the beginning on. */
function addFlapping(world: World, { begin, end }: Spells, { random, endsAt }: TruthOptions): void {
  const rollout = random.pick(rolloutsOf(world))
  const repeat = (): void => {
    const spell = begin({ name: 'Flapping', labels: labelsOf(rollout), isSilenced: false, blames: undefined }, 0)
    world.host.after(random.between(2_000, 15_000), () => end(spell))
    if (world.clock.now() < endsAt) world.host.after(random.between(20_000, 50_000), repeat)
  }
  world.host.after(100, repeat)
}
