import { expect, it } from 'vitest'
import { byBurn, createAlertStage, PR_BY_BURN, promoted } from './alerts-stage.ts'
import { manifest } from './manifest.ts'

const MINUTE = 60_000

it('an alert that began after a promotion, while Kedge was away, is told, and opens no PR', async () => {
  await using stage = await createAlertStage({ policy: { prCauses: PR_BY_BURN, bakeMs: 10 * 60_000 } })
  await stage.release('v2')
  await stage.stop()
  stage.web.healthy('v2')
  const beganAt = stage.clock.now() + 120_000
  await stage.clock.advanceTo(beganAt + 120_000, async () => undefined)
  await stage.start()
  await stage.advance(5_000)
  await stage.fire({ beganAt })
  await stage.advance(60_000)
  expect(stage.failed()[0]?.attempts[0]?.burn).toMatchObject({ past: 'unknown', pastDetail: expect.stringContaining('Kedge was away') })
  expect(stage.pulls()).toEqual([])
})

it('an alert that begins after a promotion is told to people, and opens no PR by default', async () => {
  await using stage = await promoted()
  await stage.advance(2 * MINUTE)
  await stage.fire()
  const [release] = stage.failed()
  expect(release).toMatchObject({ state: 'failed', cause: 'slo-burn', serving: 'in-step', outcome: 'open' })
  expect(release?.attempts[0]?.burn).toMatchObject({ past: 'clean', others: 0, state: 'firing' })
  const [entry] = stage.cards()
  expect(entry?.card.title).toBe('shop/web: web:v2 was promoted, and ErrorBudgetBurn fires since')
  expect(entry?.card.evidence).toEqual([
    expect.stringMatching(/^ErrorBudgetBurn fires since .*, 2 min after the promotion: objective web-availability, windows 5m and 1h/),
  ])
  expect(entry?.card.fields.slice(0, 2).map(({ value }) => value)).toEqual([expect.stringContaining('web:v2'), 'web:v2'])
  expect(entry?.card.outcome).toContain('an alert names the release by its time alone, so a person decides.')
  expect(stage.pulls()).toEqual([])
})

it('a policy that lists it opens the PR, which says that merging rolls the cluster back step by step', async () => {
  await using stage = await promoted(byBurn)
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  const [pull] = stage.pulls()
  expect(stage.releases()[0]?.decision).toMatchObject({ action: 'open-revert' })
  expect(pull?.body).toContain('**The cluster does not run the version before.**')
  expect(pull?.body).toContain('Git and the cluster both run it; merging this takes both back')
  expect(pull?.body).not.toContain('wanted again, which goes Healthy at once')
  expect(stage.cards()[0]?.card.todo).toBe('Merge #1')
  // Merged, N comes back through its steps; the alert ends; then it is over.
  const merge = stage.merge(1)
  stage.app.sync(merge)
  stage.web.canary('v1')
  await stage.show()
  await stage.advance(MINUTE)
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.failed()[0]).toMatchObject({ outcome: 'open' })
  expect(stage.cards()[0]?.card.outcome).toContain('the version before is back. The alert is waited for.')
  await stage.resolve()
  await stage.advance(MINUTE)
  expect(stage.failed()[0]).toMatchObject({ outcome: 'restored' })
  expect(stage.cards()[0]?.card.title).toBe('shop/web: restored. Git and cluster agree again')
  expect(stage.pulls()).toHaveLength(1)
})

it('where nobody keeps what has fired before, people are told why no PR is opened', async () => {
  await using stage = await promoted({ ...byBurn, keepsPast: false })
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('whether the alert has fired before the promotion is not known')
})

it('with two releases promoted within the window people are told, and none is taken back', async () => {
  await using stage = await promoted(byBurn)
  await stage.advance(5 * MINUTE)
  await stage.release('v3')
  await stage.promote('v3')
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('1 other release(s) of the Rollout were promoted or tried within the window')
})

it('a release that was tried and taken back between the promotion and the alert leaves nobody to blame', async () => {
  await using stage = await promoted(byBurn)
  await stage.advance(MINUTE)
  await stage.release('v3')
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'back to v2'))
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
})

