import { describe, expect, it } from 'vitest'
import { createStormStage, type StormStage } from './storm-stage.ts'

const MINUTE = 60_000
const openPulls = (stage: StormStage) => stage.pulls().filter(({ state }) => state === 'open')
const states = (stage: StormStage) => stage.ledger.storms({}).map(({ state }) => state)
const card = (stage: StormStage, at = 0) => stage.cards()[at]?.card

/** Some fail by the same broken metric, each brought by a commit of its own. */
async function brokenMetric(many: number, options: Parameters<typeof createStormStage>[1] = {}): Promise<StormStage> {
  const stage = await createStormStage(many, options)
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all)
  await stage.advance(MINUTE)
  return stage
}

describe('25 aborts', () => {
  it.each([
    ['at once', 0],
    ['one after the other', 4_000],
  ])('of one broken metric, %s, are one card, no PR and 25 releases', async (_, pauseMs) => {
    await using stage = await createStormStage(25)
    await stage.release('v2', 'own-commits')
    await stage.abort(stage.all, {}, pauseMs)
    await stage.advance(MINUTE)
    expect([stage.cards().length, openPulls(stage).length, stage.failed().length]).toEqual([1, 0, 25])
    // Those that failed long before the third are closed again.
    expect(stage.pulls().length).toBe(pauseMs === 0 ? 0 : 2)
    expect(card(stage)?.title).toMatch(/25 Rollouts failed for one cause: success-rate is /)
    expect(states(stage)).toEqual(['holding'])
    expect(stage.failed().map(({ decision }) => decision?.reason)).toEqual(
      Array.from({ length: 25 }, () => expect.stringMatching(/^No revert PR: held, because 25 Rollouts failed for one cause/)),
    )
  })

  it.each([
    ['at once', 0],
    ['one after the other', 4_000],
  ])('of one shared bad commit, %s, are one card and one PR', async (_, pauseMs) => {
    await using stage = await createStormStage(25)
    await stage.release('v2', 'one-commit')
    await stage.abort(stage.all, {}, pauseMs)
    await stage.advance(MINUTE)
    expect([stage.cards().length, stage.pulls().length, stage.failed().length]).toEqual([1, 1, 25])
    expect(card(stage)?.outcome).toMatch(/^One commit brought all of them\. PR #1 reverts it/)
  })
})

it('a Rollout with evidence of its own has its own card and its own PR, in the midst of a storm', async () => {
  await using stage = await createStormStage(6)
  await stage.release('v2', 'own-commits')
  const [own, ...others] = stage.all
  await stage.abort(others)
  await stage.abort(own ? [own] : [], { value: '{"value":0.17}' })
  await stage.advance(MINUTE)
  expect(stage.cards().map(({ card: { title } }) => title)).toEqual([
    expect.stringMatching(/^.*5 Rollouts failed for one cause/),
    expect.stringContaining('shop/app-0'),
  ])
  expect(openPulls(stage).map(({ title }) => title)).toEqual([expect.stringContaining('app-0')])
})

it('two are told on one card, and nothing is held', async () => {
  await using stage = await brokenMetric(2)
  expect([stage.cards().length, openPulls(stage).length, states(stage)]).toEqual([1, 2, ['gathering']])
  expect(card(stage)?.evidence.slice(0, 2)).toEqual([expect.stringMatching(/app-0 .*PR #\d/), expect.stringMatching(/app-1 .*PR #\d/)])
})

it('failures that lie further apart than minutes are each for itself', async () => {
  await using stage = await createStormStage(3)
  await stage.release('v2', 'own-commits')
  for (const one of stage.all) {
    await stage.abort([one])
    await stage.advance(6 * MINUTE)
  }
  expect([stage.cards().length, openPulls(stage).length, states(stage)]).toEqual([3, 3, []])
})

it('a policy may keep its Rollouts apart', async () => {
  await using stage = await brokenMetric(4, { policy: { inStorms: false } })
  expect([stage.cards().length, openPulls(stage).length, states(stage)]).toEqual([4, 4, []])
})

it('a PR that was open before the storm was known is closed as held, and opened anew once a person releases it', async () => {
  await using stage = await createStormStage(4)
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all, {}, 10_000)
  await stage.advance(MINUTE)
  const before = stage.pulls()
  expect(before.length).toBeGreaterThan(0)
  expect(before.map(({ state }) => state)).toEqual(before.map(() => 'closed'))
  expect(before[0]?.comments.at(-1)?.text).toContain('failed together with many others, for one cause')
  const [storm] = stage.ledger.storms({})
  expect(await stage.controller.releaseStorm(storm?.key ?? '', 'ada (this machine)')).toBe('released')
  await stage.idle()
  await stage.advance(2 * MINUTE)
  expect([openPulls(stage).length, states(stage), stage.cards().length]).toEqual([4, ['released'], 4])
  expect(stage.ledger.read('storm', storm?.key ?? '')?.releasedBy).toBe('ada (this machine)')
  expect(await stage.controller.releaseStorm(storm?.key ?? '', 'ada')).toBe('not-needed')
  expect(await stage.controller.releaseStorm('nothing', 'ada')).toBe('absent')
})

it('a metric that can be measured again ends the storm: no PR is opened, and what is tried again and made it closes the card', async () => {
  await using stage = await brokenMetric(5)
  const [first, ...others] = stage.all
  first?.rollout.retry()
  await stage.show()
  await stage.advance(10_000)
  first?.rollout.measure('Successful')
  await stage.show()
  await stage.advance(10_000)
  expect(states(stage)).toEqual(['passed'])
  expect(card(stage)?.outcome).toMatch(/^The cause has passed/)
  for (const { rollout } of others) rollout.retry()
  await stage.show()
  await stage.advance(10_000)
  for (const { rollout } of stage.all) rollout.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  expect([states(stage), stage.cards().length, stage.pulls()]).toEqual([['over'], 1, []])
  expect(card(stage)).toMatchObject({ tone: 'good', title: expect.stringContaining('all of it is over') })
})

it('pods that do not get ready hold PRs in the third of a cluster, and each is decided by itself once another gets ready', async () => {
  await using stage = await createStormStage(4)
  await stage.release('v2', 'own-commits')
  const [well, ...others] = stage.all
  await stage.abort(others, { why: { message: ': ReplicaSet "x" has timed out progressing.' } })
  await stage.advance(MINUTE)
  expect([states(stage), openPulls(stage).length]).toEqual([['holding'], 0])
  well?.rollout.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  expect([states(stage), openPulls(stage).length]).toEqual([['over'], 3])
})
