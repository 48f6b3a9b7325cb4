import { bad, byHand, end, HANDLED, RELEASE, type Story, type Telling } from './telling.ts'

/** Long enough for what is back to be asked, and for all that was owed to be done, milliseconds. */
const BACK = [185_000, 200_000] as const

/** What can be told of several clusters alone. Told after all else, by numbers of its own. */
export const OF_FLEETS: readonly Story[] = [
  {
    name: 'it fails while its cluster or the hub is away',
    weight: 4,
    tell(telling) {
      const { random, cluster, argocd } = telling
      if (random.chance(0.3)) telling.commit('good')
      telling.wait(...RELEASE)
      const of = random.pick([cluster, cluster, argocd])
      const ms = random.between(10, 90) * 1_000
      const isFirst = random.chance(0.5)
      if (!isFirst) release(telling)
      telling.wait(0, 9_000)
      telling.add({ kind: 'away', cluster: of, ms })
      telling.wait(0, 9_000)
      if (isFirst) release(telling)
      telling.wait(ms)
      if (random.chance(0.2)) telling.add({ kind: 'away', cluster: of, ms: random.between(2, 20) * 1_000 })
      telling.wait(...BACK)
      end(telling)
    },
  },
  {
    name: 'Kedge calls a cluster otherwise',
    weight: 3,
    tell: (telling) => leave(telling, `${telling.cluster}-${telling.random.whole(3)}`),
  },
  { name: 'Kedge has a cluster no more', weight: 3, tell: (telling) => leave(telling, undefined) },
  {
    name: 'one of several clusters goes a way of its own',
    weight: 2,
    tell(telling) {
      const { random } = telling
      release(telling)
      telling.wait(...RELEASE)
      if (random.chance(0.5)) telling.wait(...HANDLED)
      byHand(telling, random.pick(['retry', 'promote-full', 'undo']))
      telling.wait(...HANDLED)
      if (random.chance(0.3)) telling.touch()
      telling.wait(...RELEASE)
      end(telling)
    },
  },
]

function release(telling: Telling): void {
  const { random } = telling
  if (random.chance(0.6)) telling.commit(random.pick(['failed', 'failed', 'deadline']), { everywhere: true })
  else bad(telling)
}

/** A cluster leaves the configuration with a failure that has a PR, or is about to have one, or before; and may come back. */
function leave(telling: Telling, name: string | undefined): void {
  const { random, cluster } = telling
  const [before, ms] = [random.pick(['none', 'early', 'open', 'open'] as const), random.between(500, 20_000)]
  if (before !== 'none') release(telling)
  if (before === 'open') telling.wait(20_000, 60_000)
  else telling.wait(500, 12_000)
  telling.add({ kind: 'reconfigure', cluster, ms, ...(name !== undefined && { name }) })
  telling.wait(ms + 1_000, ms + 40_000)
  const then = random.pick(['nothing', 'nothing', 'release', 'retry', 'undo', 'merge-pr', 'close-pr'] as const)
  if (then === 'release') release(telling)
  else if (then === 'retry' || then === 'undo') byHand(telling, then)
  else if (then !== 'nothing') telling.add({ kind: then })
  telling.wait(...HANDLED)
  if (random.chance(0.6)) {
    telling.add({ kind: 'reconfigure', cluster, name: cluster, ms })
    telling.wait(ms, ms + 1_000)
    if (random.chance(0.5)) telling.wait(...BACK)
  }
  if (random.chance(0.5)) release(telling)
  telling.wait(...HANDLED)
  end(telling)
}
