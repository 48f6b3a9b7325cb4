import { describe, expect, it } from 'vitest'
import type { AlertStanding, SeenAlert } from '../../../src/domain/alert/alert.ts'
import { burnOf } from '../../../src/domain/release/burned.ts'
import { flagSteps } from '../../../src/domain/release/flags.ts'
import type { FlagsSeen, FlagSync, Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aBurnedRelease, aLook, anAlert, anAttempt, applied, aReplicaSet, aSync, MINUTE, NOW } from './a-look.ts'

// `old` serves since long ago. A sync has changed a flag twenty minutes ago, and an alert began ten minutes later.

const FILES = ['flags/web.yaml']
const APPLIED_AT = NOW - 20 * MINUTE
const SHA = 'c'.repeat(40)
const KEY = `east|uid-1|flags-${SHA}|3`
const found: FlagSync = { sync: aSync(SHA, APPLIED_AT - 1_000), before: applied('b'), appliedAt: APPLIED_AT, files: FILES }
const standing = (...alerts: SeenAlert[]): AlertStanding => ({ askedAt: NOW, fault: undefined, alerts })
const flagged = (fields: Partial<Release> = {}, burn: Parameters<typeof aBurnedRelease>[0] = {}): Release =>
  aBurnedRelease(
    { flags: FILES, promotedAt: APPLIED_AT, ...burn },
    { key: KEY, podTemplateHash: null, stableHash: 'old', rolloutRevision: 3, serving: 'in-step', applied: applied(SHA), ...fields },
  )
const flags = (fields: Partial<FlagsSeen> = {}): FlagsSeen => ({ releases: [], syncBefore: () => found, ...fields })
const look = (fields: Partial<Observation> = {}, told: Partial<RolloutSnapshot> | null = {}): Observation =>
  aLook(told, {
    replicaSets: [aReplicaSet('old', 3, { createdAt: 1 })],
    past: [
      aRelease({ key: 'n', podTemplateHash: 'old', rolloutRevision: 3, state: 'ended', outcome: 'promoted', startedAt: 1, endedAt: 2 }),
    ],
    bakeMs: 60 * MINUTE,
    alerts: standing(anAlert()),
    flags: flags(),
    ...fields,
  })

describe('an alert that names a flag', () => {
  it('begins a release of its own, of no template: what runs is before and after it', () => {
    const [step, ...more] = flagSteps(look())
    expect(more).toEqual([])
    expect(step?.known).toBeUndefined()
    expect(step?.event).toMatchObject({
      type: 'release-burned',
      facts: {
        key: KEY,
        templateKey: `east|uid-1|flags-${SHA}`,
        cluster: 'east',
        namespace: 'shop',
        rollout: 'web',
        uid: 'uid-1',
        podTemplateHash: null,
        rolloutRevision: 3,
        stableHash: 'old',
        images: ['registry.example/web:1.7.3'],
        stableImages: ['registry.example/web:1.7.3'],
        startedAt: APPLIED_AT - 1_000,
        applied: applied(SHA),
        before: applied('b'),
        goodApplied: applied('b'),
        stepHash: null,
        byTemplate: false,
        serving: 'in-step',
        cause: 'slo-burn',
        attempts: [{ cause: 'slo-burn', burn: { flags: FILES, promotedAt: APPLIED_AT, others: 0, state: 'firing' } }],
      },
    })
  })

  it('began with its sync, or where nobody knows when that began, once it had ended', () => {
    const [step] = flagSteps(look({ flags: flags({ syncBefore: () => ({ ...found, sync: aSync(SHA) }) }) }))
    expect(step?.event).toMatchObject({ facts: { startedAt: APPLIED_AT } })
  })

  it('is called by the whole name of each commit, and by no longer text', () => {
    const sync = { ...aSync(SHA), revisions: ['d'.repeat(70), 'v1'] }
    const [step] = flagSteps(look({ flags: flags({ syncBefore: () => ({ ...found, sync }) }) }))
    expect(step?.event).toMatchObject({ facts: { key: `east|uid-1|flags-${'d'.repeat(64)}+v1|3` } })
  })

  it('opens again what was promoted with these flags, with what is known of it', () => {
    const known = flagged({ state: 'ended', outcome: 'promoted', attempts: [anAttempt()], author: 'Ada', cause: null })
    const [step] = flagSteps(look({ flags: flags({ releases: [{ ...known, key: 'another' }, known] }) }))
    expect(step?.known).toBe(known)
    expect(step?.event).toMatchObject({ type: 'release-burned', facts: { key: KEY, author: 'Ada', attempts: [{}, { cause: 'slo-burn' }] } })
  })

  it('of several is the one that began first, of those that name it', () => {
    const second = anAlert({ fingerprint: 'second', beganAt: NOW - 9 * MINUTE })
    const third = anAlert({ fingerprint: 'third', beganAt: NOW - 8 * MINUTE })
    const named = (...alerts: SeenAlert[]): unknown => {
      const [step] = flagSteps(look({ alerts: standing(...alerts) }))
      return step?.event.type === 'release-burned' && burnOf(step.event.facts)?.fingerprint
    }
    expect([named(third, second), named(second, third)]).toEqual(['second', 'second'])
    expect(named(third, second, anAlert({ beganAt: APPLIED_AT }))).toBe('second')
  })

  const open = (fields: Partial<Release> = {}): Release => aRelease({ key: 'o', podTemplateHash: 'x', startedAt: NOW, ...fields })
  const never = (): FlagSync => {
    throw new Error('nobody asks Git')
  }
  it.each<[string, Observation]>([
    ['has not settled', look({ settled: false })],
    ['is the first one', look({ baseline: true })],
    ['shows no Rollout', look({}, null)],
    ['does not know which version serves', look({ serving: { ...aLook().serving, current: undefined } })],
    ['knows of no alerts', look({ alerts: undefined })],
    ['could not ask for alerts', look({ alerts: { ...standing(anAlert()), fault: 'away' } })],
    ['holds nothing against alerts, and asks nobody', look({ bakeMs: 0, flags: flags({ syncBefore: never }) })],
    ['has nobody to ask for flags', look({ flags: { releases: [] } })],
    ['knows of no flags', look({ flags: undefined })],
    ['shows a release at work, and asks nobody', look({ open: [open()], flags: flags({ syncBefore: never }) })],
    ['shows other flags whose alert fires', look({ flags: flags({ releases: [flagged({ key: 'other' }, { objective: {} })] }) })],
    ['shows these flags open', look({ flags: flags({ releases: [flagged()] }), alerts: standing(anAlert()) })],
    ['knows of no sync before the alert', look({ flags: flags({ syncBefore: () => undefined }) })],
    ['shows an alert of before the sync', look({ alerts: standing(anAlert({ beganAt: APPLIED_AT })) })],
  ])('is none where the look %s', (_, seen) => {
    expect(flagSteps(seen).filter(({ event }) => event.type === 'release-burned')).toEqual([])
  })

  it('is none where one of the alerts may be about a template as well', () => {
    const past = [
      aRelease({ key: 'n', podTemplateHash: 'old', rolloutRevision: 3, state: 'ended', outcome: 'promoted', endedAt: NOW - 25 * MINUTE }),
    ]
    const old = anAlert({ fingerprint: 'old', beganAt: 1, state: 'pending' })
    expect(flagSteps(look({ past, alerts: standing(old, anAlert()) }))).toEqual([])
  })

  it('is none where its release is open, though its alert was over', () => {
    const known = flagged({}, { objective: { slo: 'other' }, state: 'resolved', quietSince: 1 })
    expect(flagSteps(look({ flags: flags({ releases: [known] }) }))).toEqual([])
  })
})

