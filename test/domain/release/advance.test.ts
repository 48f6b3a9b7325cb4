import { describe, expect, it } from 'vitest'
import type { AlertStanding } from '../../../src/domain/alert/alert.ts'
import { attemptKey } from '../../../src/domain/release/keys.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { advanceReleases } from '../../../src/domain/release/steps.ts'
import type { Failure, Serving } from '../../../src/domain/rollout/serving.ts'
import type { AnalysisRunSnapshot, RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aBurn, aBurnedRelease, aLook, anAlert, anAttempt, applied, aReplicaSet, aSync, MINUTE, NOW } from './a-look.ts'

const KEY = 'east|uid-1|abc|2'
const ABORT: Failure = { kind: 'abort', attempt: 't1', at: NOW - 1_000 }
const ROLLING: Serving = { state: 'rolling', reason: '', failure: undefined, current: { podTemplateHash: 'abc', rolloutRevision: 2 } }
const SPLIT: Serving = { ...ROLLING, state: 'split', failure: ABORT }
const TOLD: Partial<RolloutSnapshot> = { currentPodHash: 'abc', stableRS: 'old', rolloutRevision: 2, phase: 'Progressing' }

/** `abc` is under way over `old`, and these releases are known. */
function look(known: readonly Release[], fields: Partial<Observation> = {}, told: Partial<RolloutSnapshot> = {}): Observation {
  return aLook({ ...TOLD, ...told }, { serving: ROLLING, past: known, open: known.filter(({ state }) => state !== 'ended'), ...fields })
}
const known = (fields: Partial<Release> = {}): Release =>
  aRelease({
    key: KEY,
    templateKey: 'east|uid-1|abc',
    state: 'rolling',
    serving: 'rolling',
    cause: null,
    applied: applied('v2'),
    ...fields,
  })
const failed = (fields: Partial<Release> = {}): Release =>
  known({
    state: 'failed',
    serving: 'split',
    cause: 'unknown',
    attempts: [anAttempt({ key: attemptKey(KEY, 't1'), safeAt: 1 })],
    ...fields,
  })
const eventsOf = (seen: Observation): readonly string[] => advanceReleases(seen).map(({ event, release: { key } }) => `${event} ${key}`)
const quiet: AlertStanding = { askedAt: NOW, fault: undefined, alerts: [] }

