import { expect, it } from 'vitest'
import { createGate, pass, showAndPass } from './git-gate.ts'
import { byName, createStormStage, openPulls, type StormStage } from './storm-stage.ts'

const MINUTE = 60_000
const titles = (stage: StormStage) => stage.cards().map(({ ref, card }) => [ref.channel, card.title.replace(/:.*/, '')])

async function failAll(stage: StormStage): Promise<void> {
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all)
  await stage.advance(MINUTE)
}

it('each channel has one card, which counts those that are told there', async () => {
  await using stage = await createStormStage(
    5,
    byName((name) => (name === 'app-0' || name === 'app-3' ? { channel: '#payments' } : {})),
  )
  await failAll(stage)
  expect(Object.fromEntries(titles(stage))).toEqual({
    '#deploys': '3 Rollouts failed for one cause',
    '#payments': '2 Rollouts failed for one cause',
  })
  expect(stage.cards()).toHaveLength(2)
})

it('what is muted or only observed is in the storm, holds nobody up, and nobody is told of it', async () => {
  const muted = Date.parse('2027-01-01T00:00:00Z')
  await using stage = await createStormStage(
    4,
    byName((name) => (name === 'app-0' ? { mode: 'observe' } : name === 'app-1' ? { mutedUntil: muted } : {})),
  )
  await failAll(stage)
  expect(stage.ledger.storms({})).toMatchObject([{ state: 'gathering' }])
  expect(titles(stage)).toEqual([['#deploys', '2 Rollouts failed for one cause']])
  expect(JSON.stringify(stage.cards())).not.toMatch(/app-[01]/)
  expect(openPulls(stage)).toHaveLength(2)
})

it('when the one whose card it is is muted, the others have a card all the same', async () => {
  const muted = new Set<string>()
  const until = Date.parse('2027-01-01T00:00:00Z')
  await using stage = await createStormStage(
    3,
    byName((name) => (muted.has(name) ? { mutedUntil: until } : {})),
  )
  await stage.release('v2', 'own-commits')
  const [first, ...others] = stage.all
  await stage.abort(first ? [first] : [])
  muted.add('app-0')
  await stage.show()
  await stage.abort(others)
  await stage.advance(MINUTE)
  expect(stage.cards()).toHaveLength(2)
  expect(stage.cards().at(-1)?.card.title).toMatch(/^.*2 Rollouts failed for one cause/)
})

it('nobody waits for Git: the first card is there at once, and becomes the card of all within 5 s', async () => {
  const git = createGate()
  await using stage = await createStormStage(30, { wrap: git.wrap })
  using _open = git
  await stage.release('v2', 'own-commits')
  git.close()
  stage.all[0]?.rollout.abort()
  await showAndPass(stage, 2_000)
  expect(stage.cards().map(({ card }) => card.title)).toEqual([expect.stringContaining('shop/app-0')])
  for (const { rollout } of stage.all.slice(1)) rollout.abort()
  await showAndPass(stage, 5_000)
  expect(stage.cards().map(({ card }) => card.title)).toEqual([expect.stringMatching(/30 Rollouts failed for one cause/)])
  await pass(stage, 1_000)
})

it('one that fails again for a reason of its own leaves the storm, and has a card of its own', async () => {
  await using stage = await createStormStage(4)
  await failAll(stage)
  const [, second] = stage.all
  second?.rollout.retry()
  await stage.show()
  await stage.advance(10_000)
  await stage.abort(second ? [second] : [], { value: '{"value":0.11}' })
  await stage.advance(MINUTE)
  expect(titles(stage)).toEqual([
    ['#deploys', '3 Rollouts failed for one cause'],
    ['#deploys', 'shop/app-1'],
  ])
  expect(stage.pulls().filter(({ state }) => state === 'open')).toMatchObject([{ title: 'Revert "app-1 v2"' }])
})

it('a restart changes nothing: one card, nothing opened, and what fails after it belongs to the same storm', async () => {
  await using stage = await createStormStage(5)
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all.slice(0, 4))
  await stage.restart()
  await stage.abort(stage.all.slice(4))
  await stage.advance(MINUTE)
  expect(titles(stage)).toEqual([['#deploys', '5 Rollouts failed for one cause']])
  expect([stage.ledger.storms({}).length, stage.pulls()]).toEqual([1, []])
})
