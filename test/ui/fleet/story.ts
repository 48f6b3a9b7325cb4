import { applicationOf, anApp, filesOf, type App } from './manifests.ts'
import { openWorld, type FleetWorld } from './world.ts'

// What happened to a fleet of seven until `NOW`: one of each kind that people meet.

const NOW = Date.parse('2026-11-23T10:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const CHECKOUT = anApp('checkout')
const SEARCH = anApp('search', {
  steps: ['setWeight: 20', 'pause: {duration: 30s}', 'setWeight: 40', 'analysis', 'setWeight: 80', 'pause: {duration: 5m}'],
})
const PAYMENTS = anApp('payments', { steps: ['setWeight: 20', 'pause: {}', 'analysis', 'setWeight: 50', 'pause: {duration: 10m}'] })
const LEDGER_API = anApp('ledger-api')
const CATALOG = anApp('catalog')
const RECOMMENDATIONS = anApp('recommendations')
const WEB = anApp('web')

const FIRST: readonly (readonly [App, string])[] = [
  [CHECKOUT, 'v1.7.2'],
  [SEARCH, 'v2.4.0'],
  [PAYMENTS, 'v5.1.8'],
  [LEDGER_API, 'v0.9.0'],
  [CATALOG, 'v2.9.4'],
  [RECOMMENDATIONS, '2026.11.1'],
  [WEB, 'v12.0.3'],
]

/** Three of the measurements of checkout v1.8.0 are below the limit; the sixth is not taken any more. */
const FALLING = [0.991, 0.968, 0.94, 0.925, 0.91]

/** The fleet as it stands at `NOW`, served; `port`: a free one by default. */
export async function openFleet({ port = 0 }: { port?: number } = {}): Promise<FleetWorld> {
  const world = await openWorld({
    start: NOW - 80 * HOUR,
    port,
    isBroken: (image) => image.endsWith('ledger-api:v0.9.1'),
    metric({ image, taken }) {
      if (image.endsWith('checkout:v1.8.0')) return FALLING[taken] ?? 0.91
      return image.endsWith('catalog:v2.9.5') ? 0.87 : 0.99 + (taken % 3) / 1_000
    },
  })
  try {
    await play(world)
  } catch (error) {
    await world[Symbol.asyncDispose]()
    throw error
  }
  return world
}

async function play(world: FleetWorld): Promise<void> {
  const before = (ms: number): Promise<void> => world.advanceTo(NOW - ms)
  await world.people.commit('ana', {
    files: Object.assign({}, ...FIRST.map(([app, version]) => filesOf(app, version))) as Record<string, string>,
    message: 'Deploy the shop\n',
  })
  for (const [app] of FIRST) world.store.apply(applicationOf(app))
  await world.sync()
  await before(75 * HOUR)
  await release(world, { app: RECOMMENDATIONS, version: '2026.11.2', by: 'kim', approver: 'lin' })
  await before(60 * HOUR)
  await release(world, { app: CATALOG, version: 'v2.9.5', by: 'li', approver: 'ana' })
  await before(59.5 * HOUR)
  await mergeRevert(world, 'ana')
  await before(59 * HOUR)
  await lift(world, { by: 'ana', reason: 'the metric counted the load test, too' })
  await before(27 * HOUR)
  await release(world, { app: CATALOG, version: 'v3.0.0', by: 'li', approver: 'ana' })
  await before(20 * HOUR)
  await release(world, { app: CHECKOUT, version: 'v1.7.3', by: 'ana', approver: 'lin' })
  await before(5.3 * HOUR)
  await release(world, { app: WEB, version: 'v12.1.0', by: 'sam', approver: 'ana' })
  await before(30 * MINUTE)
  await release(world, { app: PAYMENTS, version: 'v5.2.0', by: 'sam', approver: 'kim' })
  await before(28 * MINUTE)
  await release(world, { app: LEDGER_API, version: 'v0.9.1', by: 'kim', approver: 'sam' })
  await before(9 * MINUTE)
  await release(world, { app: CHECKOUT, version: 'v1.8.0', by: 'ana', approver: 'lin', features: 'basket,wallet' })
  await before(95_000)
  await release(world, { app: SEARCH, version: 'v2.4.1', by: 'li', approver: 'ana' })
  await before(0)
}

interface Deed {
  app: App
  version: string
  by: string
  approver: string
  features?: string
}

/** A person changes the image by a pull request that another one approves; Argo CD syncs it. */
async function release({ people, sync }: FleetWorld, { app, version, by, approver, features }: Deed): Promise<void> {
  const branch = `release/${app.name}-${version}`
  const message = `Release ${app.name} ${version}\n`
  await people.branch(by, { branch, files: filesOf(app, version, features), message })
  const { number } = await people.openPull(by, { title: message.trim(), head: branch })
  people.review(approver, number, 'APPROVED')
  await people.merge(approver, number, 'squash')
  await people.deleteBranch(by, branch)
  await sync()
}

/** A person merges the revert PR that is open. */
async function mergeRevert({ repository, people, sync }: FleetWorld, by: string): Promise<void> {
  const open = [...repository.pulls.values()].find(({ head, closed }) => head.startsWith('kedge/') && !closed)
  if (!open) throw new Error('no revert PR is open')
  people.review(by, open.number, 'APPROVED')
  await people.merge(by, open.number)
  await sync()
}

/** A person says that a version that was reverted may come again. */
async function lift({ url, advanceTo, clock }: FleetWorld, said: { by: string; reason: string }): Promise<void> {
  const { items } = (await (await fetch(`${url}/api/v1/quarantines`)).json()) as { items: readonly { key: string }[] }
  const lifted = await fetch(`${url}/api/v1/quarantines/${encodeURIComponent(items[0]?.key ?? '')}/lift`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(said),
  })
  if (lifted.status !== 202) throw new Error(`the quarantine was not lifted: HTTP ${lifted.status} ${await lifted.text()}`)
  await advanceTo(clock.now() + 1_000)
}
