import { expect, it } from 'vitest'
import { PR_BY_BURN } from './alerts-stage.ts'
import { BAKE, burn, flag, FLAGS, flags, MINUTE, policy, running } from './flags-stage.ts'
import { byFiles } from './manifest.ts'

it('an alert that begins after a sync of flags alone names them, and is told to people by default', async () => {
  await using stage = await running({ policy: { ...policy, prCauses: ['analysis-failed'] } })
  const commit = await flag(stage, 'on')
  await burn(stage)
  expect(stage.failed()).toMatchObject([{ cause: 'slo-burn', outcome: 'open', revision: commit, podTemplateHash: null }])
  expect(stage.failed()[0]?.attempts[0]?.burn).toMatchObject({ flags: [FLAGS], past: 'clean', others: 0 })
  const [entry] = stage.cards()
  expect(entry?.card.title).toBe(`shop/web: flag ${FLAGS} was applied, and ErrorBudgetBurn fires since`)
  expect(entry?.card.fields.slice(0, 2).map(({ value }) => value)).toEqual([
    `flag ${FLAGS} (${commit.slice(0, 7)} by Ada Author)`,
    'web:v1, as before it',
  ])
  expect(entry?.card.fields.find(({ label }) => label === 'Cause')?.value).toBe('an alert that began after its sync fires')
  expect(entry?.card.outcome).toContain('an alert names the release by its time alone, so a person decides.')
  expect(stage.pulls()).toEqual([])
})

it.each(['by rendering', 'by files'])('where causes list it, the PR takes the flag back and nothing else (%s)', async (how) => {
  await using stage = await running(how === 'by files' ? { wrap: byFiles } : {})
  await flag(stage, 'on')
  await burn(stage)
  expect(stage.failed()[0]?.decision).toMatchObject({ action: 'open-revert' })
  const [pull] = stage.pulls()
  expect(stage.reverts()[0]).toMatchObject({ paths: [FLAGS], provenBy: how === 'by files' ? 'files' : 'rendering' })
  expect(pull?.body).toContain('No new version was rolled out; merging this takes the flag back, and nothing else.')
  expect(pull?.body).toContain('the cluster runs the same image of `shop/web` as before')
  expect(pull?.body).not.toContain('step by step')
  expect(stage.ledger.quarantines({ rollout: { cluster: 'prod', namespace: 'shop', name: 'web' } })).toEqual([])
  // Merged, and not synced: the alert alone, or the merge alone, restores nothing.
  const merge = stage.merge(1)
  await stage.advance(MINUTE)
  expect(stage.cards()[0]?.card.outcome).toContain('Its sync, and the end of the alert, are waited for.')
  stage.app.sync(merge)
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.failed()[0]).toMatchObject({ outcome: 'open' })
  await stage.resolve()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
  expect(stage.pulls()).toHaveLength(1)
})

it('an alert that ends once the PR is merged restores nothing before the sync', async () => {
  await using stage = await running()
  await flag(stage, 'on')
  await burn(stage)
  const merge = stage.merge(1)
  await stage.advance(MINUTE)
  await stage.resolve()
  await stage.advance(2 * BAKE)
  expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
  stage.app.sync(merge)
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
})

it.each([
  ['the policy names no flags', { policy: { prCauses: PR_BY_BURN, bakeMs: BAKE } }, {}],
  ['the policy names other files', { policy: { ...policy, flags: ['flags/**'] } }, {}],
  ['the same sync changed anything else', {}, { 'apps/web/settings.yaml': '{}' }],
])('no release of flags begins where %s', async (_, options, more) => {
  await using stage = await running(options)
  await flag(stage, 'on', more)
  await burn(stage)
  expect(stage.failed()).toEqual([])
})

it.each([
  ['at the very moment of the sync', 3_000],
  ['after the window', BAKE + 1_000],
])('an alert that begins %s names no flag', async (_, ms) => {
  await using stage = await running()
  await flag(stage, 'on')
  await stage.advance(ms)
  await stage.fire()
  await stage.advance(MINUTE)
  expect(stage.failed()).toEqual([])
})

it('an alert that has fired before the sync, too, names no flag', async () => {
  await using stage = await running()
  await stage.fire()
  await stage.resolve()
  await stage.advance(BAKE)
  await flag(stage, 'on')
  await burn(stage)
  expect(stage.failed()).toEqual([])
})

it('where nobody keeps what has fired before, people are told why no PR is opened', async () => {
  await using stage = await running({ keepsPast: false })
  await flag(stage, 'on')
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('whether the alert has fired before the flag was applied is not known')
})

it('two syncs of flags within twice the window are both told, and none is taken back', async () => {
  await using stage = await running()
  await flag(stage, 'half')
  await stage.advance(BAKE)
  await flag(stage, 'on')
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toMatch(/besides the flag .*“flag on”.*, .*“flag half” was applied/)
})

