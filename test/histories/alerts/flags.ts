import { seedOf } from '../random.ts'
import type { WorldRollout } from '../world/truth.ts'
import type { WorldApplication } from '../world/world-application.ts'
import type { World } from '../world/world.ts'
import { isBurning, labelsOf, type Spells, type Stay, type TruthOptions, type WorldSpell } from './spells.ts'

/** Globs of the files of a world's folders that hold nothing but flags: its ConfigMaps. */
export const FLAG_FILES: readonly string[] = ['apps/*/config.yaml', 'apps/*/base/config.yaml', 'charts/*/templates/config.yaml']

interface Fault {
  readonly key: string
  readonly rollout: WorldRollout
  at: number
  spell: WorldSpell | undefined
}

/**
 * Lets flags burn: some time after a sync has brought a state of them that was never there, an alert about a Rollout of the Application
 * begins, and ends soon after a state of before is back. What else is put on top of it burns on. What came with a template by one sync is
 * that release's, whatever was wrong.
 */
export function createFlagTruth(
  world: World,
  { random, bakeMs, seed, spells, begin, end }: TruthOptions & Spells,
): { look: () => void; of: (rollout: WorldRollout) => readonly Stay[] } {
  const stays = new Map<WorldApplication, Stay[]>()
  const faults = new Map<WorldApplication, Fault>()
  const now = (): number => world.clock.now()
  const staysOf = (application: WorldApplication): Stay[] => {
    const known = stays.get(application) ?? []
    stays.set(application, known)
    return known
  }

  function look(): void {
    for (const application of world.applications) {
      const applied = application.applied.findLast(({ kind }) => kind !== 'heal')
      const key = applied && world.repository.rendered(application.folder, applied.revision)?.config
      const known = staysOf(application)
      if (applied && key !== undefined && known.at(-1)?.key !== key) {
        const isBack = known.some((stay) => stay.key === key)
        known.push({ key, from: applied.at })
        follow(application, key, { isBack, isAlone: applied.changed.size === 0 })
      }
      const fault = faults.get(application)
      if (fault && !fault.spell && now() >= fault.at && !isBurning(spells, fault.rollout)) fault.spell = burn(fault)
    }
  }

  function follow(application: WorldApplication, key: string, { isBack, isAlone }: Record<'isBack' | 'isAlone', boolean>): void {
    const known = staysOf(application)
    const fault = faults.get(application)
    const began = fault && known.findIndex((stay) => stay.key === fault.key)
    if (fault && began !== undefined && known.findIndex((stay) => stay.key === key) < began) {
      faults.delete(application)
      const { spell } = fault
      if (spell) world.host.after(random.between(1_000, 20_000), () => end(spell))
      return
    }
    const present = application.rollouts.filter(({ isGone }) => !isGone)
    const rollout = present[seedOf('whose flag', seed, key) % Math.max(1, present.length)]
    if (fault || isBack || !isAlone || known.length === 1 || !rollout) return
    if (seedOf('a flag burns', seed, key, application.name) % 100 < 55)
      faults.set(application, { key, rollout, at: now() + random.between(8_000, Math.round(bakeMs * 1.15)), spell: undefined })
  }

  function burn({ key, rollout }: Fault): WorldSpell {
    const blames = { rollout, key, isFlag: true } as const
    return begin(
      { name: 'Burn', labels: labelsOf(rollout), isSilenced: random.chance(0.05), blames },
      random.chance(0.5) ? 0 : random.between(1_000, 15_000),
    )
  }

  return {
    look,
    of(rollout) {
      const own = world.applications.find(({ rollouts }) => rollouts.includes(rollout))
      return own ? staysOf(own) : []
    },
  }
}