it.each([
  ['silenced', { state: 'silenced' }],
  ['inhibited', { state: 'inhibited' }],
  ['pending', { state: 'pending' }],
  ['about another namespace', { labels: { alertname: 'ErrorBudgetBurn', namespace: 'other', rollout: 'web' } }],
  ['about nothing that runs', { labels: { alertname: 'Watchdog' } }],
  ['older than the promotion', { beganAt: 0 }],
] as const)('an alert that is %s makes no failed release', async (_, more) => {
  await using stage = await promoted(byBurn)
  await stage.advance(2 * MINUTE)
  await stage.fire(more)
  await stage.advance(MINUTE)
  expect(stage.failed()).toEqual([])
  expect(stage.cards()).toEqual([])
})

it('an alert that begins after the bake window makes no failed release', async () => {
  await using stage = await promoted({ policy: { prCauses: PR_BY_BURN, bakeMs: 10 * MINUTE } })
  await stage.advance(11 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.failed()).toEqual([])
  expect(stage.alerts.asked).toBeGreaterThan(1)
})

it('an alert that begins during the canary makes no failed release, then or once it is promoted', async () => {
  await using stage = await createAlertStage(byBurn)
  await stage.release('v2')
  await stage.fire()
  await stage.advance(MINUTE)
  await stage.promote('v2')
  await stage.advance(10 * MINUTE)
  expect(stage.failed()).toEqual([])
  expect(stage.pulls()).toEqual([])
})

it('an alert that has fired before the promotion, too, makes no failed release', async () => {
  await using stage = await createAlertStage(byBurn)
  await stage.fire()
  await stage.resolve()
  await stage.advance(30 * MINUTE)
  await stage.release('v2')
  await stage.promote('v2')
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.failed()).toEqual([])
})

it('an alert that ends by itself leaves the release, once its window is over', async () => {
  await using stage = await promoted({ policy: { bakeMs: 20 * MINUTE } })
  await stage.advance(2 * MINUTE)
  await stage.fire()
  await stage.advance(MINUTE)
  await stage.resolve()
  await stage.advance(MINUTE)
  expect(stage.cards()[0]?.card.title).toContain('fired after it; the alert is over')
  // It flaps: the same release still, and no second attempt.
  await stage.fire()
  await stage.advance(MINUTE)
  await stage.resolve()
  await stage.advance(10 * MINUTE)
  expect(stage.failed()[0]).toMatchObject({ state: 'failed' })
  expect(stage.failed()[0]?.attempts).toHaveLength(1)
  await stage.advance(10 * MINUTE)
  expect(stage.failed()[0]).toMatchObject({ outcome: 'promoted', cause: 'slo-burn' })
  expect(stage.cards()[0]?.card.title).toBe('shop/web: web:v2 stays; the alert after its promotion is over')
})

it('what is not known is no alert that has ended, and none that has begun', async () => {
  await using stage = await promoted(byBurn)
  await stage.advance(MINUTE)
  stage.alerts.fault = { result: 'unknown', why: 'unreachable', detail: 'Alertmanager could not be reached (ECONNREFUSED)' }
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.failed()).toEqual([])
  expect(stage.warnings().map(({ message }) => message)).toContain(
    'what fires is not known: Alertmanager could not be reached (ECONNREFUSED)',
  )
  stage.alerts.fault = undefined
  await stage.advance(MINUTE)
  expect(stage.failed()).toHaveLength(1)
})

it('an alert that is over when it is decided, which nobody has told, plans no revert', async () => {
  await using stage = await promoted(byBurn)
  await stage.advance(2 * MINUTE)
  const tell = stage.alerts.alerts.bind(stage.alerts)
  stage.alerts.alerts = async (question) => {
    const told = await tell(question)
    // It is told once, and gone by the next question.
    stage.alerts.alertsNow = []
    return told
  }
  await stage.fire()
  expect(stage.failed()).toHaveLength(1)
  expect(stage.ledger.reverts({})).toEqual([])
})