describe('the release that the cluster is at', () => {
  it.each<[string, readonly string[], Observation]>([
    ['begins once it is seen under way', [`release-started ${KEY}`], look([])],
    ['has failed already when it is seen', [`release-failed ${KEY}`], look([], { serving: SPLIT })],
    ['is not seen as failed before that has settled', [], look([], { serving: SPLIT, settled: false })],
    ['does not begin while it has no name', [], look([], { serving: { ...SPLIT, current: undefined } })],
    ['begins as the first version', [`release-started ${KEY}`], look([], {}, { stableRS: 'abc', rolloutRevision: 1 })],
    ['does not begin where the version that serves is scaled', [], look([], {}, { stableRS: 'abc' })],
    ['does not begin before anything is stable', [], look([], {}, { stableRS: undefined })],
    ['does not begin where nothing rolls', [], look([], { serving: { ...ROLLING, state: 'in-step' } })],
    ['is left as it is where nothing is new', [], look([known()])],
    ['fails', [`release-failed ${KEY}`], look([known()], { serving: SPLIT })],
    ['does not fail before that has settled', [], look([known()], { serving: SPLIT, settled: false })],
    ['fails again', [`release-failed ${KEY}`], look([failed()], { serving: { ...SPLIT, failure: { ...ABORT, attempt: 't2' } } })],
    ['fails once by one abort', [], look([failed()], { serving: SPLIT })],
    ['is tried again', [`release-retried ${KEY}`], look([failed()])],
    ['shows its failure again', [`release-relapsed ${KEY}`], look([failed({ state: 'rolling', serving: 'rolling' })], { serving: SPLIT })],
    ['is updated when another serves', [`release-updated ${KEY}`], look([failed({ serving: 'aborting' })], { serving: SPLIT })],
    [
      'is left as it is while nobody knows who serves',
      [],
      look([failed()], { serving: { ...SPLIT, state: 'unknown', failure: undefined } }),
    ],
    ['is over once it has ended', [], look([known({ state: 'ended', outcome: 'promoted' })])],
    ['does not fail once it has ended', [], look([known({ state: 'ended', outcome: 'promoted' })], { serving: SPLIT })],
  ])('%s', (_, events, seen) => {
    expect(eventsOf(seen)).toEqual(events)
  })

  it('begins anew with other steps where it is tried again, and not by the failure that is known', () => {
    const [step] = advanceReleases(look([known({ stepHash: 'a' })], {}, { currentStepHash: 'b' }))
    expect(step).toMatchObject({ event: 'release-updated', release: { stepHash: 'b', applied: null, before: applied('v2') } })
    expect(eventsOf(look([failed({ stepHash: 'a' })], { serving: SPLIT }, { currentStepHash: 'b' }))).toEqual([])
  })

  it('takes the PR that is open for its template as its own', () => {
    const standingRevert = (template: string): string => `v of ${template}`
    expect(advanceReleases(look([], { standingRevert }))[0]?.release.revertKey).toBe('v of east|uid-1|abc')
  })

  it('is called by no template where the controller refuses its spec, and is found as that', () => {
    const invalid = {
      serving: { ...ROLLING, state: 'invalid-spec', current: undefined, failure: { kind: 'invalid-spec', attempt: 'i', at: undefined } },
    } as const
    const refused = known({ key: 'spec', podTemplateHash: null })
    expect(
      eventsOf(look([known({ key: 'a' }), { ...refused, key: 'of another', uid: 'uid-2' }, refused], invalid, { invalidSpec: 'x' })),
    ).toEqual(['release-ended of another', 'release-failed spec'])
    expect(eventsOf(look([], invalid, { invalidSpec: 'x' }))).toEqual(['release-failed east|uid-1|spec-7|2'])
  })

  it('gets the evidence that came into view after its failure', () => {
    const metric = {
      name: 'rate',
      phase: 'Failed',
      measurements: [],
      failed: 1,
      count: 1,
    } as unknown as AnalysisRunSnapshot['metrics'][number]
    const run = {
      ownerUid: 'uid-1',
      podTemplateHash: 'abc',
      rolloutRevision: 2,
      phase: 'Failed',
      createdAt: 1,
      completedAt: NOW,
      metrics: [metric],
    }
    const analysisRuns = [{ name: 'web-1', terminated: false, ...run } as unknown as AnalysisRunSnapshot]
    const [step] = advanceReleases(look([failed()], { serving: SPLIT, analysisRuns }))
    expect(step).toMatchObject({ event: 'release-updated', release: { attempts: [{ evidence: [{ analysisRun: 'web-1' }] }] } })
  })

  it('is not tried again where an alert named it, and fails like any other', () => {
    const burned = (fields: Partial<Release> = {}): Release =>
      aBurnedRelease({}, { ...failed(), attempts: [anAttempt({ burn: aBurn() })], cause: 'slo-burn', ...fields })
    expect(eventsOf(look([burned({ serving: 'rolling' })]))).not.toContain(`release-retried ${KEY}`)
    expect(eventsOf(look([burned({ state: 'rolling' })]))).toEqual([`release-updated ${KEY}`])
    expect(eventsOf(look([burned()], { serving: SPLIT }))).toEqual([`release-failed ${KEY}`])
  })
})

describe('a release whose analysis said nothing', () => {
  const told = { pauseReasons: ['CanaryPauseStep', 'InconclusiveAnalysisRun'] }
  const waiting = { reason: 'InconclusiveAnalysisRun', evidence: [] }
  const waits = (release: Release, fields: Partial<Observation> = {}, more: Partial<RolloutSnapshot> = told): unknown =>
    advanceReleases(look([release], fields, more))[0]?.release.waiting

  it('waits for a person, once that has settled, and keeps what was found then', () => {
    expect(waits(known())).toEqual(waiting)
    expect(eventsOf(look([known()], { settled: false }, told))).toEqual([])
    expect(eventsOf(look([known({ waiting: { ...waiting, evidence: [{ metric: 'then' } as never] } })], {}, told))).toEqual([])
    const then = known({ waiting: { ...waiting, evidence: [{ metric: 'then' } as never] }, serving: 'aborting' })
    expect(waits(then, { settled: false })).toEqual(then.waiting)
  })

  it('waits no more once nothing is paused for it, or it has failed', () => {
    expect(waits(known({ waiting }), {}, { pauseReasons: ['CanaryPauseStep'] })).toBeNull()
    expect(waits(failed({ waiting, serving: 'aborting' }), { serving: SPLIT })).toBeNull()
  })
})

