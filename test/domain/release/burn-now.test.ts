import { describe, expect, it } from 'vitest'
import type { AlertStanding, Burn, BurnState, SeenAlert } from '../../../src/domain/alert/alert.ts'
import { burnSentence } from '../../../src/domain/alert/words.ts'
import { burnState, burnStateNow, followBurns, isUnderWay } from '../../../src/domain/release/burned.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aBurn, aBurnedRelease, aLook, anAlert, anAttempt, aReplicaSet, MINUTE, NOW } from './a-look.ts'

const PROMOTED = NOW - 20 * MINUTE
const standing = (...alerts: SeenAlert[]): AlertStanding => ({ askedAt: NOW, fault: undefined, alerts })
const serving = { state: 'in-step', reason: '', failure: undefined, current: { podTemplateHash: 'abc', rolloutRevision: 2 } } as const
const burned = (burn: Partial<Burn> = {}, fields: Partial<Release> = {}): Release =>
  aBurnedRelease(burn, { serving: 'in-step', startedAt: NOW - 30 * MINUTE, ...fields })
/** The release runs, and these alerts are told. */
const look = (alerts: AlertStanding | undefined, fields: Partial<Observation> = {}): Observation =>
  aLook(
    { currentPodHash: 'abc', stableRS: 'abc' },
    { serving, past: [burned()], replicaSets: [aReplicaSet('abc', 2)], bakeMs: 60 * MINUTE, alerts, ...fields },
  )
const kept = (since: number): SeenAlert => anAlert({ past: { result: 'told', since, spells: [{ from: NOW - 10 * MINUTE, to: NOW }] } })
/** It fired before the promotion, too: it says nothing of the release. */
const OLD = anAlert({ beganAt: PROMOTED - MINUTE })
const OTHER = anAlert({ labels: { slo: 'another' } })

describe('the alert of a burn', () => {
  it.each<[BurnState, string, AlertStanding | undefined]>([
    ['firing', 'it fires', standing(anAlert())],
    ['firing', 'one window of it fires, and another is silenced', standing(anAlert({ state: 'silenced' }), anAlert({ fingerprint: 'g' }))],
    [
      'silenced',
      'it is silenced in one window and inhibited in another',
      standing(anAlert({ state: 'inhibited' }), anAlert({ state: 'silenced' })),
    ],
    ['inhibited', 'another one inhibits it', standing(anAlert({ state: 'inhibited' }))],
    ['resolved', 'it is not among those that are told', standing()],
    ['resolved', 'it is pending', standing(anAlert({ state: 'pending' }))],
    ['resolved', 'that of another rule fires', standing(anAlert({ name: 'Other' }))],
    ['resolved', 'that of another objective fires', standing(OTHER)],
    ['unknown', 'nobody is asked', undefined],
    ['unknown', 'nobody was asked yet', { ...standing(anAlert()), askedAt: undefined }],
    ['unknown', 'nobody answers', { ...standing(anAlert()), fault: 'away' }],
  ])('is %s where %s', (state, _, alerts) => {
    expect(burnState(aBurn(), alerts)).toBe(state)
  })

  it.each<[BurnState, string, AlertStanding | undefined]>([
    ['firing', 'it names the release still', standing(anAlert())],
    ['firing', 'one of its label sets does', standing(OLD, anAlert({ fingerprint: 'g' }))],
    ['resolved', 'what fires was there before the release', standing(OLD)],
    ['resolved', 'so it is, and another objective burns', standing(OLD, OTHER)],
    ['silenced', 'it is silenced', standing(anAlert({ state: 'silenced' }))],
    ['unknown', 'nobody is asked', undefined],
  ])('stands for a decision as %s where %s', (state, _, alerts) => {
    expect(burnStateNow(aBurn(), alerts, look(undefined))).toBe(state)
  })

  it('is held against its own window, or the one that is given', () => {
    const window = { bakeMs: 9 * MINUTE }
    expect(burnStateNow(aBurn(window), standing(anAlert()), look(undefined))).toBe('resolved')
    expect(burnStateNow(aBurn(), standing(anAlert()), look(undefined), window)).toBe('resolved')
  })
})

describe('a Rollout is at work, so that an alert makes no failure of its own', () => {
  it.each<[boolean, string, readonly Release[], AlertStanding | undefined]>([
    [false, 'nothing is open', [], standing()],
    [true, 'what is open has failed by itself', [aRelease({ key: 'r' })], standing()],
    [true, 'what an alert named is tried again', [burned({}, { state: 'rolling' })], standing()],
    [true, 'its alert fires', [burned()], standing(anAlert())],
    [true, 'nobody says whether its alert fires', [burned()], undefined],
    [false, 'its alert is over', [burned()], standing()],
    [true, 'one of two is at work', [burned(), aRelease({ key: 's' })], standing()],
  ])('is %s where %s', (isSo, _, open, alerts) => {
    expect(isUnderWay(open, look(alerts), { bakeMs: 60 * MINUTE })).toBe(isSo)
  })
})

