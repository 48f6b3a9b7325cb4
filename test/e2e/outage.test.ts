import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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

let harbour: Harbour
let service: ServeProcess
beforeEach(async () => {
  harbour = await openHarbour()
  harbour.world.scriptMetric([0.97, 0.93, 0.91])
  service = await serveHealthy(harbour)
}, PATIENCE_MS)
afterEach(() => harbour[Symbol.asyncDispose]())

const breakDown = (faults: Faults) => faults.inject({ times: 1_000_000, fault: { kind: 'drop-before' } })
const release = () => harbour.world.commitImage('v1.8.0', 'alice', { approvedBy: 'bob' })

async function mergeAndEnd(): Promise<unknown> {
  const pull = await pullIsOpen(harbour)
  await harbour.world.mergePullRequest(pull.number, 'bob')
  await isRestored(harbour, service)
  return endOf(harbour, service)
}

describe('an outage while the abort happens', { timeout: 4 * PATIENCE_MS }, () => {
  it('of GitHub keeps the failure, says so in readyz, and opens the PR afterwards', async () => {
    breakDown(harbour.world.github.faults)
    await release()
    await event(harbour, 'release-failed')
    const { status } = await waitFor('readyz says so', async () => {
      const answer = await service.readyz()
      return /cannot be decided on|will be repeated/.test(answer.text) ? answer : undefined
    })
    expect(status).toBe(200)
    expect(revertPulls(harbour.world)).toEqual([])
    harbour.world.github.faults.clear()
    expect(await mergeAndEnd()).toEqual({ exit: 0, intact: true, pulls: 1, cards: 1 })
  })

  it('of Slack opens the PR all the same, says so in readyz, and posts one card afterwards', async () => {
    breakDown(harbour.world.slack.faults)
    await release()
    await event(harbour, 'revert-opened')
    await holds('readyz says so', async () => /effect\(s\) failed and will be repeated/.test((await service.readyz()).text))
    expect(cards(harbour.world)).toEqual([])
    harbour.world.slack.faults.clear()
    expect(await mergeAndEnd()).toEqual({ exit: 0, intact: true, pulls: 1, cards: 1 })
  })

  it('of the cluster is blindness: not ready, no verdict, nothing opened; afterwards the PR', async () => {
    const { world } = harbour
    await release()
    await event(harbour, 'release-started')
    breakDown(world.kubernetes.faults)
    world.kubernetes.watches.cutAll()
    await aborted(harbour)
    await holds('readyz says so', async () => (await service.readyz()).status === 503)
    expect((await service.client.rollouts({}))[0]).toMatchObject({ serving: 'unknown' })
    expect([revertPulls(world), cards(world)]).toEqual([[], []])
    world.kubernetes.faults.clear()
    await holds('it sees again', async () => (await service.readyz()).status === 200)
    expect(await mergeAndEnd()).toEqual({ exit: 0, intact: true, pulls: 1, cards: 1 })
  })
})

describe('a lost ledger', { timeout: 4 * PATIENCE_MS }, () => {
  it('is silent about the failure that is there, and adopting it takes up the open PR instead of a second one', async () => {
    await release()
    const pull = await pullIsOpen(harbour)
    await service.kill9()
    await Promise.all(['ledger.db', 'ledger.db-wal', 'ledger.db-shm'].map((file) => rm(join(harbour.folder, file), { force: true })))

    service = await harbour.serve()
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
