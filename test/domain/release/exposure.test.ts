import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exposureFact } from '../../../src/api/exposure.ts'
import { buildCard } from '../../../src/domain/notice/card.ts'
import { exposedSince, exposureWords } from '../../../src/domain/release/exposure.ts'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import { untilMerged } from '../../../src/domain/revert/until-merged.ts'
import { timeAndDay } from '../../../src/domain/words/times.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../an-attempt.ts'

const AT = Date.parse('2026-11-29T12:45:30Z')
const attempt = (seenAt: number): Attempt => anAttempt({ key: `k|${seenAt}`, seenAt })
const split = (change: Partial<Release> = {}): Release =>
  aRelease({ key: 'k', state: 'failed', serving: 'split', attempts: [attempt(AT - 60_000), attempt(AT)], ...change })

const WORDS =
  'since 2026-11-29 12:45 UTC: any change of the Rollout in Git or a sync of it, a rebuild of the cluster, or an image bot can bring the ' +
  'failed version back'

describe('how long a failed version can come back, and by what', () => {
  it('is since the cluster went back from the newest attempt, as long as Git asks for it', () => {
    expect([exposedSince(split()), exposureWords(split())]).toEqual([AT, WORDS])
  })

  it.each<[string, Partial<Release>]>([
    ['Git asks for something else by now', { wish: { state: 'waiting-for-sync', revisions: [], podTemplateHash: null, images: [] } }],
    ['nobody knows what Git asks for', { wish: { state: 'unknown', revisions: [], podTemplateHash: null, images: [] } }],
    ['it is tried again', { state: 'rolling', serving: 'rolling' }],
    ['it is over', { state: 'ended', outcome: 'restored', serving: 'in-step' }],
    ['the cluster does not run the version before yet', { serving: 'aborting' }],
    ['it has not failed, but was undone', { cause: 'undone' }],
  ])('is nothing where %s', (_, change) => {
    expect([exposedSince(split(change)), exposureWords(split(change)), exposureFact(split(change), false, AT)]).toEqual([
      undefined,
      undefined,
      [],
    ])
    expect(JSON.stringify(buildCard(split(change), undefined, { links: [] }))).not.toContain('image bot')
  })

  it('stands on a card once', () => {
    const card = buildCard(split(), aRevert({ key: 'v' }), { links: [] })
    expect(card.fields).toContainEqual({ label: 'Exposed', value: WORDS })
    expect(JSON.stringify(card).match(/image bot/g)).toHaveLength(1)
  })

  it('counts up where it is looked at, and not of a cluster that cannot be seen', () => {
    expect(exposureFact(split(), false, AT + 725_000)).toMatchObject([
      { label: 'Exposed', value: expect.stringMatching(/^for 12m05s: any change/) as string },
    ])
    expect(exposureFact(split(), true, AT)).toEqual([])
  })

  it('stands in the pull request, for the first of its releases', () => {
    expect(untilMerged([split({ attempts: [attempt(AT + 60_000)] }), split()])).toBe(
      'Until it is merged, any change of the Rollout in Git or a sync of it, a rebuild of the cluster, or an image bot can bring ' +
        'the failed version back. Git has asked for it since 2026-11-29 12:45 UTC, while the cluster runs the version before.',
    )
    expect(untilMerged([split({ cause: 'undone' })])).toBe('Until it is merged, a sync can bring the version that was undone back.')
  })
})

it('a moment is told as the calendar has it', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1970-01-01'), max: new Date('2399-12-31'), noInvalidDate: true }), (date) => {
      expect(timeAndDay(date.getTime())).toBe(`${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`)
    }),
  )
})
