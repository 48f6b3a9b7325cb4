import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { ViewChange } from '../../../src/ports/cluster-view.ts'
import { rememberLog } from '../../remember-log.ts'
import { holds } from '../../until.ts'
import { startWorld, type World } from './faults/world.ts'
import { aView, machineClock, until } from './harness.ts'
import { anObject } from './objects.ts'

const isList = (path: string): boolean => path.includes('limit=')
const isWatch = (path: string): boolean => path.includes('watch=1')
const asked = (world: World, which: (path: string) => boolean): URLSearchParams[] =>
  world.api.requests.filter(({ path }) => which(path)).map(({ path }) => new URL(path, world.url).searchParams)

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function putRollouts(world: World, count: number, namespace = 'shop'): void {
  for (let index = 0; index < count; index += 1) {
    const { metadata, ...rest } = anObject('Rollout', { name: `r${index}`, namespace, uid: `${namespace}-${index}` }) as {
      metadata: object
    }
    world.api.store.apply({ ...rest, metadata: { ...metadata, resourceVersion: undefined } } as never)
  }
}

describe('how a view asks', () => {
  it('lists in pages of 500', async () => {
    await using world = await startWorld()
    putRollouts(world, 1_200)
    await using view = aView(world.url)
    await view.start()
    expect(view.count('Rollout')).toBe(1_201)
    const pages = asked(world, isList)
    expect(pages.map((page) => [page.get('limit'), page.has('continue')])).toEqual([
      ['500', false],
      ['500', true],
      ['500', true],
    ])
  })

  it('asks for bookmarks and an end, and resumes where it was', async () => {
    await using world = await startWorld()
    await using view = aView(world.url)
    await view.start()
    await holds('a watch is open', () => world.api.watches.count() > 0)
    const [watch] = asked(world, isWatch)
    expect(watch?.get('allowWatchBookmarks')).toBe('true')
    expect(Number(watch?.get('timeoutSeconds'))).toBeGreaterThan(0)
    expect(watch?.get('resourceVersion')).toBe(String(world.api.store.version()))
  })

  it('lists only once, however often history is compacted while the watch is quiet', async () => {
    await using world = await startWorld({ bookmarkMs: 20 })
    await using view = aView(world.url)
    await view.start()
    for (let round = 0; round < 2; round += 1) {
      // Another kind moves on; only a bookmark tells this watch of it, and its next request that it has heard.
      world.api.store.apply({
        ...anObject('Experiment', { name: `e${round}` }),
        metadata: { name: `e${round}`, namespace: 'shop' },
      } as never)
      const newest = String(world.api.store.version())
      await holds('the watch goes on from the newest', () => asked(world, isWatch).some((watch) => watch.get('resourceVersion') === newest))
      world.api.store.compact()
    }
    expect(asked(world, isList)).toHaveLength(1)
  })

  it('selects the ReplicaSets of Rollouts and reads only the namespaces it was given', async () => {
    await using world = await startWorld()
    putRollouts(world, 2, 'a')
    putRollouts(world, 3, 'b')
    putRollouts(world, 4, 'c')
    await using view = aView(world.url, { kinds: ['Rollout', 'ReplicaSet'], namespaces: ['a', 'b'] })
    await view.start()
    expect(view.count('Rollout')).toBe(5)
    expect(new Set(world.api.requests.map(({ path }) => path.replace(/\?.*/, '')))).toEqual(
      new Set(
        ['a', 'b'].flatMap((namespace) => [
          `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts`,
          `/apis/apps/v1/namespaces/${namespace}/replicasets`,
        ]),
      ),
    )
    expect(asked(world, (path) => path.includes('replicasets') && isList(path))[0]?.get('labelSelector')).toBe('rollouts-pod-template-hash')
  })

  it('does not storm a server that refuses every watch', async () => {
    await using world = await startWorld()
    const met = world.gateway.refuseWatches(500, 10_000)
    await using view = aView(world.url)
    await view.start()
    const began = performance.now()
    await holds('the fourth watch was refused', () => met() >= 4)
    expect(performance.now() - began).toBeGreaterThan(1_000)
    expect(met() + world.api.requests.length).toBeLessThan(12)
  })

  it('makes all short calls on one connection, and each watch on its own', async () => {
    await using world = await startWorld({ protocol: 'h2' })
    const tls = { ca: world.ca ?? '' }
    await using view = aView(world.url, { connection: { server: world.url, credentials: () => Promise.resolve({ headers: {}, tls }) } })
    await view.start()
    await holds('a watch is open', () => world.api.watches.count() > 0)
    for (let call = 0; call < 50; call += 1) await view.reread('shop', 'web')
    expect(world.proxy.opened()).toBe(2)
    expect(world.gateway.protocols).toEqual(new Set(['2.0']))
  })
})

