import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import { createStory, QUIET, LOUD, histories, live } from './release-story.ts'

describe('the story of releases', () => {
  it('is the same when it is looked at twice: the second look changes nothing', () => {
    fc.assert(
      fc.property(histories(LOUD), (history) => {
        const story = live(history, () => undefined)
        expect(story.see().filter((change) => change.event !== 'release-started')).toEqual([])
        expect(story.see()).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  it('never has an aborted attempt where no release was aborted, whatever flaps (3,000 histories)', () => {
    fc.assert(
      fc.property(histories(QUIET), (history) => {
        const story = live(history, () => undefined)
        expect(story.failed().filter((release) => release.attempts.some((attempt) => attempt.abortedAt !== null))).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it('never forgets an attempt, nor opens again what has ended', () => {
    fc.assert(
      fc.property(histories(LOUD), (history) => {
        const seen = new Map<string, Release>()
        live(history, (story) => {
          for (const [key, release] of story.documents) {
            const before = seen.get(key)
            expect(release.attempts.length).toBeGreaterThanOrEqual(before?.attempts.length ?? 0)
            expect(before?.state === 'ended' ? before : release).toEqual(release)
            seen.set(key, release)
          }
        })
      }),
      { numRuns: 1_000 },
    )
  })

  it('counts one attempt for one abort, however often it is seen', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    story.see()
    story.pass(10_000)
    story.web.abort()
    for (let times = 0; times < 5; times += 1) story.see()
    expect(story.failed()).toMatchObject([{ state: 'failed', serving: 'split', cause: 'analysis-failed', recurrence: 1 }])
    expect(story.failed()[0]?.attempts).toHaveLength(1)
  })

  it('names images once its ReplicaSets do, where the ledger has none', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    const [{ release } = { release: undefined }] = story.see()
    if (!release) throw new Error('nothing has begun')
    story.documents.set(release.key, { ...release, images: [], stableImages: [] })
    const { images, stableImages } = release
    expect(images).toEqual(['registry.example/web:v2'])
    expect(story.see()).toMatchObject([{ event: 'release-updated', release: { images, stableImages } }])
    expect(story.see()).toEqual([])
  })

  it('takes no failure from a look that has not settled', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    story.web.abort()
    story.see(false)
    expect(story.failed()).toEqual([])
  })

  it('knows the same template again under a new number as the second time', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    for (const round of [1, 2]) {
      story.pass(60_000)
      story.web.canary('v2')
      story.see()
      story.pass(10_000)
      story.web.abort()
      story.see()
      expect(story.failed().at(-1)?.recurrence).toBe(round)
      story.pass(60_000)
      story.web.healthy('v1')
      story.see()
    }
    expect(story.failed().map((release) => release.outcome)).toEqual(['restored', 'restored'])
  })

  it('does not end as restored while Applications are not seen: nobody says what Git asks for', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    story.web.abort()
    story.see()
    story.seeApplications(false)
    story.web.healthy('v1')
    story.see()
    expect(story.failed().map((release) => release.outcome)).toEqual(['open'])
    story.seeApplications(true)
    story.see()
    expect(story.failed().map((release) => release.outcome)).toEqual(['restored'])
  })

  it('ends as superseded by a newer template, as promoted by its own', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    story.see()
    story.web.canary('v3')
    story.see()
    story.web.healthy('v3')
    story.see()
    expect([...story.documents.values()].map((release) => [release.images[0]?.split(':')[1], release.outcome]).slice(-2)).toEqual([
      ['v2', 'superseded'],
      ['v3', 'promoted'],
    ])
  })
})
