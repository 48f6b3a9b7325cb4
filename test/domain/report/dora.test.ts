import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import { createDoraTally } from '../../../src/domain/report/dora.ts'
import { measuresOf } from '../../../src/domain/report/measures.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../an-attempt.ts'

const T = Date.UTC(2026, 2, 1)
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

const tenMinutesIn = (fields: Partial<Attempt> = {}): Attempt => anAttempt({ seenAt: T + 10 * MINUTE, ...fields })

const promoted = (fields: Partial<Release> = {}): Release =>
  aRelease({ key: 'r', startedAt: T, state: 'ended', outcome: 'promoted', endedAt: T + DAY, cause: null, serving: 'in-step', ...fields })

const failed = (fields: Partial<Release> = {}): Release => aRelease({ key: 'r', startedAt: T, attempts: [tenMinutesIn()], ...fields })

const measuredAt = (at: number, phase = 'Failed') => ({ phase, value: '1', at })

describe('one release', () => {
  it.each<[string, Release, object]>([
    ['that was broken before the first look counts for nothing', failed({ preExisting: true }), {}],
    ['that is promoted is a deployment', promoted(), { result: 'promoted', clusterSafe: 'none', gitHonest: 'none' }],
    ['under way is undecided', promoted({ outcome: 'open', state: 'rolling', endedAt: null }), { result: 'undecided', leadTime: 'none' }],
    ['that was overtaken before it failed is undecided', promoted({ outcome: 'superseded' }), { result: 'undecided' }],
    ['that makes it at a second try has failed', promoted({ attempts: [tenMinutesIn()] }), { result: 'failed', leadTime: 'none' }],
    ['that a person aborted has failed', failed({ attempts: [tenMinutesIn({ cause: 'human-abort' })] }), { result: 'failed' }],
  ])('%s', (_, release, expected) => {
    const measures = measuresOf(release, null)
    expect(measures ?? {}).toMatchObject(expected)
    expect(measures === undefined).toBe(release.preExisting)
  })

  it.each([
    [{ revision: '1'.repeat(40) as CommitSha, committedAt: T - DAY }, 2 * DAY],
    [{ revision: '1'.repeat(40) as CommitSha }, 'unknown'],
    [{ revision: null, committedAt: T - DAY }, 'unknown'],
    [{ committedAt: T + 3 * DAY }, 0],
  ])('has a lead time from commit to promotion: %j is %j', (fields, expected) => {
    expect(measuresOf(promoted(fields), null)?.leadTime).toBe(expected)
  })
})

describe('the failure', () => {
  const evidence = (at: number) => [
    { phase: 'Failed', measured: [measuredAt(at - MINUTE, 'Successful'), measuredAt(at)] } as unknown as Attempt['evidence'][number],
  ]

  it.each<[string, Partial<Attempt>, number]>([
    ['the first measurement that failed', { evidence: evidence(T + 2 * MINUTE), abortedAtMs: T + 5 * MINUTE }, T + 2 * MINUTE],
    ['the abort, where no measurement tells', { abortedAtMs: T + 5 * MINUTE }, T + 5 * MINUTE],
    ['when it was seen, where nothing else tells', {}, T + 10 * MINUTE],
    ['when it was seen, where the controller is ahead', { abortedAtMs: T + 50 * MINUTE }, T + 10 * MINUTE],
  ])('is %s', (_, fields, at) => {
    const safeAt = T + 20 * MINUTE
    expect(measuresOf(failed({ attempts: [tenMinutesIn({ ...fields, safeAt })] }), null)?.clusterSafe).toBe(safeAt - at)
  })
})

