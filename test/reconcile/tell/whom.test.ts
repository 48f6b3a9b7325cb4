import { describe, expect, it } from 'vitest'
import type { Effect, EffectAction } from '../../../src/domain/effect.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { channelFor, createIsReady, isPolicyOfKnown, placesFor, policyOf, type Place } from '../../../src/reconcile/tell/whom.ts'
import { anEffect, releaseEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aCluster, aWorld } from '../a-world.ts'
import { announcementEntry, anAnnouncement, COMMIT } from '../announce/an-announcement.ts'
import { cardOf, failed } from './a-card.ts'

const FIRST: Place = { channel: '#shop', also: false }
const also = (channel: string): Place => ({ channel, also: true })
type Told = Pick<Policy, 'mode' | 'channel' | 'alsoTell' | 'mutedUntil'>
const POLICY: Told = { mode: 'notify', channel: '#shop', alsoTell: ['#ops'], mutedUntil: undefined }

describe('a release is told', () => {
  it.each<[string, Partial<Told>, readonly Place[]]>([
    ['where the policy says, first of all, and besides', {}, [FIRST, also('#ops')]],
    ['once in each channel, whichever way it is written', { alsoTell: ['shop', '#ops'] }, [FIRST, also('#ops')]],
    ['besides alone, where the policy names no channel', { channel: undefined }, [also('#ops')]],
    ['in mode pr, too', { mode: 'pr' }, [FIRST, also('#ops')]],
    ['nowhere by who only observes', { mode: 'observe' }, []],
    ['nowhere while it is muted', { mutedUntil: AT + 1 }, []],
    ['again as soon as it is muted no more', { mutedUntil: AT }, [FIRST, also('#ops')]],
  ])('%s', (_, fields, places) => {
    const policy = { ...POLICY, ...fields }
    expect(placesFor(failed(), policy, AT)).toEqual(places)
    expect(channelFor(failed(), policy, AT)).toBe(places.find((place) => !place.also)?.channel)
    expect(placesFor(failed({ preExisting: true }), policy, AT)).toEqual([])
  })
})

describe('the policy of a release', () => {
  const kept = { mode: 'notify', channel: '#kept', mutedUntil: null } as const

  it('is what it says now of its Rollout, in its own cluster; of a cluster that nobody watches, what it last said', async () => {
    const { environment } = await aWorld({}, { views: [aCluster('west', []), aCluster('east', ['web'])] })
    expect(policyOf(environment, failed({ policy: kept })).channel).toBe('#shop')
    expect(policyOf(environment, failed({ policy: kept, cluster: 'north' })).channel).toBe('#kept')
    expect(policyOf(environment, failed({ policy: kept, cluster: 'west' })).channel).toBeUndefined()
  })

  it.each<[string, Parameters<typeof aCluster>, boolean]>([
    ['is known of a Rollout that is seen, though its cluster is out of sight by now', ['east', ['web'], 'rollouts'], true],
    ['is known of one that is gone from a cluster that is seen', ['east', []], true],
    ['is known where nobody watches', ['west', [], 'rollouts'], true],
    ['is not known of one that is not seen yet', ['east', ['api'], 'rollouts'], false],
  ])('%s', async (_, cluster, isKnown) => {
    const { environment } = await aWorld({}, { views: [aCluster(...cluster)] })
    expect(isPolicyOfKnown(environment, failed())).toBe(isKnown)
  })
})

describe('an effect that tells people', () => {
  const unseen = aCluster('hub', [], 'applications')
  const blind = aCluster('east', [], 'rollouts')
  const card: EffectAction = { type: 'publish-card', releaseKey: 'r', card: cardOf(failed()), channel: '#shop', thread: undefined }
  const TELLING: readonly EffectAction[] = [
    card,
    { type: 'announce-release', releaseKey: 'lead', announcement: 'a' },
    { type: 'mark-commit', releaseKey: 'r', quarantineKey: 'q', commit: COMMIT },
    { type: 'show-deployment', releaseKey: 'r' },
  ]
  const OTHER: readonly EffectAction[] = [
    { type: 'open-revert', revertKey: 'v' },
    { type: 'trace-release', releaseKey: 'r' },
  ]

  async function readiness(more: Partial<Environment>, releases = ['r']) {
    const world = await aWorld({}, more)
    await world.put(
      ...['r', 'seen'].map((key) => releaseEntry(failed({ key, rollout: key === 'r' ? 'web' : 'seen' }))),
      announcementEntry(anAnnouncement({ key: 'a', releases })),
    )
    const isReady = createIsReady(world.environment)
    return { ...world, ready: (actions: readonly EffectAction[]) => actions.map((action) => isReady(anEffect({ key: 'e', action }))) }
  }

  it('waits half a minute for the Applications after a start, which may name another channel; nothing else does', async () => {
    const { wait, ready } = await readiness({ applications: unseen })
    await wait(29_999)
    expect(ready(TELLING)).toEqual([false, false, false, false])
    expect(ready(OTHER)).toEqual([true, true])
    await wait(1)
    expect(ready(TELLING)).toEqual([true, true, true, true])
  })

  it('begins that half minute at its own start', async () => {
    const world = await aWorld({}, { applications: unseen })
    await world.wait(60_000)
    const isReady = createIsReady(world.environment)
    await world.wait(29_999)
    expect(isReady(anEffect({ key: 'e', action: card }))).toBe(false)
  })

  it('waits for each Rollout that it is about to be seen, however long that takes', async () => {
    const { wait, ready } = await readiness({ views: [blind] })
    await wait(3_600_000)
    expect(ready(TELLING)).toEqual([false, false, false, false])
    expect(ready(OTHER)).toEqual([true, true])
  })

  it('in a channel that is left waits for what is told in its place, and for nothing that is told besides', async () => {
    const { ready, put } = await readiness({})
    const leaves: EffectAction = { ...card, channel: '#before', also: true, leaves: true }
    const pending = async (action: EffectAction, state: Effect['state']): Promise<void> =>
      put({ kind: 'effect', key: 'other', event: 'known', document: anEffect({ key: 'other', action, state }) })
    for (const others of [{ ...card, also: true } as const, { ...card, releaseKey: 'seen' }]) {
      await pending(others, 'pending')
      expect(ready([leaves, card])).toEqual([true, true])
    }
    await pending(card, 'pending')
    expect(ready([leaves, card])).toEqual([false, true])
    await pending(card, 'done')
    expect(ready([leaves])).toEqual([true])
  })

  it('is about all the releases of an announcement, and about none that nobody knows', async () => {
    const views = [aCluster('east', ['seen'], 'rollouts')]
    const announce = TELLING.slice(1, 2)
    expect((await readiness({ views }, ['r', 'seen'])).ready(announce)).toEqual([false])
    expect((await readiness({ views }, ['seen', 'forgotten'])).ready(announce)).toEqual([true])
    expect((await readiness({ views })).ready([{ type: 'show-deployment', releaseKey: 'forgotten' }])).toEqual([true])
  })
})
