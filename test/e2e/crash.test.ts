import { describe, expect, it } from 'vitest'
import { FORGES, GITHUB } from '../../src/demo/forges.ts'
import { cards, revertPulls } from '../../src/demo/sights.ts'
import { firstFiles, STORY } from '../../src/simulator/world/story.ts'
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

/** Argo CD looks at the branch when it is told to, and not by itself. */
const NEVER = 1_000_000_000

/** Makes the analysis go on until a measurement is bad. */
async function measureForEver({ world }: Harbour): Promise<void> {
  const [path = '', text = ''] = Object.entries(firstFiles('v1.7.3')).find(([name]) => name.endsWith('/analysis-template.yaml')) ?? []
  await world.people.commit('carol', { files: { [path]: text.replace('count: 5', 'count: 600') }, message: 'Measure for longer\n' })
  await world.refreshGit()
}

function sceneOf(harbour: Harbour, service: ServeProcess): Scene {
  const { world } = harbour
  let isTold = true
  const land = async <T>(change: Promise<T>): Promise<void> => {
    await change
    if (isTold) await world.refreshGit()
  }
  return {
    forge: world.forge,
    slack: world.slack,
    measures: (says) => world.scriptMetric([says === 'good' ? 0.99 : 0.5]),
    async argoCdHears(hears) {
      isTold = hears
      if (hears) await world.refreshGit()
    },
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
    release: () => land(world.commitImage('v1.8.0', 'alice', { approvedBy: 'bob' })),
    pullIsOpen: () => pullIsOpen(harbour),
    merge: () => land(world.mergePullRequest(revertPulls(world)[0]?.number ?? 0, 'bob')),
    kill: () => service.kill9(),
    until: holds,
  }
}

/**
 * On GitHub every moment, and in the nightly run on each forge. By day, on the others, the one at which they have a pull request that Kedge
 * does not know of.
 */
const KILLS = [...FORGES.values()].flatMap((forge) =>
  MOMENTS.filter(({ name }) => forge === GITHUB || process.env['KEDGE_NIGHTLY'] === '1' || name === 'pull-opened').map((moment) => ({
    forge,
    moment,
    title: `${forge.name}: ${moment.rule}`,
  })),
)

// Each has a world of its own, and most of its time is waiting for it.
describe.concurrent('kill -9 of the service', { timeout: 4 * PATIENCE_MS }, () => {
  it.each(KILLS)('$title', async ({ forge, moment }) => {
    const { settleSeconds = 1 } = moment
    await using harbour = await openHarbour({ pollMs: NEVER }, `rules: [{ set: { settleSeconds: ${settleSeconds} } }]`, forge)
    await measureForEver(harbour)
    const scene = sceneOf(harbour, await serveHealthy(harbour))
    scene.measures('bad')
    await killAt(moment, scene)

    const second = await harbour.serve()
    const pull = await pullIsOpen(harbour)
    if (!pull.merged) await scene.merge()
    await isRestored(harbour, second)
    expect(cardText(harbour)).toContain('restored')
    expect(await endOf(harbour, second)).toEqual({ exit: 0, intact: true, pulls: 1, cards: 1 })
  })
})
