import { expect, it } from 'vitest'
import type { Environment } from '../../src/reconcile/environment.ts'
import { alertsOf } from '../../src/reconcile/loop/alerts-of.ts'
import { byBurn, createAlertStage, promoted } from './alerts-stage.ts'
import { given } from './given.ts'

const MINUTE = 60_000

it('a newer release takes the place of one that burns, and its PR is closed', async () => {
  await using stage = await promoted(byBurn)
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
  await stage.release('v3')
  await stage.promote('v3')
  await stage.advance(MINUTE)
  expect(stage.failed()[0]).toMatchObject({ outcome: 'superseded' })
  expect(stage.pulls()[0]).toMatchObject({ state: 'closed' })
})

it('after a restart, an alert that is known already is no new one', async () => {
  await using stage = await promoted(byBurn)
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  const before = stage.failed()
  await stage.restart()
  await stage.advance(2 * MINUTE)
  expect(stage.failed()[0]?.attempts).toEqual(before[0]?.attempts)
  expect(stage.pulls()).toHaveLength(1)
})

it('explains what each alert says of what runs, also where it says nothing', async () => {
  let seen: Environment | undefined
  await using stage = await promoted({ ...byBurn, wrap: (environment) => (seen = environment) })
  await stage.advance(2 * MINUTE)
  await stage.fire({ state: 'silenced' })
  const environment = given(seen)
  const told = alertsOf(environment, { cluster: 'prod', namespace: 'shop', name: 'web' })
  expect(told).toMatchObject({ fault: null, items: [{ name: 'ErrorBudgetBurn', words: 'somebody has silenced it' }] })
  expect(alertsOf(environment, { cluster: 'nowhere', namespace: 'shop', name: 'web' })).toBeUndefined()
})

it('a promotion that was seen late opens no PR: its window was another one', async () => {
  await using stage = await createAlertStage(byBurn)
  await stage.release('v2')
  stage.web.healthy('v2')
  await stage.advance(30 * MINUTE)
  await stage.show()
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.failed()[0]?.attempts[0]?.burn).toMatchObject({ past: 'unknown', pastDetail: expect.stringContaining('away') as string })
  expect(stage.pulls()).toEqual([])
})

it('another objective of the same rule that fires for long keeps no burn alive', async () => {
  await using stage = await promoted({ policy: { bakeMs: 20 * MINUTE } })
  const latency = { alertname: 'ErrorBudgetBurn', namespace: 'shop', rollout: 'web', slo: 'web-latency' }
  const other = { fingerprint: 'latency', name: 'ErrorBudgetBurn', annotations: {}, state: 'firing', beganAt: 0, link: undefined } as const
  stage.alerts.alertsNow = [{ ...other, labels: latency }]
  await stage.advance(2 * MINUTE)
  await stage.fire()
  expect(stage.failed()).toMatchObject([{ outcome: 'open', cause: 'slo-burn' }])
  stage.alerts.alertsNow = stage.alerts.alertsNow.filter(({ fingerprint }) => fingerprint === 'latency')
  await stage.advance(30 * MINUTE)
  expect(stage.failed().filter(({ outcome }) => outcome === 'open')).toEqual([])
})

it('what was taken back, and passed by since, is not waited for', async () => {
  await using stage = await promoted(byBurn)
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  stage.app.sync(stage.merge(1))
  stage.web.canary('v1')
  await stage.show()
  await stage.promote('v1')
  await stage.advance(MINUTE)
  expect(stage.failed()[0]).toMatchObject({ outcome: 'open' })
  await stage.release('v3')
  await stage.promote('v3')
  await stage.advance(MINUTE)
  expect(stage.failed()[0]).toMatchObject({ outcome: 'superseded' })
})
