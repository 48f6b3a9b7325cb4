import { describe, expect, it } from 'vitest'
import type { SourceFacts } from '../../../src/domain/decision/facts.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import { eventOfTime } from '../../../src/domain/quarantine/ending.ts'
import { eventOfFailure, failedVersionOf } from '../../../src/domain/quarantine/failed.ts'
import { changedImages, imagesAmong, isSameImage } from '../../../src/domain/quarantine/images.ts'
import { wantedStatus } from '../../../src/domain/quarantine/status.ts'
import { mergeMarks, moveQuarantine } from '../../../src/domain/quarantine/transitions.ts'
import type { Cause } from '../../../src/domain/release/evidence.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aQuarantine, COMMIT, DAY, facts, failedRelease, NOW, OTHER, WEB } from './a-quarantine.ts'

describe('the same image', () => {
  it.each([
    ['by name and tag', 'r/web:v2', 'r/web:v2', true],
    ['by name and tag, with any digest behind', 'r/web:v2', 'r/web:v2@sha256:aa', true],
    ['by digest, with any tag before it', 'r/web:v2@sha256:aa', 'r/web:latest@sha256:aa', true],
    ['not by tag, where the digest is another', 'r/web:v2@sha256:aa', 'r/web:v2@sha256:bb', false],
    ['not by tag, where the digest is not said', 'r/web:v2@sha256:aa', 'r/web:v2', false],
    ['not by tag alone', 'r/web:v2', 'r/worker:v2', false],
    ['not by the beginning of a tag', 'r/web:v2', 'r/web:v2.1', false],
  ])('is told %s', (_, one, other, isSame) => {
    expect(isSameImage(one, other)).toBe(isSame)
  })

  it('is innocent where the version before runs it, under whatever tag', () => {
    expect(changedImages(['web:v2', 'proxy:2@sha256:aa', 'web:v2'], ['web:v1', 'proxy:1@sha256:aa'])).toEqual(['web:v2'])
    expect(imagesAmong(['web:v2', 'proxy:2'], ['web:v3', 'proxy:2'])).toEqual(['proxy:2'])
  })
})

describe('a release that failed', () => {
  it('puts what it changed in quarantine, for as long as the policy says', () => {
    expect(failedVersionOf(failedRelease(), facts())).toMatchObject({
      images: [`${WEB}:v2`],
      templates: ['abc'],
      since: NOW,
      until: NOW + 14 * DAY,
      culprit: null,
    })
  })

  it('has one key with what else it brings besides, and another on another Rollout', () => {
    const keys = [{}, { podTemplateHash: 'other', key: 'r2' }, { rollout: 'worker' }, { images: [`${WEB}:v3`] }]
    const [own, same, ...others] = keys.map((fields) => failedVersionOf(failedRelease(fields), facts())?.key)
    expect(own).toMatch(/^[0-9a-f]{12}$/)
    expect(same).toBe(own)
    expect(new Set([own, ...others]).size).toBe(3)
  })

  it('is told by its template where no image changed', () => {
    const version = failedVersionOf(failedRelease({ images: [`${WEB}:v1`, 'proxy:1'] }), facts())
    expect(version).toMatchObject({ images: [], templates: ['abc'] })
  })

  it.each<Cause>(['human-abort', 'undone', 'analysis-error', 'analysis-inconclusive', 'stuck', 'first-deploy', 'invalid-spec', 'unknown'])(
    'for %s says nothing of its version, even where the policy opens a PR for it',
    (cause) => {
      const policy = { ...DEFAULT_POLICY, prCauses: [cause] }
      expect(failedVersionOf(failedRelease({ cause }), facts({ policy }))).toBeUndefined()
    },
  )

  it.each<[string, Partial<Release>, Parameters<typeof facts>[0]]>([
    ['the policy says 0 days', {}, { policy: { ...DEFAULT_POLICY, quarantineMs: 0 } }],
    ['the policy does not list its cause', { cause: 'plugin-step' }, {}],
    ['many failed for one cause', {}, { held: 'many failed' }],
    ['it was broken before Kedge looked', { preExisting: true }, {}],
    ['it is being tried again', { state: 'rolling' }, {}],
    ['there is no version before', { stableHash: 'abc' }, {}],
    ['it never failed', { attempts: [] }, {}],
  ])('is in none where %s', (_, release, more) => {
    expect(failedVersionOf(failedRelease(release), facts(more))).toBeUndefined()
  })

  it('learns its commit once Git has told, and keeps it when Git cannot be asked', () => {
    const source = {
      repoURL: 'https://x/y',
      repository: 'x/y',
      baseBranch: 'main',
      revision: { sha: COMMIT },
      good: { sha: OTHER },
      paths: ['a'],
    } as unknown as SourceFacts
    const blind = failedVersionOf(failedRelease(), facts())
    const seeing = failedVersionOf(failedRelease(), facts({ source }))
    if (!blind || !seeing) throw new Error('nothing failed')
    const begun = moveQuarantine(undefined, { type: 'quarantine-begun', failed: blind })?.quarantine
    const event = eventOfFailure(begun, seeing)
    expect(event).toMatchObject({ type: 'quarantine-traced', facts: { culprit: COMMIT, good: OTHER, paths: ['a'] } })
    const traced = event && moveQuarantine(begun, event)?.quarantine
    expect([eventOfFailure(traced, seeing), eventOfFailure(traced, blind)]).toEqual([undefined, undefined])
  })

  it('again is news once: it begins what is over, renews what stands, and keeps since when', () => {
    const failed = failedVersionOf(failedRelease(), facts())
    if (!failed) throw new Error('nothing failed')
    const again = { ...failed, attempt: 'a2', templates: ['def'], since: NOW + DAY, until: NOW + 15 * DAY }
    const known = aQuarantine({ attempt: 'a1', since: NOW })
    expect(moveQuarantine(known, eventOfFailure(known, again) ?? { type: 'quarantine-expired', at: 0 })?.quarantine).toMatchObject({
      attempt: 'a2',
      since: NOW,
      until: NOW + 15 * DAY,
      templates: ['abc', 'def'],
    })
    const over = aQuarantine({ state: 'over', outcome: 'lifted', attempt: 'a1' })
    expect([eventOfFailure(over, { ...failed, attempt: 'a1' }), eventOfFailure(over, again)?.type]).toEqual([undefined, 'quarantine-begun'])
    expect(eventOfFailure({ ...over, outcome: 'cleared' }, { ...failed, attempt: 'a1' })?.type).toBe('quarantine-begun')
  })
})

