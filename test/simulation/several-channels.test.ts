import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Channel } from '../../src/ports/channel.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'
import { createStormStage } from './storm-stage.ts'

const AUDIT = 'audit'
const TEAM = 'team'

type Fault = 'refuses' | 'is away'

/** A stage that tells in three channels, and how each of them fails for now. */
async function createThreeChannels(options: StageOptions = {}) {
  const faults = new Map<string, Fault>()
  const failing = (channel: Channel): Channel => ({
    sideOf: (address) => address,
    async publish(request) {
      const fault = faults.get(request.channel)
      if (fault === 'refuses') throw new KedgeError('E_NOTIFIER_REJECTED', 'refused')
      if (fault === 'is away') throw new KedgeError('E_NOTIFIER_UNREACHABLE', 'no answer')
      return channel.publish(request)
    },
  })
  const stage = await createRunningStage({
    ...options,
    policy: { channel: '#deploys', alsoTell: [AUDIT, TEAM], ...options.policy },
    wrap: (environment) => ({ ...environment, channel: environment.channel && failing(environment.channel) }),
  })
  return Object.assign(stage, { faults })
}

const told = (stage: RunningStage): readonly string[] =>
  stage
    .cards()
    .map(({ ref, card }) => `${ref.channel} ${card.tone}`)
    .toSorted()
const PROVEN = ['#deploys waiting', 'audit waiting', 'team waiting']

it('a release is told in every channel, each with a card of its own that is kept up to date', async () => {
  await using stage = await createThreeChannels()
  await stage.release('v2')
  await stage.abort()
  await stage.advance(1_000)
  expect(told(stage)).toEqual(PROVEN)
  stage.web.retry()
  await stage.show()
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(60_000)
  expect(told(stage)).toEqual(['#deploys good', 'audit good', 'team good'])
  expect(stage.ledger.pendingEffects()).toEqual([])
})

it.each<[string, Fault]>([
  [AUDIT, 'refuses'],
  [AUDIT, 'is away'],
  ['#deploys', 'refuses'],
  ['#deploys', 'is away'],
])('while %s %s, the others are told as soon as ever, and it is told once it is mended', async (channel, fault) => {
  await using stage = await createThreeChannels()
  stage.faults.set(channel, fault)
  await stage.release('v2')
  await stage.abort()
  await stage.advance(1_000)
  expect(told(stage)).toEqual(PROVEN.filter((line) => !line.startsWith(channel)))
  stage.faults.clear()
  await stage.advance(30_000)
  expect(told(stage)).toEqual(PROVEN)
  expect(stage.ledger.pendingEffects()).toEqual([])
})

it('an annotation that names another channel takes none from those that are told besides', async () => {
  await using stage = await createThreeChannels()
  stage.faults.set(AUDIT, 'refuses')
  await stage.release('v2')
  await stage.abort()
  stage.policy = { channel: '#mine', alsoTell: [AUDIT, TEAM] }
  stage.faults.clear()
  await stage.advance(30_000)
  expect(told(stage)).toContain('audit waiting')
})

it('what is told besides is withheld where the policy names it no more, and goes nowhere else', async () => {
  await using stage = await createThreeChannels()
  stage.faults.set(AUDIT, 'refuses')
  await stage.release('v2')
  await stage.abort()
  stage.policy = { channel: '#deploys', alsoTell: [TEAM] }
  stage.faults.clear()
  await stage.advance(30_000)
  expect(told(stage)).toEqual(PROVEN.filter((line) => !line.startsWith(AUDIT)))
  expect(stage.ledger.pendingEffects()).toEqual([])
})

it('nobody is told besides in mode observe, while muted, or where a channel stands twice', async () => {
  for (const policy of [{ mode: 'observe' as const }, { mutedUntil: Date.parse('2027-01-01T00:00:00Z') }]) {
    await using stage = await createThreeChannels({ policy })
    await stage.release('v2')
    await stage.abort()
    await stage.advance(10_000)
    expect(told(stage)).toEqual([])
  }
  await using twice = await createThreeChannels({ policy: { alsoTell: ['deploys', '#deploys'] } })
  await twice.release('v2')
  await twice.abort()
  await twice.advance(10_000)
  expect(told(twice)).toEqual(['#deploys waiting'])
})

it('a policy that names no channel first is told in those besides alone', async () => {
  await using stage = await createThreeChannels({ policy: { channel: undefined } })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(1_000)
  expect(told(stage)).toEqual(['audit waiting', 'team waiting'])
})

it('failures of one cause are one card in each channel, also in those that are told besides', async () => {
  await using stage = await createStormStage(4, { policy: { channel: '#deploys', alsoTell: [AUDIT, TEAM] } })
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all)
  await stage.advance(60_000)
  expect(stage.cards().map(({ ref, card }) => [ref.channel, /4 Rollouts failed for one cause/.test(card.title)])).toEqual([
    ['#deploys', true],
    [AUDIT, true],
    [TEAM, true],
  ])
  expect(stage.ledger.pendingEffects()).toEqual([])
})
