import { describe, expect, it } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { beginPass } from '../../../src/reconcile/decide/case.ts'
import { createJournal } from '../../../src/reconcile/environment.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { createFollowUp } from '../../../src/reconcile/record/follow-up.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aBurn, anAttempt } from '../../domain/an-attempt.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aPass } from '../a-case.ts'
import { aFailure } from '../act/a-failure.ts'
import { anApplication, stagedApplication } from '../an-application.ts'
import { known, NOW } from '../an-environment.ts'
import { aFollowUp } from './a-follow-up.ts'

const ROLLOUT = 'east/shop/web'
const BURNS = { cause: 'slo-burn', attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn() })] } as const
const two = (revisions: readonly string[]) => [anApplication([{}], { comparedRevisions: revisions }), anApplication()]

describe('Git and the forge are asked', () => {
  it.each<{ what: string; release: Partial<Release>; revert?: { state: 'ended'; outcome: 'merged' } | null; asked: number }>([
    { what: 'about what has failed', release: {}, asked: 1 },
    { what: 'about what has not failed', release: { attempts: [] }, asked: 0 },
    { what: 'about what is over', release: { state: 'ended', endedAt: 1 }, revert: { state: 'ended', outcome: 'merged' }, asked: 0 },
    { what: 'about what is over, and whose PR is open', release: { state: 'ended', endedAt: 1 }, asked: 1 },
  ])('$what: $asked times', async ({ release, revert, asked }) => {
    const { follow, seen } = await aFollowUp({ release, ...(revert !== undefined && { revert }) })
    expect(await follow()).toBeUndefined()
    expect(seen.asked).toBe(asked)
  })

  it('never about what is over, in Git either', async () => {
    const opened: string[] = []
    const repositories = { open: async (url: string) => Promise.reject(new Error(String(opened.push(url)))) }
    const { follow } = await aFollowUp({ release: { state: 'ended', endedAt: 1 }, revert: null, fields: { repositories } })
    expect(await follow(aPass({ applications: [stagedApplication()] }))).toBeUndefined()
    expect(opened).toEqual([])
  })

  it('again after half a minute, and said to be so until then', async () => {
    const { follow, seen, pass } = await aFollowUp()
    await follow()
    expect(await follow()).toBe(30_000)
    await pass(29_999)
    expect(await follow()).toBe(1)
    expect(seen.asked).toBe(1)
    await pass(30_000)
    expect(await follow()).toBeUndefined()
    await pass(30_001)
    expect(await follow()).toBe(29_999)
    expect(seen.asked).toBe(2)
  })

  it('at once, and once, where something has moved for the Rollout', async () => {
    const { follow, followUp, seen } = await aFollowUp()
    await follow()
    followUp.hint('east/shop/other')
    await follow()
    expect(seen.asked).toBe(1)
    followUp.hint(ROLLOUT)
    await follow()
    await follow()
    expect(seen.asked).toBe(2)
    followUp.hint(ROLLOUT)
    followUp.forget(ROLLOUT)
    await follow()
    expect(seen.asked).toBe(2)
  })

  it.each<{
    what: string
    before?: Partial<Release>
    after?: Partial<Release>
    look?: readonly [Partial<Look>, Partial<Look>]
    policy?: Partial<Policy>
  }>([
    { what: 'is tried again', after: { state: 'rolling' } },
    { what: 'is served otherwise', after: { serving: 'in-step' } },
    { what: 'has failed again', after: { attempts: [anAttempt(), anAttempt({ key: 'r|2' })] } },
    { what: 'has another cause', after: { cause: 'progress-deadline' } },
    { what: 'is of before', after: { preExisting: true } },
    { what: 'has another revert', after: { revertKey: null } },
    { what: 'is asked for no more', after: { wish: { state: 'undone', revisions: ['a'], podTemplateHash: null, images: [] } } },
    { what: 'burns', before: BURNS, after: { attempts: [anAttempt({ cause: 'slo-burn', burn: aBurn({ state: 'resolved' }) })] } },
    { what: 'is of two Applications', look: [{}, { applications: two([]) }] },
    { what: 'is compared with another commit', look: [{ applications: two(['a']) }, { applications: two(['b']) }] },
    { what: 'was applied by another sync', after: { applied: { application: 'argocd/web', revisions: ['a'] } } },
    { what: 'has another policy', policy: { proof: 'rendered' } },
    { what: 'is muted', policy: { mutedUntil: NOW + 1 } },
    { what: 'is of a storm', after: { storm: 's' } },
  ])('at once where it $what', async ({ before, after = {}, look: [first, then] = [{}, {}], policy = {} }) => {
    const { follow, seen, change, ledger } = await aFollowUp({
      ...(before && { release: before }),
      documents: [known('storm', aStorm({ key: 's' }))],
    })
    await follow(aPass(first))
    await change(after)
    const due = await follow(aPass(then, policy))
    // Where there is no revert any more, nobody is asked at the forge: it is decided.
    expect([due, seen.asked]).toEqual([undefined, ledger.read('release', 'r')?.revertKey === null ? 1 : 2])
  })

  it('at once when a mute is over, and not where one is longer than it was', async () => {
    const { follow, seen, pass } = await aFollowUp()
    await follow(aPass({}, { mutedUntil: NOW + 5_000 }))
    await pass(4_999)
    await follow(aPass({}, { mutedUntil: NOW + 5_000 }))
    await follow(aPass({}, { mutedUntil: NOW + 6_000 }))
    expect(seen.asked).toBe(1)
    await pass(5_000)
    await follow(aPass({}, { mutedUntil: NOW + 5_000 }))
    expect(seen.asked).toBe(2)
    await follow(aPass({}, { mutedUntil: 1 }))
    await follow(aPass())
    expect(seen.asked).toBe(2)
  })

  it('not for what the answer itself has led to', async () => {
    const { follow, seen, merge, ledger } = await aFollowUp()
    merge()
    await follow()
    expect(ledger.read('revert', 'v')).toMatchObject({ state: 'ended', outcome: 'merged' })
    expect(await follow()).toBe(30_000)
    expect(seen.asked).toBe(1)
  })

  it('at once for what is failed anew since it was over', async () => {
    const { follow, seen, change } = await aFollowUp()
    await follow()
    await change({ state: 'ended', endedAt: 1, revertKey: null })
    expect(await follow()).toBeUndefined()
    await change({ state: 'failed', endedAt: null, revertKey: 'v' })
    await follow()
    expect(seen.asked).toBe(2)
  })
})

