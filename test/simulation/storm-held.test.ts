import { describe, expect, it } from 'vitest'
import { REPO } from './application.ts'
import { byName, createStormStage, openPulls, shown, storms, type StormStage } from './storm-stage.ts'

const MINUTE = 60_000
const reasons = (stage: StormStage): string =>
  stage
    .failed()
    .map(({ decision }) => decision?.reason)
    .join('\n')

/** Two Rollouts that one commit broke, each in its own folder and with a value of its own. */
async function twoFolders(): Promise<StormStage> {
  const stage = await createStormStage(2)
  await stage.release('v2', 'one-commit')
  const [a, b] = stage.all
  await stage.abort(a ? [a] : [], { value: '{"value":0.1}' })
  await stage.abort(b ? [b] : [], { value: '{"value":0.2}' })
  await stage.advance(MINUTE)
  return stage
}

describe('what one commit brought to another folder waits', () => {
  it('until a person releases it', async () => {
    await using stage = await twoFolders()
    expect([openPulls(stage).length, reasons(stage)]).toEqual([1, expect.stringContaining('comes first')])
    expect(shown(stage)[0]).toContain('kedge storm release')
    expect(await stage.letGo()).toBe('released')
    await stage.advance(MINUTE)
    expect(openPulls(stage)).toHaveLength(2)
  })

  it('until the first PR is merged', async () => {
    await using stage = await twoFolders()
    stage.merge(stage.pulls()[0]?.number ?? 0)
    const first = stage.all.find(({ name }) => stage.failed().some(({ rollout, revertKey }) => rollout === name && revertKey !== null))
    first?.app.sync(stage.origin.git(['rev-parse', 'main']).trim())
    first?.rollout.healthy('v1')
    await stage.show()
    await stage.pushed()
    await stage.advance(2 * MINUTE)
    expect([openPulls(stage).length, stage.pulls().length]).toEqual([1, 2])
  })

  it('until somebody has declined the first PR', async () => {
    await using stage = await twoFolders()
    stage.forges.closeByHuman(REPO, stage.pulls()[0]?.number ?? 0)
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(reasons(stage)).not.toContain('comes first')
    expect(openPulls(stage)).toHaveLength(1)
  })
})

it('a metric of the same name in a Rollout that has nothing to do with it ends no storm', async () => {
  await using stage = await createStormStage(3)
  const other = stage.addRollout({ namespace: 'elsewhere', name: 'm', uid: 'm', application: '' })
  other.healthy('v1')
  await stage.show()
  await stage.release('v2', 'own-commits')
  other.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort(stage.all)
  await stage.advance(MINUTE)
  other.measure('Successful')
  await stage.show()
  await stage.advance(MINUTE)
  expect(storms(stage)).toEqual(['holding 3'])
})

it('those that are only observed neither hold nor close the PR of another', async () => {
  await using stage = await createStormStage(
    4,
    byName((name) => (name === 'app-0' ? {} : { mode: 'observe', channel: undefined })),
  )
  await stage.release('v2', 'own-commits')
  const [own, ...others] = stage.all
  await stage.abort(own ? [own] : [])
  await stage.advance(MINUTE)
  await stage.abort(others)
  await stage.advance(2 * MINUTE)
  expect([stage.pulls().map(({ state }) => state), storms(stage)]).toEqual([['open'], ['gathering 4']])
  // It is the only one that is told there: its own card says more.
  expect(shown(stage)).toEqual([expect.stringContaining('shop/app-0: app-0:v2 failed')])
})

it('the PR of the commit that brought most of them stays open when another commit fails for the same metric', async () => {
  await using stage = await createStormStage(6)
  await stage.release('v2', 'one-commit')
  await stage.abort(stage.all.slice(0, 5))
  await stage.advance(MINUTE)
  expect(openPulls(stage)).toHaveLength(1)
  const last = stage.all.slice(5)
  for (const { app, rollout, name } of last) {
    app.sync(stage.commit({ [`apps/${name}/values.yaml`]: 'a: 1\n' }, 'another commit'))
    rollout.canary('v3')
  }
  await stage.show()
  await stage.advance(10_000)
  await stage.abort(last)
  await stage.advance(2 * MINUTE)
  expect(openPulls(stage)).toHaveLength(1)
  expect(stage.cards()[0]?.card.todo).toBe('Merge #1')
  expect(shown(stage)[0]).toContain('PR #1 reverts it')
})

it('a storm that everybody has left is over', async () => {
  await using stage = await createStormStage(3)
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all)
  await stage.advance(MINUTE)
  for (const { rollout } of stage.all) rollout.retry()
  await stage.show()
  await stage.advance(10_000)
  for (const [at, one] of stage.all.entries()) await stage.abort([one], { value: `{"value":0.${at + 1}}` })
  await stage.advance(MINUTE)
  expect([storms(stage), openPulls(stage).length]).toEqual([['over 0'], 3])
})

it('what is tried again and fails for the same cause, however late, is held while the storm holds', async () => {
  await using stage = await createStormStage(3)
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all)
  await stage.advance(10 * MINUTE)
  stage.all[0]?.rollout.retry()
  await stage.show()
  await stage.advance(10_000)
  await stage.abort(stage.all.slice(0, 1))
  await stage.advance(2 * MINUTE)
  expect([openPulls(stage), storms(stage), stage.cards().length]).toEqual([[], ['holding 3'], 1])
})

it('what fails for the same cause after a person has released those of before begins another storm', async () => {
  await using stage = await createStormStage(6)
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all.slice(0, 3))
  await stage.advance(MINUTE)
  await stage.letGo()
  await stage.advance(30_000)
  expect(openPulls(stage)).toHaveLength(3)
  await stage.abort(stage.all.slice(3))
  await stage.advance(MINUTE)
  expect([openPulls(stage).length, storms(stage)]).toEqual([3, ['holding 3', 'released 3']])
})

it('what people abort is each for itself, though one commit brought it', async () => {
  await using stage = await createStormStage(3)
  await stage.release('v2', 'one-commit')
  await stage.abort(stage.all, { why: 'human' })
  await stage.advance(MINUTE)
  expect([stage.cards().length, storms(stage)]).toEqual([3, []])
})
