import { expect, test } from 'vitest'
import type { RolloutPage } from '../../../src/api/contract.ts'
import type { BesideKnown } from '../../../src/domain/migration/beside.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import { aLedger, aRollout, aSplitRollout, aView, NOW, readOptions, type Objects } from '../fleet-fixture.ts'
import { aFleetOf, ledgerOf } from '../large-fleet.ts'
import { startService, type Service } from '../service.ts'
import { tellStory, theFleet } from '../story.ts'

const serves = (...names: string[]) => names.map((name) => ({ name, available: 3, how: 'selector' as const }))

function known(beside: Readonly<Record<string, ReturnType<BesideKnown['of']>>>, fields: Partial<BesideKnown> = {}): BesideKnown {
  return { asOf: NOW - 41_000, fault: null, of: ({ uid }) => beside[uid], ...fields }
}

async function serve(views: readonly ClusterView[]): Promise<Service> {
  const ledger = await aLedger()
  return startService(readOptions(views, ledger), ledger)
}

const ROLLOUTS = [aRollout({ name: 'web' }), aRollout({ name: 'api' }), aSplitRollout({ name: 'pay' })]
const fleet = (beside: BesideKnown, more: Partial<Objects> = {}): ClusterView => aView('east', { rollouts: ROLLOUTS, beside, ...more })

const textOf = async (service: Service, path = '/'): Promise<string> => (await fetch(service.servers.api.url + path)).text()
const itemsOf = async (service: Service): Promise<Record<string, unknown>> => {
  const { items } = JSON.parse(await textOf(service, '/api/v1/rollouts')) as RolloutPage
  return Object.fromEntries(items.map(({ name, servesBeside }) => [name, servesBeside]))
}

test('a row says that a Deployment serves beside, leads to the page that tells which, and the foot says when that was', async () => {
  await using service = await serve([fleet(known({ 'uid-web': serves('old-web'), 'uid-api': [], 'uid-pay': serves('a', 'b') }))])
  const text = await textOf(service)
  expect(text.match(/(, |">)(\d )?Deployments? serves? beside/g)).toEqual(['">2 Deployments serve beside', ', Deployment serves beside'])
  expect(text.match(/href="\/rollouts\/east\/shop\/web"/g)).toHaveLength(1)
  expect(text).toContain('Deployments were looked at 41s ago.')
})

test('it stands before the reason, and leads to the Rollout where the row leads to its release', async () => {
  const ledger = await aLedger()
  await tellStory(ledger)
  const besideKnown = (): BesideKnown => known({}, { of: () => serves('old') })
  await using service = await startService(readOptions([{ ...theFleet(), besideKnown }], ledger), ledger)
  const text = await textOf(service, '/?name=checkout')
  expect(text).toMatch(/<a href="\/releases\/\w+">checkout</)
  expect(text).toMatch(
    /<small title="success-rate[^"]*"><a href="\/rollouts\/east\/shop\/checkout">Deployment serves beside<\/a> · success-rate/,
  )
})

test('where none serves beside, a row says nothing of it, nor the foot when that was', async () => {
  await using service = await serve([fleet(known({ 'uid-web': [], 'uid-api': [], 'uid-pay': [] }))])
  expect(await textOf(service)).not.toMatch(/Deployment/)
})

test('the API tells none, some and not known apart, and that one of the same name alone is not known to serve', async () => {
  const beside = known({ 'uid-web': serves('old-web'), 'uid-api': [{ name: 'api', available: 3, how: 'name' }] })
  await using service = await serve([fleet(beside)])
  expect(await itemsOf(service)).toEqual({
    web: { deployments: ['old-web'], asOf: NOW - 41_000 },
    api: { deployments: [], asOf: NOW - 41_000 },
    pay: undefined,
  })
})

test('before the first read, and where nobody may read, nothing is said of any', async () => {
  await using before = await serve([fleet(known({}, { asOf: null }))])
  await using never = await serve([aView('east', { rollouts: ROLLOUTS })])
  for (const service of [before, never]) {
    expect(await itemsOf(service)).toEqual({ web: undefined, api: undefined, pay: undefined })
    expect(await textOf(service)).not.toMatch(/Deployment/)
  }
})

test('that it could not be read is said below the rows, in one harmless line', async () => {
  await using service = await serve([fleet(known({}, { fault: 'E_CLUSTER_FORBIDDEN: <b>no</b>\u202e' }))])
  const text = await textOf(service)
  expect(text).toContain('east: which Deployments serve beside a Rollout is not all known: E_CLUSTER_FORBIDDEN: &#60;b&#62;no&#60;/b&#62;')
  expect(text).not.toContain('\u202e')
})

test('a cluster that cannot be seen is not asked, and what was known of it is not told', async () => {
  let looks = 0
  const beside = { ...known({ 'uid-web': serves('old-web') }), asOf: NOW }
  const view = fleet(beside, { freshness: { fresh: false, asOf: NOW - 60_000, blind: [] } })
  await using service = await serve([{ ...view, besideKnown: () => (looks++, beside) }])
  expect([await itemsOf(service), looks]).toEqual([{ web: undefined, api: undefined, pay: undefined }, 0])
  expect(await textOf(service)).not.toMatch(/Deployment/)
})

test('a thousand Rollouts are a page of 300 kB at most, though a Deployment serves beside each of them', async () => {
  const ledger = await aLedger()
  await ledger.append(ledgerOf(1_000))
  const besideKnown = (): BesideKnown => known({}, { of: ({ uid }) => serves(`old-${uid}`) })
  const views = aFleetOf(1_000).map((view) => ({ ...view, besideKnown }))
  await using service = await startService(readOptions(views, ledger), ledger)
  const text = await textOf(service)
  expect(text.match(/Deployment serves beside/g)).toHaveLength(1_000)
  expect(Buffer.byteLength(text)).toBeLessThan(300_000)
})