describe('what was asked is of no use', () => {
  it.each<{ what: string; change: Partial<Release>; isWritten: boolean }>([
    { what: 'is tried again', change: { state: 'rolling' }, isWritten: false },
    { what: 'is served otherwise', change: { serving: 'in-step' }, isWritten: false },
    { what: 'has another cause', change: { cause: 'progress-deadline' }, isWritten: false },
    { what: 'has failed again', change: { attempts: [anAttempt(), anAttempt({ key: 'r|2' })] }, isWritten: false },
    { what: 'has another author', change: { author: 'ada' }, isWritten: true },
  ])('where the release $what meanwhile: then it is asked again at once, and else not', async ({ change, isWritten }) => {
    const place = await aFollowUp()
    place.close()
    place.seen.meanwhile = () => place.change(change)
    expect(await place.follow()).toBeUndefined()
    expect(place.ledger.read('revert', 'v')?.state).toBe(isWritten ? 'ended' : 'open')
    expect(place.lines.length > 0).toBe(isWritten)
    place.seen.meanwhile = async () => undefined
    await place.follow()
    expect(place.seen.asked).toBe(isWritten ? 1 : 2)
  })

  it('where the release was another one for a moment: it is asked again at once', async () => {
    const { follow, followUp, seen, change } = await aFollowUp()
    await follow()
    followUp.hint(ROLLOUT)
    seen.meanwhile = () => change({ state: 'rolling' })
    const before = await follow()
    await change({ state: 'failed' })
    seen.meanwhile = async () => undefined
    expect([before, await follow(), seen.asked]).toEqual([undefined, undefined, 3])
  })

  it('where the ledger does not know the release any more', async () => {
    const { followUp, lines, seen } = await aFollowUp()
    const forgotten = aRelease({ key: 'other', attempts: [anAttempt()], revertKey: 'v' })
    expect(await followUp.follow(aPass(), forgotten)).toBeUndefined()
    await followUp.follow(aPass(), forgotten)
    expect([lines, seen.asked]).toEqual([[], 2])
  })
})

it.each([
  ['comes again when that is over', {}, 15_000],
  ['is asked again in its time where none is to be opened', { mode: 'notify' }, undefined],
] as const)('a release whose revert rests still %s', async (_, policy, inMs) => {
  const failure = await aFailure()
  const { environment, ledger, clock, view, planned, release } = failure
  failure.policy.current = policy
  const kept = { ...release, revertKey: null }
  const resting = planned({ state: 'ended', outcome: 'withdrawn', endedAt: clock.now() - 5_000 })
  await ledger.append([known('release', kept), known('revert', resting)])
  const followUp = createFollowUp(environment, createJournal(ledger), failure.decided)
  const pass = beginPass(environment, view, { cluster: 'prod', namespace: 'shop', name: 'web' })
  expect(await followUp.follow(pass, kept)).toBe(inMs)
})
