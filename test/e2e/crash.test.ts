import { describe, expect, it } from 'vitest'
import { cards, revertPulls } from '../../src/demo/sights.ts'
import { STORY } from '../../src/simulator/world/story.ts'
import {
  branches,
  cardText,
  endOf,
  holds,
  isRestored,
  openHarbour,
  PATIENCE_MS,
  pullIsOpen,
  serveHealthy,
  type Harbour,
  type ServeProcess,
} from './harbour.ts'
import { killAt, knownOf, MOMENTS, type Scene } from './moments.ts'

function sceneOf(harbour: Harbour, service: ServeProcess): Scene {
  const { world } = harbour
  return {
    github: world.github,
    slack: world.slack,
    async sights() {
      const { abort, abortedAt } = world.rollout()?.status ?? {}
      const pulls = revertPulls(world)
      return {
        aborted: abort === true && abortedAt !== undefined,
        branches: (await branches(harbour)).length,
        pulls: pulls.length,
        merged: pulls.some((pull) => pull.merged),
        cards: cards(world).length,
        ...(await harbour.readLedger((ledger) => knownOf(ledger, STORY.namespace))),
      }
    },
    release: () => world.commitImage('v1.8.0', 'alice', { approvedBy: 'bob' }),
    pullIsOpen: () => pullIsOpen(harbour),
    merge: async () => world.mergePullRequest(revertPulls(world)[0]?.number ?? 0, 'bob'),
    kill: () => service.kill9(),
    until: holds,
  }
}

// Each has a world of its own, and most of its time is waiting for it.
describe.concurrent('kill -9 of the service', { timeout: 4 * PATIENCE_MS }, () => {
  it.each(MOMENTS)('$rule', async (moment) => {
    await using harbour = await openHarbour()
    const { world } = harbour
    world.scriptMetric([0.97, 0.93, 0.91])
    await killAt(moment, sceneOf(harbour, await serveHealthy(harbour)))

    const second = await harbour.serve()
    const pull = await pullIsOpen(harbour)
    if (!pull.merged) await world.mergePullRequest(pull.number, 'bob')
    await isRestored(harbour, second)
    expect(cardText(harbour)).toContain('restored')
    expect(await endOf(harbour, second)).toEqual({ exit: 0, intact: true, pulls: 1, cards: 1 })
  })
})
