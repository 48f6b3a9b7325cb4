import { describe, expect, it } from 'vitest'
import type { AlertStanding, Burn, SeenAlert } from '../../../src/domain/alert/alert.ts'
import { burnSentence } from '../../../src/domain/alert/words.ts'
import { burnedFacts, burnedRelease, burnOf, hasPassed } from '../../../src/domain/release/burned.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aBurn, aBurnedRelease, aLook, anAlert, anAttempt, aReplicaSet, MINUTE, NOW } from './a-look.ts'

// A release that was promoted twenty minutes ago and serves, and an alert that began ten minutes ago.

const BAKE = 60 * MINUTE
const PROMOTED = NOW - 20 * MINUTE
const serving: Observation['serving'] = {
  state: 'in-step',
  reason: '',
  failure: undefined,
  current: { podTemplateHash: 'abc', rolloutRevision: 2 },
}
const promoted = (fields: Partial<Release> = {}): Release =>
  aRelease({
    key: 'r',
    state: 'ended',
    outcome: 'promoted',
    startedAt: NOW - 30 * MINUTE,
    endedAt: PROMOTED,
    cause: null,
    recurrence: 0,
    ...fields,
  })
const standing = (...alerts: SeenAlert[]): AlertStanding => ({ askedAt: NOW, fault: undefined, alerts })
const look = (alerts: AlertStanding | undefined, fields: Partial<Observation> = {}): Observation =>
  aLook(
    { currentPodHash: 'abc', stableRS: 'abc' },
    { serving, past: [promoted()], replicaSets: [aReplicaSet('abc', 2)], bakeMs: BAKE, alerts, ...fields },
  )
/** Its past is kept since so long before the promotion, and it has fired but once. */
const keptFor = (minutes: number, beganAt: number, fingerprint: string): SeenAlert =>
  anAlert({
    beganAt,
    fingerprint,
    past: { result: 'told', since: PROMOTED - minutes * MINUTE, spells: [{ from: beganAt, to: NOW }] },
  })

describe('what an alert names', () => {
  it('has failed by it, with all that is known of the alert, and without what people said of it before', () => {
    const { adoptedBy: _by, onIt: _on, snooze: _snooze, ...known } = promoted()
    const said = promoted({ adoptedBy: 'Ada', onIt: {} as never, snooze: {} as never })
    const burn: Burn = {
      alert: 'ErrorBudgetBurn',
      fingerprint: 'f',
      objective: { slo: 'web' },
      beganAt: NOW - 10 * MINUTE,
      promotedAt: PROMOTED,
      bakeMs: BAKE,
      ruledBakeMs: 2 * BAKE,
      others: 0,
      past: 'unknown',
      pastDetail: 'nobody keeps it',
      link: 'https://alerts.example/f',
      state: 'firing',
    }
    const alert = anAlert({ labels: { slo: 'web' }, link: 'https://alerts.example/f' })
    const event = burnedRelease(look(standing(alert), { past: [said], ruledBakeMs: 2 * BAKE }))
    expect(event).toEqual({
      known: said,
      event: {
        type: 'release-burned',
        facts: {
          ...known,
          cause: 'slo-burn',
          attempts: [
            anAttempt({
              key: `r|slo-burn f ${NOW - 10 * MINUTE}`,
              cause: 'slo-burn',
              message: burnSentence(burn),
              seenAt: NOW,
              burn,
            }),
          ],
          recurrence: 1,
          serving: 'in-step',
        },
      },
    })
    expect(event?.event.type === 'release-burned' && Object.keys(event.event.facts)).not.toContain('adoptedBy')
  })

  it('has no link, no window of a rule and no flags where there are none', () => {
    const facts = burnedFacts({ alert: anAlert(), release: promoted(), promotedAt: PROMOTED, others: 0 }, look(undefined), { bakeMs: BAKE })
    const kept = Object.keys(burnOf(facts) ?? {})
    expect(kept.filter((name) => ['link', 'ruledBakeMs', 'flags'].includes(name))).toEqual([])
  })

  it.each<[string, Observation]>([
    ['has not settled', look(standing(anAlert()), { settled: false })],
    ['is the first one', look(standing(anAlert()), { baseline: true })],
    ['knows of no alerts', look(undefined)],
    ['could not ask for alerts', look({ ...standing(anAlert()), fault: 'away' })],
    ['shows no alert', look(standing())],
    ['shows one that is pending', look(standing(anAlert({ state: 'pending' })))],
    ['shows it open already', look(standing(anAlert()), { past: [aBurnedRelease()] })],
    ['holds nothing against alerts', look(standing(anAlert()), { bakeMs: 0 })],
  ])('is nothing where the look %s', (_, seen) => {
    expect(burnedRelease(seen)).toBeUndefined()
  })

  it.each<[string, readonly SeenAlert[], number | undefined]>([
    ['the one that began first', [anAlert({ fingerprint: 'other', beganAt: NOW - 5 * MINUTE }), anAlert()], undefined],
    ['the one that began first, in whatever order', [anAlert(), anAlert({ fingerprint: 'other', beganAt: NOW - 5 * MINUTE })], undefined],
    [
      'before it one that is known not to have fired before',
      [keptFor(10, NOW - 12 * MINUTE, 'other'), keptFor(120, NOW - 9 * MINUTE, 'f')],
      undefined,
    ],
    ['that one, in whatever order', [keptFor(120, NOW - 9 * MINUTE, 'f'), keptFor(10, NOW - 12 * MINUTE, 'other')], undefined],
    [
      'one that is known for as long as the rule asks',
      [keptFor(120, NOW - 12 * MINUTE, 'other'), keptFor(240, NOW - 9 * MINUTE, 'f')],
      2 * BAKE,
    ],
  ])('by several alerts is by %s', (_, alerts, ruledBakeMs) => {
    const found = burnedRelease(look(standing(...alerts), { ruledBakeMs }))
    expect(found?.event.type === 'release-burned' && burnOf(found.event.facts)?.fingerprint).toBe('f')
  })
})

