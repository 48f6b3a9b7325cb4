import { createViewStore, type ViewStore } from '../../src/adapters/kubernetes/store.ts'
import type { RolloutSnapshot } from '../../src/domain/rollout/snapshots.ts'
import type { BenchRow } from '../row.ts'
import type { Sizes } from '../sizes.ts'
import { createObjectWriter } from './objects.ts'

const PAGE = 100

/** What the API and `kedge status` do with the store: filter, order, take a page. */
export function benchListing({ rollouts, rounds }: Sizes['watch']['listing']): BenchRow[] {
  const store = createViewStore('bench')
  const write = createObjectWriter('Rollout')
  for (let index = 0; index < rollouts; index += 1) store.apply('ADDED', JSON.parse(write(index, '1')))
  const ours = median(rounds, () => page(store))
  return [
    {
      what: `${rollouts.toLocaleString('en')} Rollouts listed, filtered, ordered and paged`,
      ours: `${ours.toFixed(1)} ms`,
      other: '-',
      ratio: '-',
      goal: '<= 50 ms',
      ok: ours <= 50,
    },
  ]
}

function page(store: ViewStore): readonly RolloutSnapshot[] {
  const wanted = [...store.rollouts()].filter(({ phase }) => phase !== 'Paused')
  return wanted.sort(compare).slice(PAGE, 2 * PAGE)
}

function compare(one: { namespace: string; name: string }, other: { namespace: string; name: string }): number {
  if (one.namespace !== other.namespace) return one.namespace < other.namespace ? -1 : 1
  if (one.name === other.name) return 0
  return one.name < other.name ? -1 : 1
}

function median(rounds: number, work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const began = performance.now()
    work()
    return performance.now() - began
  })
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN
}
