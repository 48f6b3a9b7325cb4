import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { Channel } from '../../src/ports/channel.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** A running stage whose channel refuses, and whose cluster has not listed anything, as long as it says so. */
async function createLateStage() {
  const state = { refuses: false, isUnlisted: false, isBlind: false }
  const late = (view: ClusterView): ClusterView => ({
    ...view,
    freshness: () =>
      state.isUnlisted || state.isBlind
        ? { fresh: false, asOf: 0, blind: [{ kind: 'Rollout', reason: 'not listed yet', since: 0 }] }
        : view.freshness(),
    rollouts: () => (state.isUnlisted ? [] : view.rollouts()),
    rollout: (...named) => (state.isUnlisted ? undefined : view.rollout(...named)),
  })
  const refusing = (channel: Channel): Channel => ({
    async publish(request) {
      if (state.refuses) throw new KedgeError('E_NOTIFIER_REJECTED', 'Slack refused chat.postMessage: is_archived.')
      return channel.publish(request)
    },
  })
  const stage = await createRunningStage({
    wrap: (environment) => ({
      ...environment,
      views: environment.views.map(late),
      channel: environment.channel && refusing(environment.channel),
    }),
  })
  return Object.assign(stage, { state })
}

const told = (stage: RunningStage): unknown => stage.cards().map(({ ref, card }) => [ref.channel, card.tone])

it.each<[string, Partial<Policy>, unknown]>([
  ['only observes', { mode: 'observe' }, []],
  ['is muted', { mutedUntil: Date.parse('2027-01-01T00:00:00Z') }, []],
  ['names another channel', { channel: '#private' }, [['#private', 'waiting']]],
])('what waited at a restart goes by the policy that holds after it, which %s', async (_, policy, expected) => {
  await using stage = await createLateStage()
  stage.state.refuses = true
  await stage.release('v2')
  await stage.abort()
  const [before] = stage.ledger.pendingEffects()
  stage.policy = policy
  Object.assign(stage.state, { refuses: false, isUnlisted: true })
  await stage.restart()
  await stage.advance(MINUTE)
  expect([told(stage), stage.ledger.pendingEffects().map(({ attempts }) => attempts)]).toEqual([[], [before?.attempts]])
  stage.state.isUnlisted = false
  await stage.show()
  await stage.advance(MINUTE)
  expect([told(stage), stage.ledger.pendingEffects()]).toEqual([expected, []])
})

it('what waits is told while the cluster is out of sight, once its Rollout was seen', async () => {
  await using stage = await createLateStage()
  stage.state.refuses = true
  await stage.release('v2')
  await stage.abort()
  Object.assign(stage.state, { refuses: false, isBlind: true })
  await stage.advance(MINUTE)
  expect([told(stage), stage.ledger.pendingEffects()]).toEqual([[['#deploys', 'waiting']], []])
})

it('a ledger that keeps no policy loses no card: it goes where its row says', async () => {
  await using stage = await createLateStage()
  stage.state.refuses = true
  await stage.release('v2')
  await stage.abort()
  for (const { policy: _, ...release } of stage.releases()) {
    const { ref = null, contentHash = '' } = stage.ledger.read('card', release.key) ?? {}
    await stage.ledger.append([
      { kind: 'release', key: release.key, event: 'release-policy', document: release },
      { kind: 'card', key: release.key, event: 'card-changed', document: { releaseKey: release.key, ref, contentHash } },
    ])
  }
  stage.state.refuses = false
  stage.remove(stage.web)
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.cards().map(({ ref }) => ref.channel)).toEqual(['#deploys'])
})

it.each<[string, Partial<Policy>]>([
  ['was muted', { mutedUntil: Date.parse('2027-01-01T00:00:00Z') }],
  ['was observed', { mode: 'observe' }],
])('what has ended while its Rollout %s completes its card afterwards, without a reply', async (_, silent) => {
  await using stage = await createLateStage()
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  const [before] = stage.cards()
  stage.policy = silent
  const merged = stage.merge(1)
  await stage.pushed()
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(5 * MINUTE)
  expect([stage.failed().map(({ state }) => state), stage.cards()]).toEqual([['ended'], [before]])
  await stage.restart()
  stage.policy = {}
  await stage.advance(11 * MINUTE)
  expect([told(stage), stage.cards()[0]?.thread]).toEqual([[['#deploys', 'good']], before?.thread])
})