describe('until the cluster was safe and until Git was honest', () => {
  const merged = (fields: Partial<Revert> = {}): Revert =>
    aRevert({ key: 'x', state: 'ended', outcome: 'merged', endedAt: T + 40 * MINUTE, ...fields })
  const restored: Partial<Release> = { state: 'ended', outcome: 'restored', endedAt: T + 50 * MINUTE }
  const safe = [tenMinutesIn({ safeAt: T + 11 * MINUTE })]

  it.each<[string, Release, Revert | null, unknown, unknown]>([
    ['both are open', failed({ serving: 'aborting' }), null, 'open', 'open'],
    ['the cluster is safe, Git is not honest', failed({ attempts: safe }), null, MINUTE, 'open'],
    ['nobody wrote down since when it is safe', failed({ serving: 'split' }), null, 'unknown', 'open'],
    ['the merge makes Git honest, before N is healthy', failed({ ...restored, attempts: safe }), merged(), MINUTE, 30 * MINUTE],
    ['a merge to another branch does not', failed({ ...restored, attempts: safe }), merged({ mergesInto: 'x' }), MINUTE, 40 * MINUTE],
    ['a declined revert does not', failed({ attempts: safe }), merged({ outcome: 'declined' }), MINUTE, 'open'],
    ['its end makes both so, where nothing was seen before', failed({ ...restored, serving: 'aborting' }), null, 40 * MINUTE, 40 * MINUTE],
    ['a merge at the very failure is an answer', failed({ attempts: safe }), merged({ endedAt: T + 10 * MINUTE }), MINUTE, 0],
    ['a merge for an earlier failure is no answer to this one', failed({ attempts: safe }), merged({ endedAt: T }), MINUTE, 'open'],
    ['there is no version before', failed({ stableHash: null, cause: 'first-deploy' }), null, 'none', 'open'],
    ['the Rollout is gone', failed({ ...restored, outcome: 'gone' }), null, 'none', 'none'],
    ['somebody undid it', failed({ attempts: [tenMinutesIn({ cause: 'undone' })] }), null, 'none', 'none'],
  ])('%s', (...[, release, revert, clusterSafe, gitHonest]) => {
    expect(measuresOf(release, revert)).toMatchObject({ clusterSafe, gitHonest })
  })
})

describe('a period', () => {
  const add = (releases: readonly Release[]) => {
    const tally = createDoraTally()
    for (const release of releases) tally.add(release, null)
    return tally
  }

  it('has frequency and failure rate of its deployments, and neither of what is undecided', () => {
    const tally = add([promoted(), promoted(), promoted(), failed(), promoted({ outcome: 'superseded' }), failed({ preExisting: true })])
    expect(tally.sum({ from: T, to: T + 8 * DAY }, T + 30 * DAY)).toMatchObject({
      days: 8,
      deployments: 4,
      promoted: 3,
      failed: 1,
      undecided: 1,
      deploymentsPerDay: 0.5,
      changeFailureRate: 0.25,
    })
  })

  it('has the lead times of what was promoted, and counts those that nobody has told', () => {
    const tally = add([promoted({ committedAt: T }), promoted(), failed()])
    expect(tally.sum({}, T + DAY).leadTime).toEqual({ median: DAY, p90: DAY, measured: 1, unknown: 1, open: 0 })
  })

  it('without a release has no rate, and one day at least', () => {
    expect(add([]).sum({}, T)).toMatchObject({ from: null, to: null, days: 1, deployments: 0, changeFailureRate: null })
    expect(add([promoted()]).sum({}, T + MINUTE)).toMatchObject({ from: T, to: T + MINUTE, days: 1, deploymentsPerDay: 1 })
  })

  it('ends now, where it is asked to go on', () => {
    expect(add([promoted()]).sum({ from: T, to: T + 300 * DAY }, T + 2 * DAY)).toMatchObject({ to: T + 2 * DAY, days: 2 })
  })

  it('has a median and a 90th percentile that so many are not above, whatever the order, and counts what is open beside', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 60 }), (times) => {
        const releases = times.map((time) => failed({ attempts: [tenMinutesIn({ safeAt: T + 10 * MINUTE + time })] }))
        const { clusterSafe, gitHonest } = add([...releases, failed({ serving: 'aborting' })]).sum({}, T + DAY)
        const share = (limit: number | null): number => times.filter((time) => time <= (limit ?? -1)).length / times.length
        expect(share(clusterSafe.median)).toBeGreaterThanOrEqual(0.5)
        expect(share((clusterSafe.median ?? 0) - 1)).toBeLessThan(0.5)
        expect(share(clusterSafe.p90)).toBeGreaterThanOrEqual(0.9)
        expect(share((clusterSafe.p90 ?? 0) - 1)).toBeLessThan(0.9)
        expect(clusterSafe).toMatchObject({ measured: times.length, open: 1, unknown: 0 })
        expect(gitHonest).toMatchObject({ median: null, p90: null, measured: 0, open: times.length + 1 })
      }),
    )
  })
})