describe('one look', () => {
  it('ends a release once, whatever else is new of it', () => {
    const over = aBurnedRelease({}, { key: KEY, templateKey: 'east|uid-1|abc', serving: 'in-step' })
    const back = aLook({}, { open: [over], past: [over], alerts: quiet, wish: { state: 'unknown', revisions: [] } })
    expect(eventsOf(back)).toEqual([`release-ended ${KEY}`])
    const promoted = { stableRS: 'abc', phase: 'Healthy' }
    expect(eventsOf(look([known()], { serving: { ...ROLLING, state: 'in-step' } }, promoted))).toEqual([`release-ended ${KEY}`])
  })

  it('follows what an alert named beside a release that takes another step, and not what takes one', () => {
    const burned = aBurnedRelease({}, { key: 'b', podTemplateHash: 'old', stableHash: 'n', rolloutRevision: 1, serving: 'in-step' })
    const wish: Observation['wish'] = { state: 'undone', revisions: [], wanted: 'old' }
    expect(eventsOf(look([burned], { alerts: quiet, wish }))).toEqual([`release-started ${KEY}`, 'release-updated b'])
    const relapsed = aBurnedRelease({}, { ...failed(), attempts: [anAttempt({ key: 'x', burn: aBurn() })], cause: 'slo-burn' })
    expect(eventsOf(look([relapsed], { serving: SPLIT, alerts: quiet }))).toEqual([`release-failed ${KEY}`])
  })

  it('marks what Git asks for instead on every release, once each', () => {
    const unknown: Observation['wish'] = { state: 'unknown', revisions: [] }
    const other = aRelease({ key: 'other', podTemplateHash: null, stableHash: 'abc' })
    const seen = look([failed(), other], { wish: unknown, serving: { ...SPLIT, state: 'aborting' } })
    const steps = advanceReleases(seen)
    expect(steps.map(({ event, release }) => [event, release.key, release.wish?.state])).toEqual([
      ['release-updated', KEY, 'unknown'],
      ['release-updated', 'other', 'unknown'],
    ])
    expect(
      advanceReleases(look([failed()], { wish: unknown, serving: SPLIT })).map(({ event, release }) => [event, release.wish?.state]),
    ).toEqual([['release-updated', 'unknown']])
    expect(eventsOf(look([failed()], { serving: SPLIT }))).toEqual([])
  })

  it('says since when N alone serves', () => {
    const [step] = advanceReleases(look([known()], { serving: SPLIT }))
    expect(step?.release.attempts.at(-1)?.safeAt).toBe(NOW)
  })

  it('takes what was undone by hand for that, and not for what an alert that fires names', () => {
    const running = aRelease({
      key: 'n',
      podTemplateHash: 'old',
      rolloutRevision: 3,
      state: 'ended',
      outcome: 'promoted',
      startedAt: 1,
      endedAt: NOW - 20 * MINUTE,
    })
    const before = known({ state: 'ended', outcome: 'promoted', endedAt: 2, startedAt: 1 })
    const held = { state: 'undone', revisions: [], podTemplateHash: 'old', wanted: 'abc', since: 1, wasThere: false } as const
    const seen: Partial<Observation> = {
      past: [running, before],
      replicaSets: [aReplicaSet('old', 3), aReplicaSet('abc', 2)],
      bakeMs: 60 * MINUTE,
      alerts: { ...quiet, alerts: [anAlert()] },
    }
    expect(eventsOf(aLook({}, { ...seen, held }))).toEqual([`release-undone ${KEY}`])
    expect(eventsOf(aLook({}, seen))).toEqual(['release-burned n'])
  })

  it('tells of flags beside all else', () => {
    const flags = aBurnedRelease({ flags: ['a.yaml'] }, { key: 'flags', podTemplateHash: null, serving: 'in-step' })
    const seen = { flags: { releases: [flags] }, alerts: quiet, syncs: [aSync('v3')] }
    expect(eventsOf(look([], seen))).toEqual([`release-started ${KEY}`, 'release-updated flags'])
    expect(eventsOf(aLook({}, { ...seen, flags: { releases: [{ ...flags, applied: applied('v2') }] } }))).toEqual(['release-ended flags'])
  })
})
