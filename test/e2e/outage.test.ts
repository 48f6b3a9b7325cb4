import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cards, revertPulls } from '../../src/demo/sights.ts'
import type { Faults } from '../../src/simulator/loopback/faults.ts'
import {
  aborted,
  cardText,
  endOf,
  event,
  holds,
  isRestored,
  newestRelease,
  openHarbour,
  PATIENCE_MS,
  pullIsOpen,
  serveHealthy,
  waitFor,
  type Harbour,
  type ServeProcess,
} from './harbour.ts'

/** A harbour in which N serves, `serve` watches it, and the next release will fail. */
interface Scene extends AsyncDisposable {
  harbour: Harbour
  service: ServeProcess
}

async function openScene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const harbour = stack.use(await openHarbour())
  harbour.world.scriptMetric([0.97, 0.93, 0.91])
  const service = await serveHealthy(harbour)
  const open = stack.move()
  return { harbour, service, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

const breakDown = (faults: Faults) => faults.inject({ times: 1_000_000, fault: { kind: 'drop-before' } })
const release = ({ world }: Harbour) => world.commitImage('v1.8.0', 'alice', { approvedBy: 'bob' })

async function mergeAndEnd({ harbour, service }: Pick<Scene, 'harbour' | 'service'>): Promise<unknown> {
  const pull = await pullIsOpen(harbour)
  await harbour.world.mergePullRequest(pull.number, 'bob')
  await isRestored(harbour, service)
  return endOf(harbour, service)
}

// Each has a world of its own, and most of its time is waiting for it.
describe.concurrent('an outage while the abort happens', { timeout: 4 * PATIENCE_MS }, () => {
  it('of GitHub keeps the failure, says so in readyz, and opens the PR afterwards', async () => {
    await using scene = await openScene()
    const { harbour, service } = scene
    breakDown(harbour.world.forge.faults)
    await release(harbour)
    await event(harbour, 'release-failed')
    const { status } = await waitFor('readyz says so', async () => {
      const answer = await service.readyz()
      return /cannot be decided on|will be repeated/.test(answer.text) ? answer : undefined
    })
    expect(status).toBe(200)
    expect(revertPulls(harbour.world)).toEqual([])
    harbour.world.forge.faults.clear()
    expect(await mergeAndEnd(scene)).toEqual({ exit: 0, intact: true, pulls: 1, cards: 1 })
  })

  it('of Slack opens the PR all the same, says so in readyz, and posts one card afterwards', async () => {
    await using scene = await openScene()
    const { harbour, service } = scene
    breakDown(harbour.world.slack.faults)
    await release(harbour)
    await event(harbour, 'revert-opened')
    await holds('readyz says so', async () => /effect\(s\) failed and will be repeated/.test((await service.readyz()).text))
    expect(cards(harbour.world)).toEqual([])
    harbour.world.slack.faults.clear()
    expect(await mergeAndEnd(scene)).toEqual({ exit: 0, intact: true, pulls: 1, cards: 1 })
  })

  it('of the cluster is blindness: not ready, no verdict, nothing opened; afterwards the PR', async () => {
    await using scene = await openScene()
    const { harbour, service } = scene
    const { world } = harbour
    await release(harbour)
    await event(harbour, 'release-started')
    breakDown(world.kubernetes.faults)
    world.kubernetes.watches.cutAll()
    await aborted(harbour)
    await holds('readyz says so', async () => (await service.readyz()).status === 503)
    expect((await service.client.rollouts({}))[0]).toMatchObject({ serving: 'unknown' })
    expect([revertPulls(world), cards(world)]).toEqual([[], []])
    world.kubernetes.faults.clear()
    await holds('it sees again', async () => (await service.readyz()).status === 200)
    expect(await mergeAndEnd(scene)).toEqual({ exit: 0, intact: true, pulls: 1, cards: 1 })
  })
})

describe('a lost ledger', { timeout: 4 * PATIENCE_MS }, () => {
  it('is silent about the failure that is there, and adopting it takes up the open PR instead of a second one', async () => {
    await using scene = await openScene()
    const { harbour } = scene
    await release(harbour)
    const pull = await pullIsOpen(harbour)
    await scene.service.kill9()
    await Promise.all(['ledger.db', 'ledger.db-wal', 'ledger.db-shm'].map((file) => rm(join(harbour.folder, file), { force: true })))

    const service = await harbour.serve()
    const known = await waitFor('the failure is listed', () => newestRelease(service))
    expect(known.release).toMatchObject({ preExisting: true, revertKey: null })
    await service.client.adopt(known.id, 'carol')
    await holds('the open PR is taken up', async () => (await newestRelease(service))?.revert?.pullRequest?.number === pull.number)
    await harbour.world.mergePullRequest(pull.number, 'bob')
    await isRestored(harbour, service)
    expect(cardText(harbour)).toContain('restored')
    expect(await endOf(harbour, service)).toMatchObject({ exit: 0, intact: true, pulls: 1 })
  })
})