describe('a release of flags', () => {
  const back: Partial<Observation> = { syncs: [aSync('d')], alerts: standing() }
  const endOf = (fields: Partial<Observation>, told: Partial<RolloutSnapshot> | null = {}, release = flagged()): unknown => {
    const [step] = flagSteps(look({ flags: { releases: [release] }, ...fields }, told))
    return step?.event.type === 'release-ended' ? step.event.outcome : undefined
  }
  const fires = standing(anAlert())
  const X = { currentPodHash: 'x', stableRS: 'x' }
  const passed = flagged({}, { state: 'resolved', quietSince: 1, bakeMs: MINUTE })

  it.each<[string, string | undefined, Partial<Observation>, (Partial<RolloutSnapshot> | null)?, Release?]>([
    ['where the Rollout is gone', 'gone', {}, null],
    ['where it may be gone, and that has not settled', undefined, { settled: false }, null],
    ['where another object has its name, at once', 'gone', { settled: false }, { uid: 'uid-2' }],
    ['where the status is of before', undefined, back, { observed: false }],
    ['where the controller refuses the spec', undefined, back, { invalidSpec: 'x' }],
    ['where no template is named', undefined, back, { currentPodHash: undefined, stableRS: undefined }],
    ['where another version is stable', undefined, back, { stableRS: 'x' }],
    ['where what serves is not Healthy', undefined, back, { phase: 'Progressing' }],
    ['where a template was promoted', 'superseded', { alerts: standing() }, X],
    ['where a template was promoted, after the flags went back', 'restored', { alerts: standing(), restoredInGit: () => true }, X],
    ['where so it is, and the alert fires on', 'superseded', { alerts: fires, restoredInGit: () => true }, X],
    ['where a sync brought the flags back', 'restored', back],
    ['where a sync has changed them on', 'superseded', { ...back, movedInGit: () => 'onward' }],
    ['where a sync has changed them, and the alert fires on', undefined, { ...back, alerts: fires }],
    ['where there was a sync, and Git has not answered', undefined, { ...back, movedInGit: () => undefined }, {}, passed],
    ['where there was a sync of something else', undefined, { ...back, movedInGit: () => false }],
    ['where its alert and its window have passed', 'promoted', { alerts: standing() }, {}, passed],
    ['where so they have, and another version is stable', undefined, { alerts: standing() }, { stableRS: 'x' }, passed],
    ['where so they have, and what serves is not Healthy', undefined, { alerts: standing() }, { phase: 'Degraded' }, passed],
    ['where so they have, and Git asks for the flags of before', undefined, { alerts: standing(), restoredInGit: () => true }, {}, passed],
    ['where it has ended before', undefined, back, {}, flagged({ state: 'ended', outcome: 'promoted' })],
  ])('%s, is %s', (_, outcome, fields, ...[told = {}, release = flagged()]) => {
    expect(endOf(fields, told, release)).toBe(outcome)
  })

  it('that ends takes no other step, and one that stays is followed', () => {
    expect(flagSteps(look({ flags: { releases: [flagged()] }, ...back }))).toEqual([
      { known: flagged(), event: { type: 'release-ended', outcome: 'restored', at: NOW } },
    ])
    expect(flagSteps(look({ flags: { releases: [flagged()] }, alerts: standing() }))).toMatchObject([
      { event: { type: 'release-updated', facts: { attempts: [{ burn: { state: 'resolved', quietSince: NOW } }] } } },
    ])
    expect(flagSteps(look({ flags: undefined }))).toEqual([])
  })
})