describe('whether the alert of a release has fired before', () => {
  const AWAY = 'Kedge was away when it was promoted, and saw it later'
  const KEPT_TOO_SHORTLY = 'what is kept of it does not reach back so far'
  const NOBODY = 'nobody keeps it'
  const burnedBefore = (...details: (string | undefined)[]): Partial<Release> => ({
    attempts: [anAttempt(), ...details.map((pastDetail) => anAttempt({ burn: aBurn({ past: 'unknown', pastDetail }) }))],
  })
  const told = keptFor(120, NOW - 10 * MINUTE, 'f')
  type Row = [what: string, found: readonly [string, string?], alert: SeenAlert, healthySince?: number, release?: Partial<Release>]

  it.each<Row>([
    ['is not known where nobody keeps that', ['unknown', NOBODY], anAlert()],
    ['is known where it is kept for long enough', ['clean'], told],
    ['is not known where that is too short', ['unknown', KEPT_TOO_SHORTLY], keptFor(119, NOW - 10 * MINUTE, 'f')],
    ['is known where Kedge saw the promotion', ['clean'], told, PROMOTED],
    ['is known where it saw it a minute later', ['clean'], told, PROMOTED - MINUTE],
    ['is not known where it saw it later than that', ['unknown', AWAY], told, PROMOTED - MINUTE - 1],
    ['is not known where it ended later than it was promoted', ['unknown', AWAY], told, PROMOTED, { endedAt: PROMOTED + MINUTE + 1 }],
    ['is known where another alert has named it since', ['clean'], told, PROMOTED, { endedAt: NOW, ...burnedBefore(undefined) }],
    ['is not known where that was not, as Kedge was away', ['unknown', AWAY], told, PROMOTED, burnedBefore(AWAY, NOBODY)],
    ['goes by the promotion where nobody knows when Kedge saw it', ['unknown', AWAY], told, PROMOTED - 2 * MINUTE, { endedAt: null }],
  ])('%s', (_, [past, pastDetail], alert, ...[healthySince, release]) => {
    const seen = aLook({ currentPodHash: 'abc', stableRS: 'abc', ...(healthySince !== undefined && { healthySince }) })
    const burned = burnedFacts({ alert, release: promoted(release), promotedAt: PROMOTED, others: 0 }, seen, { bakeMs: BAKE })
    expect([burnOf(burned)?.past, burnOf(burned)?.pastDetail]).toEqual([past, pastDetail])
  })

  it('is asked for the longer window, whoever has set it', () => {
    const pastBy = (windows: { bakeMs: number; ruledBakeMs: number }) =>
      burnOf(burnedFacts({ alert: told, release: promoted(), promotedAt: PROMOTED, others: 0 }, aLook(), windows))?.past
    expect(pastBy({ bakeMs: BAKE / 2, ruledBakeMs: BAKE })).toBe('clean')
    expect(pastBy({ bakeMs: BAKE / 2, ruledBakeMs: 2 * BAKE })).toBe('unknown')
  })

  it('of flags goes by their own sync, whatever of the Rollout', () => {
    const away = aLook({ healthySince: 1 })
    const facts = { alert: told, release: promoted(), promotedAt: PROMOTED, others: 0, flags: ['flags/web.yaml'] }
    expect(burnOf(burnedFacts(facts, away, { bakeMs: BAKE }))).toMatchObject({ past: 'clean', flags: ['flags/web.yaml'] })
  })
})

describe('a release that an alert named has passed by itself', () => {
  const over = { bakeMs: 20 * MINUTE, state: 'resolved', quietSince: NOW - 5 * MINUTE } as const
  const quiet = standing()

  it.each<[boolean, string, Release, Partial<Observation>]>([
    [true, 'once its alert is gone for five minutes and its window is over', aBurnedRelease(over), { alerts: quiet }],
    [false, 'not within the window', aBurnedRelease({ ...over, bakeMs: 20 * MINUTE + 1 }), { alerts: quiet }],
    [false, 'not before five minutes', aBurnedRelease({ ...over, quietSince: NOW - 5 * MINUTE + 1 }), { alerts: quiet }],
    [false, 'not where nobody knows since when', aBurnedRelease({ ...over, quietSince: undefined }), { alerts: quiet }],
    [false, 'not where somebody has silenced it', aBurnedRelease({ ...over, state: 'silenced' }), { alerts: quiet }],
    [false, 'not while a PR is open', aBurnedRelease(over), { alerts: quiet, standingRevert: () => 'v' }],
    [true, 'by its window alone, where nobody is asked any more', aBurnedRelease({ ...over, state: 'firing' }), {}],
    [false, 'not by anything where it failed otherwise', aRelease({ key: 'r' }), {}],
  ])('%s: %s', (hasIt, _, release, fields) => {
    expect(hasPassed(release, aLook({}, fields))).toBe(hasIt)
  })
})