it('several commits of one sync go back together', async () => {
  await using stage = await running()
  stage.commit({ [FLAGS]: flags('half') }, 'flag half')
  await flag(stage, 'on')
  await burn(stage)
  expect(stage.reverts()[0]?.culprits).toHaveLength(2)
})

it('a template that was promoted within twice the window is told instead, beside the flag', async () => {
  await using stage = await running()
  await stage.release('v2')
  await stage.promote('v2')
  await stage.advance(MINUTE)
  await flag(stage, 'on')
  await burn(stage)
  expect(stage.failed()).toMatchObject([{ cause: 'slo-burn', images: ['registry.example/web:v2'] }])
  expect(stage.pulls()).toEqual([])
})

it('a template whose own window is over, and not yet twice that, leaves the flag not alone', async () => {
  await using stage = await running()
  await stage.release('v2')
  await stage.promote('v2')
  await stage.advance(BAKE)
  await flag(stage, 'on')
  await burn(stage)
  expect(stage.failed()[0]?.attempts[0]?.burn).toMatchObject({ flags: [FLAGS], others: 1 })
  expect(stage.pulls()).toEqual([])
})

it('a later commit to the same files stands in the way', async () => {
  await using stage = await running()
  await flag(stage, 'on')
  stage.commit({ [FLAGS]: flags('more') }, 'flag more')
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('“flag more”')
})

it('what a person takes back by a commit of their own is restored once the alert is over', async () => {
  await using stage = await running({ policy: { ...policy, prCauses: [] } })
  await flag(stage, 'on')
  await burn(stage)
  await flag(stage, 'off')
  await stage.advance(MINUTE)
  await stage.resolve()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
})

it('an alert that passes by itself leaves the flag, once its window is over', async () => {
  await using stage = await running({ policy: { ...policy, prCauses: [] } })
  await flag(stage, 'on')
  await burn(stage)
  await stage.resolve()
  await stage.advance(2 * BAKE)
  expect(stage.failed()).toMatchObject([{ outcome: 'promoted' }])
  expect(stage.cards()[0]?.card.title).toContain('stays; the alert after it was applied is over')
})

it('a release that fails later over the same N is told from flags that burned before', async () => {
  await using stage = await running()
  await flag(stage, 'on')
  await burn(stage)
  await stage.resolve()
  const [first] = stage.pulls()
  expect(first).toBeDefined()
  await stage.advance(3 * BAKE)
  const commit = await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  const failed = stage.releases().find(({ cause }) => cause === 'analysis-failed')
  expect(failed).toMatchObject({ revision: commit, serving: 'split' })
  expect(stage.reverts().find(({ culprits }) => culprits.at(-1)?.sha === commit)).toMatchObject({ paths: ['apps/web/rollout.yaml'] })
})

it('a flag that a partial sync may have applied long before is no culprit of the sync that names it', async () => {
  await using stage = await running()
  const older = stage.commit({ [FLAGS]: flags('half') }, 'flag half')
  stage.app.selfHeal(older)
  await stage.show()
  await stage.advance(3 * BAKE)
  await flag(stage, 'on')
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('a sync that failed, or of some resources only, came between the two')
})

it('where Kedge was away when the flag was applied, people are told, and no PR is opened', async () => {
  await using stage = await running()
  await stage.stop()
  stage.app.sync(stage.commit({ [FLAGS]: flags('on') }, 'flag on'))
  await stage.restart()
  await burn(stage)
  expect(stage.failed()).toMatchObject([{ cause: 'slo-burn' }])
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('Kedge has not seen every sync')
})

it('of an Application with several Rollouts nobody says whose flag it is', async () => {
  await using stage = await running()
  const worker = stage.addRollout({ name: 'worker' })
  worker.healthy('v1')
  stage.app.change({ rollouts: [stage.web, worker] })
  await stage.advance(2 * BAKE + MINUTE)
  await flag(stage, 'on')
  await burn(stage)
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('the Application has 2 Rollouts')
})

it('two servers that tell of one alert, each with a time of its own, are asked about once each', async () => {
  await using stage = await running({ policy: { ...policy, flags: ['nowhere/**'] } })
  await flag(stage, 'on')
  await stage.advance(2 * MINUTE)
  await stage.fire()
  stage.alerts.alertsNow = stage.alerts.alertsNow.flatMap((alert) => [alert, { ...alert, beganAt: alert.beganAt - 30_000 }])
  await stage.advance(2 * MINUTE)
  expect(stage.failed()).toEqual([])
})

it('after a restart, flags that burn are the same release still', async () => {
  await using stage = await running()
  await flag(stage, 'on')
  await burn(stage)
  await stage.restart()
  await stage.advance(2 * MINUTE)
  expect(stage.failed()).toHaveLength(1)
  expect(stage.failed()[0]?.attempts).toHaveLength(1)
  expect(stage.pulls()).toHaveLength(1)
})