describe('time, and what serves', () => {
  it.each([
    ['nothing, while nothing of it serves', NOW, [{ podTemplateHash: 'x', images: [`${WEB}:v1`] }], undefined],
    ['its end, once its days are over', NOW + 15 * DAY, [], 'quarantine-expired'],
    ['its proof, where its template serves', NOW, [{ podTemplateHash: 'abc', images: [] }], 'quarantine-proven'],
    ['its proof, where its images serve in another template', NOW, [{ podTemplateHash: 'x', images: [`${WEB}:v2`] }], 'quarantine-proven'],
  ])('say %s', (_, now, healthy, type) => {
    expect(eventOfTime(aQuarantine({ until: NOW + 14 * DAY }), now, healthy)?.type).toBe(type)
  })

  it('let one of several images go that serves without the others', () => {
    const two = aQuarantine({ images: [`${WEB}:v2`, 'proxy:2'], until: NOW + DAY })
    expect(eventOfTime(two, NOW, [{ podTemplateHash: 'x', images: [`${WEB}:v3`, 'proxy:2'] }])).toEqual({
      type: 'quarantine-narrowed',
      images: [`${WEB}:v2`],
    })
  })
})

describe('the status of a commit', () => {
  const mark = (brings: boolean) => ({ marks: [{ commit: COMMIT, pullRequest: null, brings }] })

  it('is red while any quarantine says so, and green once none does', () => {
    const over = aQuarantine({ key: 'b', state: 'over', outcome: 'lifted', liftedBy: 'ada', ...mark(true) })
    const red = aQuarantine({ key: 'a', ...mark(true) })
    expect(wantedStatus([over, red], COMMIT)).toMatchObject({
      state: 'failure',
      description: expect.stringContaining('quarantine a until'),
    })
    expect(wantedStatus([red, { ...red, key: 'c' }], COMMIT)?.description).toContain('(and 1 more)')
    expect(wantedStatus([over], COMMIT)).toMatchObject({ state: 'success', description: 'web:v2: lifted by ada' })
    expect(wantedStatus([aQuarantine(mark(false))], COMMIT)).toMatchObject({ state: 'success' })
    expect(wantedStatus([red], OTHER)).toBeUndefined()
  })

  it('is one line, whatever a cluster sends as a name or a reason', () => {
    const hostile = aQuarantine({ images: ['r/web:\u001b[31mv2\n\u202e'], reason: 'x\ny'.repeat(500), ...mark(true) })
    const { description = '' } = wantedStatus([hostile], COMMIT) ?? {}
    expect(description).toMatch(/^[^\p{C}\p{Zl}]*$/u)
    expect(description.length).toBeLessThanOrEqual(300)
  })

  it('keeps no more than a hundred commits in mind, and forgets those first that are settled', () => {
    const marks = Array.from({ length: 100 }, (_, at) => ({
      commit: at.toString(16).padStart(40, '0') as typeof COMMIT,
      pullRequest: null,
      brings: at > 0,
    }))
    const merged = mergeMarks(marks, [{ commit: COMMIT, pullRequest: 7, brings: true }])
    expect([merged.length, merged[0]?.brings, merged.at(-1)?.commit]).toEqual([100, true, COMMIT])
  })
})