describe('what is seen of a burn that is not over', () => {
  const follow = (release: Release, seen: Observation, taken: readonly string[] = []) => {
    const steps = followBurns({ ...seen, past: [release] }, new Set(taken), [release])
    expect(steps.every(({ known }) => known === release)).toBe(true)
    return steps.map(({ event }) => event)
  }
  const updated = (state: Release['serving'], burn: Burn): readonly unknown[] => [
    {
      type: 'release-updated',
      facts: { serving: state, attempts: [anAttempt({ cause: 'slo-burn', message: burnSentence(burn), burn })] },
    },
  ]

  it.each<[string, Release, Observation, readonly string[]]>([
    ['all is as before', burned(), look(standing(anAlert())), []],
    ['nobody knows who serves', burned(), look(standing(), { serving: { ...serving, state: 'unknown' } }), []],
    ['it took another step at this look', burned(), look(standing()), ['r']],
    ['it failed by itself', burned({}, { cause: 'analysis-failed' }), look(standing()), []],
    ['it is tried again', burned({}, { state: 'rolling' }), look(standing()), []],
    ['nothing is kept of its alert', burned({}, { attempts: [anAttempt()] }), look(standing()), []],
    ['it has no attempt', burned({}, { attempts: [] }), look(standing()), []],
    ['its alert has been over', burned({ state: 'resolved', quietSince: 5 }), look(standing()), []],
  ])('is no news where %s', (_, release, seen, taken) => {
    expect(follow(release, seen, taken)).toEqual([])
  })

  it.each<[string, Partial<Burn>, AlertStanding, Partial<Burn>]>([
    ['is over by now', {}, standing(), { state: 'resolved', quietSince: NOW }],
    ['is over, after it was not known', { state: 'unknown', quietSince: 5 }, standing(), { state: 'resolved', quietSince: 5 }],
    [
      'is silenced',
      { state: 'resolved', quietSince: 5 },
      standing(anAlert({ state: 'silenced' })),
      { state: 'silenced', quietSince: undefined },
    ],
    ['fires again', { state: 'resolved', quietSince: 5 }, standing(anAlert()), { state: 'firing', quietSince: undefined }],
    ['is known by now', { past: 'unknown' }, standing(kept(1)), { past: 'clean', quietSince: undefined }],
  ])('is that its alert %s', (_, before, alerts, after) => {
    expect(follow(burned(before), look(alerts))).toEqual(updated('in-step', aBurn({ ...before, ...after })))
  })

  it('is who serves; what somebody has undone is so until it runs again', () => {
    const seen = (currentPodHash: string): Observation => ({
      ...look(standing(anAlert())),
      rollout: aLook({ currentPodHash }).rollout,
    })
    const now = aBurn({ quietSince: undefined })
    expect(follow(burned({}, { serving: 'rolling' }), seen('old'))).toEqual(updated('in-step', now))
    expect(follow(burned({}, { serving: 'undone' }), seen('abc'))).toEqual(updated('in-step', now))
    expect(follow(burned({}, { serving: 'undone' }), seen('old'))).toEqual([])
  })

  describe('of others that were promoted', () => {
    const beside = aRelease({
      key: 's',
      podTemplateHash: 'x',
      rolloutRevision: 1,
      state: 'ended',
      outcome: 'promoted',
      endedAt: PROMOTED - MINUTE,
    })
    const othersOf = (release: Release, alert: SeenAlert, past: readonly Release[]): unknown => {
      const [step] = followBurns({ ...look(standing(alert)), past: [release, ...past] }, new Set(), [release])
      return step?.event.type === 'release-updated' && step.event.facts.attempts?.at(-1)?.burn?.others
    }

    it('is how many there are by now, and never fewer than before', () => {
      expect(othersOf(burned(), anAlert(), [beside])).toBe(1)
      expect(othersOf(burned({ others: 3, state: 'resolved' }), anAlert(), [beside])).toBe(3)
    })

    it('is as before where the alert that fires is another one, or says nothing of the release', () => {
      expect(othersOf(burned({ state: 'resolved' }), anAlert({ fingerprint: 'g' }), [beside])).toBe(0)
      expect(othersOf(burned({ state: 'resolved' }), OLD, [beside])).toBe(0)
    })
  })

  it.each<[string, Partial<Burn>, SeenAlert, Partial<Observation>]>([
    ['Kedge was away', { past: 'unknown', pastDetail: 'Kedge was away when it was promoted, and saw it later' }, kept(1), {}],
    ['it was known before', { past: 'clean' }, kept(NOW), {}],
    ['the alert that fires says nothing of the release', { past: 'unknown' }, { ...kept(1), beganAt: PROMOTED }, {}],
    ['the alert that fires is another one', { past: 'unknown' }, { ...kept(1), fingerprint: 'g' }, {}],
  ])('is not whether it fired before, where %s', (_, before, alert, fields) => {
    expect(follow(burned(before), look(standing(alert), fields))).toEqual([])
  })

  it('of flags is not told by how long the Rollout is healthy', () => {
    const ofFlags = burned({ past: 'unknown', flags: ['flags/web.yaml'] }, { podTemplateHash: null })
    const seen = { ...look(standing(kept(1))), rollout: aLook({ healthySince: 1 }).rollout, replicaSets: [], past: [] }
    const [step] = followBurns(seen, new Set(), [ofFlags])
    expect(step?.event).toMatchObject({ facts: { attempts: [{ burn: { past: 'clean' } }] } })
  })
})
