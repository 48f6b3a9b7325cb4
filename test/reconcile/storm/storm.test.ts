import { describe, expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import type { ReleaseTransition } from '../../../src/domain/release/transitions.ts'
import type { Storm, StormCause } from '../../../src/domain/storm/storm.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { endStorms } from '../../../src/reconcile/storm/end-storms.ts'
import { releaseStorm, type ReleaseStormResult } from '../../../src/reconcile/storm/release-storm.ts'
import { isHeldWithMany, stormOf, tokenOfStorm } from '../../../src/reconcile/storm/storm-of.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aRollout } from '../../domain/release/a-look.ts'
import { aPass } from '../a-case.ts'
import { anEnvironment, known, NOW, TOLD_IN_C } from '../an-environment.ts'

const OVER: Partial<Release> = { state: 'ended', outcome: 'restored', endedAt: NOW - 1 }
const CLUSTER: StormCause = { kind: 'cluster', key: 'c', words: 'w', cluster: 'east', metrics: [] }
const METRIC: StormCause = { ...CLUSTER, kind: 'metric', metrics: [{ name: 'success-rate', provider: 'job' }] }

const member = (key: string, fields: Partial<Release> = {}): Release =>
  aRelease({
    key,
    rollout: key,
    uid: key,
    revision: null,
    attempts: [anAttempt({ seenAt: NOW - 60_000 })],
    storm: 's',
    policy: TOLD_IN_C,
    ...fields,
  })

async function place(storm: Partial<Storm>, members: readonly Release[]) {
  const live = known('revert', aRevert({ key: 'live' }))
  return anEnvironment([known('storm', aStorm({ key: 's', ...storm })), live, ...members.map((one) => known('release', one))])
}

describe('a look ends a storm', () => {
  interface Given {
    storm?: Partial<Storm>
    members: readonly Release[]
    look?: Partial<Look>
    steps?: readonly Release[]
  }

  async function ended({ storm = {}, members, look = {}, steps = [] }: Given) {
    const { environment } = await place(storm, members)
    const moved = steps.map((release) => ({ release }) as unknown as ReleaseTransition)
    return endStorms(environment, aPass(look).look, moved).map(({ key, event, document }) => [key, event, (document as Storm).endedAt])
  }

  const at = aPass().look.observation.now
  const fine = {
    ...aPass().look.observation,
    analysisRuns: [{ completedAt: NOW, metrics: [{ name: 'success-rate', provider: 'job', phase: 'Successful', measurements: [] }] }],
  } as unknown as Look['observation']
  const back = { rollout: aRollout({ uid: 'a', currentPodHash: 'abc' }), observation: fine }
  const ENDED = ['s', 'storm-ended', at]

  it.each<{ what: string; given: Given; events: readonly unknown[] }>([
    { what: 'that everybody has left', given: { members: [member('a', OVER), member('b', OVER)] }, events: [ENDED] },
    { what: 'that somebody is in: it does not', given: { members: [member('a', OVER), member('b')] }, events: [] },
    {
      what: 'that the last leaves by this very look',
      given: { members: [member('a', OVER), member('b')], steps: [member('b', OVER)] },
      events: [ENDED],
    },
    {
      what: 'that one leaves by this look, and another does not: it does not',
      given: { members: [member('a'), member('b')], steps: [member('b', OVER)] },
      events: [],
    },
    {
      what: 'of which nobody watches the cluster of those that are left',
      given: { members: [member('a', OVER), member('b', { cluster: 'gone' })] },
      events: [ENDED],
    },
    { what: 'whose revert is live: it does not', given: { members: [member('a', { ...OVER, revertKey: 'live' })] }, events: [] },
    { what: 'that is over already: it does not', given: { storm: { state: 'over', endedAt: 1 }, members: [] }, events: [] },
    {
      what: 'of a cluster in which a release is promoted',
      given: { storm: { cause: CLUSTER }, members: [member('a')], steps: [member('x'), member('y', { outcome: 'promoted' })] },
      events: [ENDED],
    },
    {
      what: 'of a cluster in which none is: it does not',
      given: { storm: { cause: CLUSTER }, members: [member('a')], steps: [member('x')] },
      events: [],
    },
    {
      what: 'whose metric is fine by now',
      given: { storm: { cause: METRIC }, members: [member('a')], look: back },
      events: [['s', 'storm-passed', at]],
    },
    {
      what: 'whose metric is fine for another template: it does not',
      given: { storm: { cause: METRIC }, members: [member('a')], look: { ...back, rollout: aRollout({ uid: 'a', currentPodHash: 'x' }) } },
      events: [],
    },
    {
      what: 'whose metric is fine for a Rollout that is gone: it does not',
      given: { storm: { cause: METRIC }, members: [member('a')], look: { ...back, rollout: undefined } },
      events: [],
    },
    {
      what: 'of another cluster whose metric is: it does not',
      given: { storm: { cause: METRIC }, members: [member('a')], look: { ...back, ref: { cluster: 'west', namespace: 'n', name: 'a' } } },
      events: [],
    },
  ])('$what', async ({ given, events }) => {
    expect(await ended(given)).toEqual(events)
  })
})

it.each<{ state: Storm['state'] | undefined; result: ReleaseStormResult }>([
  { state: 'gathering', result: 'released' },
  { state: 'holding', result: 'released' },
  { state: 'passed', result: 'released' },
  { state: 'released', result: 'not-needed' },
  { state: 'over', result: 'not-needed' },
  { state: undefined, result: 'absent' },
])('a storm that stands as $state is $result by a person', async ({ state, result }) => {
  const { environment, journal, ledger } = await place({ ...(state && { state }) }, [])
  const before = ledger.read('storm', 's')
  expect(await releaseStorm(environment, journal, { key: state ? 's' : 'none', by: 'ada' })).toBe(result)
  const released = { ...before, state: 'released', releasedBy: 'ada', endedAt: NOW }
  expect(ledger.read('storm', 's')).toEqual(result === 'released' ? released : before)
})

describe('the storm of a release', () => {
  it('is with all that failed in it, and their live reverts', async () => {
    const { environment } = await place({}, [member('a', { revertKey: 'live' }), member('b')])
    const facts = stormOf(environment, member('a'))
    expect([facts?.storm.key, facts?.members.map(({ key }) => key), facts?.live]).toEqual(['s', ['a', 'b'], new Set(['live'])])
  })

  it('is none where it failed for itself, or the ledger knows none', async () => {
    const { environment } = await place({}, [])
    expect(stormOf(environment, aRelease({ key: 'a' }))).toBeUndefined()
    expect(stormOf(environment, member('a', { storm: 'x' }))).toBeUndefined()
  })

  it('makes a decision another one once it is held, or PRs may be in the way', async () => {
    const two = [member('a', { revision: '1'.repeat(40) as never }), member('b', { revision: '2'.repeat(40) as never })]
    const tokens = await Promise.all(
      [{ state: 'gathering' } as const, {}].map(async (storm) => {
        const { environment } = await place(storm, two)
        return tokenOfStorm(stormOf(environment, member('a')))
      }),
    )
    expect([...tokens, tokenOfStorm(undefined)]).toEqual(['s free false', 's all true', ''])
  })

  it.each<{ what: string; storm: Partial<Storm>; release: Partial<Release>; isHeld: boolean }>([
    { what: 'while all of their PRs are held', storm: {}, release: {}, isHeld: true },
    { what: 'and not while they only gather', storm: { state: 'gathering' }, release: {}, isHeld: false },
    { what: 'once both are over', storm: { state: 'over', endedAt: NOW }, release: OVER, isHeld: true },
    { what: 'and not while the release is open', storm: { state: 'over', endedAt: NOW }, release: {}, isHeld: false },
    { what: 'and not where it ended after that', storm: { state: 'over', endedAt: 1 }, release: OVER, isHeld: false },
    {
      what: 'and not where a person has released them',
      storm: { state: 'over', endedAt: NOW, releasedBy: 'ada' },
      release: OVER,
      isHeld: false,
    },
    { what: 'and not while it gathers, though it is over', storm: { state: 'gathering' }, release: OVER, isHeld: false },
    { what: 'and not where it failed for itself', storm: {}, release: { storm: 'x' }, isHeld: false },
  ])('says that its cause is hardly its version, $what', async ({ storm, release, isHeld }) => {
    const one = member('a', release)
    const { environment } = await place(storm, [one])
    expect(isHeldWithMany(environment, one)).toBe(isHeld)
  })
})