describe('a view over 1,000 reconnects', () => {
  it('keeps its file descriptors and its memory flat', async () => {
    await using world = await startWorld()
    // Time runs a thousand times as fast for the view, so that its pace of one reconnect a second is none.
    const began = performance.now()
    const elapsed = (): number => (performance.now() - began) * 1_000
    const clock = { now: () => Date.now(), elapsed, after: (ms: number, call: () => void) => machineClock.after(ms / 1_000, call) }
    await using view = aView(world.url, { clock, staleAfterMs: 30_000_000 })
    await view.start()
    const reconnect = async (times: number): Promise<{ descriptors: number; heap: number }> => {
      for (let round = 0; round < times; round += 1) {
        const before = asked(world, isWatch).length
        await holds('a watch is open', () => world.api.watches.count() > 0)
        world.api.watches.closeAll()
        await holds('it was asked again', () => world.api.requests.length > before)
        world.api.requests.length = 0
      }
      await holds('the old connections are closed', () => world.proxy.open() <= 2)
      collectGarbage()
      return { descriptors: readdirSync('/proc/self/fd').length, heap: process.memoryUsage().heapUsed }
    }
    const early = await reconnect(200)
    const late = await reconnect(800)
    expect(late.descriptors).toBeLessThanOrEqual(early.descriptors + 2)
    expect(late.heap - early.heap).toBeLessThan(4 * 1024 * 1024)
  })
})

describe('freshness', () => {
  it('is there only once every first list is in', async () => {
    await using world = await startWorld()
    world.options.absent.push('experiments')
    await using view = aView(world.url, { kinds: ['Rollout', 'Experiment'] })
    const started = view.start()
    await until(view, () => view.count('Rollout') === 1)
    expect(view.freshness()).toMatchObject({
      fresh: false,
      asOf: 0,
      blind: expect.arrayContaining([{ kind: 'Experiment', reason: expect.any(String), since: expect.any(Number) }]),
    })
    world.options.absent.length = 0
    await started
    expect(view.freshness()).toMatchObject({ fresh: true, blind: [] })
  })

  it('goes when nothing can be heard, tells the listeners, and comes back', async () => {
    await using world = await startWorld()
    await using view = aView(world.url, { staleAfterMs: 600 })
    await view.start()
    const told: boolean[] = []
    view.subscribe((change: ViewChange) => void ('fresh' in change && told.push(change.fresh)))
    world.proxy.blackHoleNew(true)
    world.proxy.blackHole()
    await until(view, () => told.includes(false))
    expect(view.freshness().blind).toMatchObject([{ kind: 'Rollout', reason: expect.stringContaining('nothing heard') }])
    world.proxy.blackHoleNew(false)
    world.proxy.reset()
    await until(view, () => told.at(-1) === true)
    expect(told).toEqual([false, true])
  })

  it('goes at once when the server forbids, with the words of the server', async () => {
    await using world = await startWorld()
    await using view = aView(world.url, { staleAfterMs: 60_000 })
    await view.start()
    await holds('a watch is open', () => world.api.watches.count() > 0)
    world.options.allows = () => false
    world.api.watches.closeAll()
    await until(view, () => !view.freshness().fresh)
    expect(view.freshness().blind).toMatchObject([{ kind: 'Rollout', reason: expect.stringContaining('cannot watch resource "rollouts"') }])
    expect(view.rollout('shop', 'web')).toBeDefined()
  })

  it('stays through a pause of the bookmarks while pings are answered', async () => {
    await using world = await startWorld({ protocol: 'h2', bookmarkMs: 3_600_000 })
    const connection = { server: world.url, credentials: () => Promise.resolve({ headers: {}, tls: { ca: world.ca ?? '' } }) }
    await using view = aView(world.url, { connection, staleAfterMs: 900 })
    await view.start()
    await holds('a watch is open', () => world.api.watches.count() > 0)
    const told: ViewChange[] = []
    view.subscribe((change) => void told.push(change))
    // One is sent every 75 ms: twice as long as the silence that would be called dead.
    await holds('pings are answered for 1.8 s', () => world.gateway.pings() >= 24)
    expect(told).toEqual([])
    expect(asked(world, isWatch)).toHaveLength(1)
  })

  it('never comes for a view that is closed before its first lists', async () => {
    await using world = await startWorld()
    world.options.absent.push('rollouts')
    const view = aView(world.url)
    const started = view.start()
    await view[Symbol.asyncDispose]()
    await expect(started).rejects.toMatchObject({ code: 'E_CLUSTER_UNREACHABLE' })
  })
})

describe('what a view says of itself', () => {
  it('has no credentials in logs, errors or freshness', async () => {
    await using world = await startWorld()
    const { logger, lines } = rememberLog()
    const connection = {
      server: world.url,
      credentials: () => Promise.resolve({ headers: { authorization: 'Bearer t0ps3cret' }, tls: {} }),
    }
    await using view = aView(world.url, { connection, logger })
    await view.start()
    world.options.token = 'another'
    world.api.watches.closeAll()
    await until(view, () => !view.freshness().fresh)
    const fault: unknown = await view.reread('shop', 'web').catch((error: unknown) => error)
    const said = [...lines, view.freshness(), String(fault), JSON.stringify(fault), view.watches()]
    expect(said.length).toBeGreaterThan(4)
    expect(JSON.stringify(said)).not.toContain('t0ps3cret')
  })
})
