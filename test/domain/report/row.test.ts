import { describe, expect, it } from 'vitest'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import { reportRowOf } from '../../../src/domain/report/row.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../an-attempt.ts'

const NOTHING = { revert: null, quarantine: null, storm: null }
const rowOf = (fields: Partial<Release> = {}, revert: Revert | null = null) =>
  reportRowOf(aRelease({ key: 'r', ...fields }), { ...NOTHING, revert }, [])

const attempt = (fields: Partial<Attempt> = {}): Attempt => anAttempt({ seenAt: 2_000, ...fields })

const evidence = (metric: string) => ({
  analysisRun: 'run',
  metric,
  phase: 'Failed',
  value: '0.91',
  condition: 'result >= 0.95',
  limit: 'failureLimit 1',
  failed: 2,
  count: 3,
  provider: 'web',
  job: undefined,
  message: undefined,
  role: undefined,
  stepIndex: undefined,
})

describe('the images of a row', () => {
  it.each([
    [`registry.example/web@sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
    [`registry.example/web:v1@sha512:${'b'.repeat(128)}`, `sha512:${'b'.repeat(128)}`],
    ['registry.example/web:v1', null],
    [`registry.example/web@sha256:${'a'.repeat(63)}`, null],
    [`registry.example/web@sha256:${'a'.repeat(64)}x`, null],
    [`web@md5:${'a'.repeat(32)}`, null],
  ])('%s has the digest %j', (image, digest) => {
    expect(rowOf({ images: [image], stableImages: [image] })).toMatchObject({
      images: [{ image, digest }],
      imagesBefore: [{ image, digest }],
    })
  })

  it('have the digests that their pods ran, of each version its own', () => {
    const digest = (letter: string): string => `sha256:${letter.repeat(64)}`
    const ranImages = [
      { of: 'before', image: 'web:v2', digests: [digest('c')] },
      { of: 'release', image: 'web:v2', digests: [digest('a'), 'sha256:none'] },
      { of: 'before', image: 'web:v1', digests: [digest('b')] },
    ] as const
    expect(rowOf({ images: ['web:v2', 'side:1'], stableImages: ['web:v1'], ranImages })).toMatchObject({
      images: [
        { image: 'web:v2', digest: null, ran: [digest('a')] },
        { image: 'side:1', digest: null, ran: [] },
      ],
      imagesBefore: [{ image: 'web:v1', ran: [digest('b')] }],
    })
  })

  it('are thirty at most, and none before where nothing served before', () => {
    const images = Array.from({ length: 40 }, (_, index) => `web:${index}`)
    const row = rowOf({ images, stableImages: images, stableHash: null, goodRevision: '1'.repeat(40) as Release['goodRevision'] })
    expect([row.images.length, row.imagesBefore, row.commitBefore]).toEqual([30, [], null])
  })
})

describe('the times of a row', () => {
  it('has only what has happened', () => {
    expect(rowOf().times).toEqual({ began: 1_000 })
    expect(rowOf({ state: 'ended', outcome: 'promoted', endedAt: 9_000 }).times).toEqual({ began: 1_000, promoted: 9_000 })
  })

  it('has the first failure and the newest abort', () => {
    const attempts = [
      attempt({ abortedAt: 'x', abortedAtMs: 1_500 }),
      attempt({ seenAt: 4_000, abortedAt: 'y', abortedAtMs: 3_500 }),
      attempt(),
    ]
    expect(rowOf({ attempts }).times).toEqual({ began: 1_000, failed: 2_000, aborted: 3_500 })
  })

  it('calls no failure what was undone by hand, and an abort whose time is not known just that', () => {
    expect(rowOf({ attempts: [attempt({ cause: 'undone' })] }).times).toEqual({ began: 1_000 })
    expect(rowOf({ attempts: [attempt({ abortedAt: 'no time' })] }).times).toEqual({ began: 1_000, failed: 2_000, aborted: null })
  })

  it('has the merge of a revert that was merged, and of no other', () => {
    const times = (revert: Partial<Revert>) => rowOf({}, aRevert({ key: 'x', ...revert })).times
    expect(times({ outcome: 'merged', endedAt: 7_000 })).toEqual({ began: 1_000, revertOpened: 1_100, revertMerged: 7_000 })
    expect(times({ outcome: 'declined', endedAt: 7_000 })).toEqual({ began: 1_000, revertOpened: 1_100 })
    expect(times({ pullRequest: null, openedAt: null })).toEqual({ began: 1_000 })
  })
})

it('has the evidence of all attempts, the newest twenty', () => {
  const many = Array.from({ length: 15 }, (_, index) => evidence(`metric-${index}`))
  const row = rowOf({ attempts: [attempt({ evidence: many }), attempt({ evidence: many })] })
  expect(row.evidence).toHaveLength(20)
  expect(row.evidence.at(0)).toContain('metric-10')
  expect(row.evidence.at(-1)).toBe('metric-14 0.91, wanted result >= 0.95 (2 of 3 failed, failureLimit 1)')
})

it('has the pull requests that there are, and nothing of those that there are not', () => {
  const sourcePr = { number: 3, url: 'https://git.example/3', author: 'ada', approvers: [] }
  expect(rowOf().pullRequests).toEqual([])
  expect(rowOf({}, aRevert({ key: 'x', pullRequest: null })).pullRequests).toEqual([])
  expect(rowOf({ sourcePr }, aRevert({ key: 'x', outcome: 'declined' })).pullRequests).toEqual([
    { what: 'release', number: 3, url: 'https://git.example/3', outcome: 'merged' },
    { what: 'revert', number: 7, url: 'https://github.com/acme/shop/pull/7', outcome: 'declined' },
  ])
})

it('says what is not known as null, and what was decided in one line', () => {
  const unknown = { repository: null, application: null, synced: null, decision: null }
  expect(rowOf()).toMatchObject(unknown)
  const applied = { application: 'argocd/web', revisions: ['a\nb'] }
  const decision = { action: 'notify', reason: 'P7:\nno culprit', checks: [], at: 1 }
  expect(rowOf({ repository: 'git.example/a', applied, decision })).toMatchObject({
    repository: 'git.example/a',
    application: 'argocd/web',
    synced: ['a b'],
    decision: 'notify: P7: no culprit',
  })
  expect(rowOf({ preExisting: true }).measures).toBeNull()
})

it('has thirty revisions of a sync at most, and null where nobody has told what was built', () => {
  const revisions = Array.from({ length: 40 }, (_, index) => `1.0.${index}`)
  expect(rowOf({ applied: { application: 'argocd/web', revisions } })).toMatchObject({ synced: revisions.slice(0, 30), builtFrom: null })
  expect(rowOf()).toMatchObject({ synced: null })
})
