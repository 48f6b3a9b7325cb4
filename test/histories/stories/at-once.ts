import type { Script } from '../script.ts'
import { bad, end, HANDLED, RELEASE, type Story, type Telling } from './telling.ts'

/** One sync brings commits to both Rollouts of an Application: one, or each, for its own; and one fails. */
export const AT_ONCE: Story = {
  name: 'several at once',
  weight: 1,
  tell(telling) {
    const { random, app } = telling
    telling.wait(...RELEASE)
    telling.add({ kind: 'sync-off', app })
    telling.wait(1_000)
    const own = { rollout: telling.rollout, both: false }
    const other = { rollout: 1 - telling.rollout, both: false }
    const order = random.pick([
      [other, own],
      [own, other],
      [other, own, other],
      [other, other, own],
      [own, own, other],
      [own, other, own],
    ])
    for (const whose of order) {
      if (whose === own) telling.commit('failed', whose)
      else telling.commit('good', random.chance(0.9) ? whose : { ...whose, both: true })
      telling.wait(500, 3_000)
      if (random.chance(0.15)) touch(telling)
    }
    telling.add({ kind: 'sync-on', app })
    if (random.chance(0.3)) {
      telling.wait(10_000, 40_000)
      telling.commit('good', other)
    }
    telling.wait(...HANDLED)
    if (random.chance(0.3)) bad(telling)
    telling.wait(...HANDLED)
    end(telling)
  },
}

function touch(telling: Telling): void {
  telling.touch()
  telling.wait(500, 2_000)
}

/** The Applications that it can be told of. */
export function ofSeveral({ apps }: Script['setup']): Script['setup']['apps'] {
  return apps.filter(({ rollouts }) => rollouts.length > 1)
}
