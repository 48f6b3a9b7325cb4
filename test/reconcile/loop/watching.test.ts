import { describe, expect, it } from 'vitest'
import type { ClusterView, ViewChange } from '../../../src/ports/cluster-view.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createWatching } from '../../../src/reconcile/loop/watching.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aRollout } from '../../http/fleet-fixture.ts'
import { applicationOf } from '../../http/large-fleet.ts'
import { rememberLog } from '../../remember-log.ts'
import { aCluster, aWorld } from '../a-world.ts'

/** A cluster that tells what a test has it tell. */
function telling(view: ClusterView) {
  const listeners = new Set<(change: ViewChange) => void>()
  return {
    ...view,
    listeners,
    tell: (change: ViewChange) => listeners.forEach((listener) => listener(change)),
    subscribe: (listener: (change: ViewChange) => void) => {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
  }
}

/** Argo CD's cluster `hub`, which has Rollouts too, and `east`. */
async function createDesk(baselines: readonly (boolean | Error)[] = [true], more: Partial<Environment> = {}) {
  const application = { ...applicationOf(aRollout({ name: 'web' })), name: 'web' }
  const hub = telling({ ...aCluster('hub', ['own']), application: (_, name) => (name === 'web' ? application : undefined) })
  const east = telling(aCluster('east', ['web', 'api']))
  const { logger, lines } = rememberLog()
  const world = await aWorld({}, { views: [hub, east], applications: hub, logger, ...more })
  const [added, began]: [string[], string[]] = [[], []]
  const results = [...baselines]
  let rounds = 0
  const watching = createWatching(world.environment, {
    add: (key) => void added.push(key),
    leads: (cluster) => cluster !== 'west',
    async takeBaseline({ cluster }) {
      began.push(cluster)
      const result = results.shift() ?? true
      if (result instanceof Error) throw result
      return result
    },
    onRound: () => void (rounds += 1),
  })
  return { ...world, hub, east, watching, began, lines, rounds: () => rounds, added: () => added.splice(0) }
}
const OF_EAST = ['east/shop/web', 'east/shop/api']
const ALL = ['hub/shop/own', ...OF_EAST]

describe('a cluster whose first lists are in', () => {
  it('has its baseline taken before anything there is looked at', async () => {
    const { watching, east, began, added } = await createDesk()
    await watching.watch(east)
    expect([began, added()]).toEqual([['east'], OF_EAST])
  })

  it('has everything looked at everywhere where it is Argo CD’s', async () => {
    const { watching, hub, added } = await createDesk()
    await watching.watch(hub)
    expect(added()).toEqual(ALL)
  })

  it.each([
    ['is led by another', 'west'],
    ['has no Rollouts to watch', 'argocd'],
  ])('has no baseline taken where it %s', async (_, cluster) => {
    const view = telling(aCluster(cluster, ['theirs']))
    const { watching, hub, began } = await createDesk([true], cluster === 'west' ? { views: [view] } : {})
    await watching.watch(view)
    expect(began).toEqual([])
    expect(hub.listeners.size + view.listeners.size).toBe(1)
  })

  it.each([
    ['is not whole', false, []],
    ['cannot be written', new Error('disk full'), [['warn', { cluster: 'east', error: 'Error: disk full' }]]],
  ])('has its baseline taken again every five seconds while it %s, and is watched meanwhile', async (_, fault, told) => {
    const { watching, east, began, added, lines, wait } = await createDesk([fault, false])
    await watching.watch(east)
    expect([began.length, added()]).toEqual([1, OF_EAST])
    await wait(4_999)
    expect(began).toHaveLength(1)
    await wait(1)
    expect(began).toHaveLength(2)
    await wait(5_000)
    expect(began).toHaveLength(3)
    await wait(3_600_000)
    expect(began).toHaveLength(3)
    expect(lines.map(({ level, fields }) => [level, fields])).toEqual(told)
  })

  it('is not begun with any more once all has ended', async () => {
    const { watching, east, began, wait } = await createDesk([false])
    await watching.watch(east)
    watching[Symbol.dispose]()
    await wait(60_000)
    expect([began.length, east.listeners.size]).toEqual([1, 0])
  })

  it('is not begun with again by a baseline that comes back after the end', async () => {
    const { watching, east, began, wait } = await createDesk([false])
    const watched = watching.watch(east)
    watching[Symbol.dispose]()
    await watched
    await wait(60_000)
    expect(began).toHaveLength(1)
  })
})

describe('what a cluster tells', () => {
  it.each<[string, 'hub' | 'east', ViewChange, readonly string[]]>([
    ['of a Rollout has it looked at', 'east', { namespace: 'shop', rollout: 'new' }, ['east/shop/new']],
    ['of an Application has its Rollouts looked at', 'hub', { namespace: 'argocd', application: 'web' }, ['east/shop/web']],
    ['of its sight has all of it looked at', 'east', { fresh: true }, OF_EAST],
    ['of Argo CD’s sight has everything looked at', 'hub', { fresh: false }, ALL],
  ])('%s', async (_, from, change, keys) => {
    const desk = await createDesk()
    await desk.watching.watch(desk[from])
    desk.added()
    desk[from].tell(change)
    expect(desk.added()).toEqual(keys)
  })

  it('of alerts has the Rollout looked at, until the end', async () => {
    const listeners = new Set<(key: string) => void>()
    const subscribe = (listener: (key: string) => void): Disposable => {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    }
    const { watching, added } = await createDesk([true], { alerts: { subscribe } as unknown as Environment['alerts'] })
    watching.start()
    for (const listener of listeners) listener('east/shop/web')
    expect(added()).toEqual(['east/shop/web'])
    watching[Symbol.dispose]()
    expect(listeners.size).toBe(0)
  })
})

describe('whatever is told', () => {
  it('has everything looked at again every ten minutes', async () => {
    const { watching, added, rounds, wait } = await createDesk()
    watching.start()
    expect(added()).toEqual([])
    await wait(599_999)
    expect([added(), rounds()]).toEqual([[], 0])
    await wait(1)
    expect([added(), rounds()]).toEqual([ALL, 1])
    await wait(600_000)
    expect([added(), rounds()]).toEqual([ALL, 2])
    watching[Symbol.dispose]()
    await wait(600_000)
    expect([added(), rounds()]).toEqual([[], 2])
  })

  it('has what is left of a cluster looked at, from the start on', async () => {
    const { watching, put, added, wait } = await createDesk()
    await put(releaseEntry(aRelease({ key: 'r', cluster: 'gone' })), revertEntry(aRevert({ key: 'v', releases: ['r'] })))
    watching.start()
    expect(added()).toEqual(['gone/shop/web'])
    await wait(600_000)
    expect(added()).toEqual([...ALL, 'gone/shop/web'])
  })
})
