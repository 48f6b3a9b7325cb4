import { describe, expect, it } from 'vitest'
import { buildCard, outcomeSentence } from '../../../src/domain/notice/card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { plainText } from '../../../src/domain/words/plain-text.ts'
import { causeClause, causeOf, failedVersion, versionName } from '../../../src/domain/words/wording.ts'
import { anAttempt, burning, FLAGS } from '../an-attempt.ts'

const release = {
  key: 'k',
  namespace: 'shop',
  rollout: 'web',
  cluster: 'prod',
  images: ['registry.example/web:v2'],
  stableImages: ['registry.example/web:v1'],
  podTemplateHash: 'b',
  stableHash: 'a',
  state: 'failed',
  serving: 'split',
  outcome: 'open',
  cause: 'analysis-failed',
  attempts: [],
  revision: null,
  goodRevision: null,
  author: null,
  decision: { action: 'notify', reason: 'why', checks: [], at: 0 },
  waiting: null,
} as unknown as Release
const revert = {
  state: 'open',
  outcome: null,
  pullRequest: { number: 7, url: 'https://git.example/7' },
  toldNotRestored: false,
  touchedByOthers: false,
} as unknown as Revert

it('of a hostile text no more is read than four times what is kept', () => {
  const nothing = '\u001b[2J'
  expect(plainText(`${nothing.repeat(5)}word`, 6)).toBe('word')
  expect(plainText(`${nothing.repeat(6)}word`, 6)).toBe('')
})

/** A release that people are only told about, because of this check. */
function refused(id: string, serving: Release['serving'] = 'split'): Release {
  const check = { id, title: '', outcome: 'failed', detail: 'because.' }
  return {
    ...release,
    serving,
    decision: { action: 'notify', reason: 'No revert PR: because.', checks: [check], at: 0 },
  } as unknown as Release
}

describe('what a person can do where no PR was opened', () => {
  it.each<[string, Release, string]>([
    [
      'Git still asks for what failed',
      refused('P11'),
      'Git still asks for the failed version: try it again, revert it there, or release a mended one.',
    ],
    ['a newer commit may mend it', refused('P5'), 'If what Git asks for now does not mend it, revert by hand.'],
    [
      'it is not known what to revert',
      refused('P3'),
      'Kedge cannot tell what to revert: take it back where it was changed, or release a mended version.',
    ],
    ['both versions serve', refused('P1', 'stuck'), 'Abort it, or release a mended version: Argo Rollouts does neither by itself.'],
    ['nothing has ever served', refused('P1', 'first-deploy-failed'), 'Release a mended version.'],
    ['the controller refuses the spec', refused('P1', 'invalid-spec'), 'Correct the spec in Git.'],
  ])('says it when %s', (_, ofRelease, sentence) => {
    expect(outcomeSentence(ofRelease, undefined)).toBe(`No revert PR: because. ${sentence}`)
  })

  it.each<[string, Release]>([
    ['the check itself does', refused('P8')],
    ['pods are still going back', refused('P1', 'aborting')],
    ['it is being tried again', { ...refused('P11'), state: 'rolling', serving: 'rolling' }],
  ])('says nothing when %s', (_, ofRelease) => {
    expect(outcomeSentence(ofRelease, undefined)).toBe('No revert PR: because.')
  })

  it('says how it ended once it is over, and not why nothing was opened before', () => {
    const ends = ['superseded', 'promoted', 'restored', 'gone'] as const
    const said = ends.map((outcome) => outcomeSentence({ ...refused('P11'), state: 'ended', outcome, endedAt: 1 }, undefined))
    expect([new Set(said).size, said.some((sentence) => sentence.includes('because'))]).toEqual([4, false])
  })
})

it('a first deploy has no version before it, also when it is over', () => {
  const first = { ...release, podTemplateHash: 'a', images: ['registry.example/web:v1'], state: 'ended', outcome: 'superseded' } as const
  expect(
    buildCard(first, undefined, { links: [] })
      .fields.slice(0, 2)
      .map(({ value }) => value),
  ).toEqual(['web:v1', 'nothing that ever served'])
})

describe('a version that keeps its image', () => {
  const sameImage = { ...release, images: ['registry.example/web:v1'] }

  it('is not called by its tag alone, which both versions have', () => {
    const card = buildCard(sameImage, undefined, { links: [] })
    expect(card.title).toBe('shop/web: web:v1 with other settings failed; the cluster went back, Git did not')
    expect(card.fields.slice(0, 2).map(({ value }) => value)).toEqual(['web:v1 with other settings', 'web:v1'])
  })
})

describe('what was done', () => {
  it.each<[string, Partial<Release>, Partial<Revert> | undefined, string]>([
    ['a decision alone', {}, undefined, 'why'],
    ['a plan', {}, { state: 'planned', pullRequest: null }, 'A revert PR is being opened.'],
    ['an open PR', {}, {}, 'PR #7 reverts it, with proof. Look at it and merge it: until then the failed version can come back.'],
    [
      'an open PR while the release is tried again',
      { state: 'rolling' },
      {},
      'PR #7 stays open while the release is tried again. Do not merge it before that has ended.',
    ],
    ['an open PR that nobody needs', { state: 'ended', outcome: 'promoted' }, {}, 'PR #7 is not needed any more.'],
    [
      'a PR that is being closed',
      { state: 'ended', outcome: 'promoted' },
      { state: 'closing', outcome: 'promoted' },
      'PR #7 is being closed: the release made it after all.',
    ],
    ['a PR that was closed', {}, { state: 'ended', outcome: 'superseded' }, 'PR #7 was closed: a newer commit changes the same inputs.'],
    [
      'a PR that others pushed to',
      {},
      { state: 'ended', outcome: 'gone', touchedByOthers: true },
      'PR #7 is not needed any more: the Rollout is gone. Somebody else has pushed to it, so closing it is left to people.',
    ],
    [
      'a No to a release that is over',
      { state: 'ended', outcome: 'promoted' },
      { state: 'ended', outcome: 'declined' },
      'PR #7 was closed by somebody: declined. Kedge will not open it again.',
    ],
    [
      'a No',
      {},
      { state: 'ended', outcome: 'declined' },
      'PR #7 was closed by somebody: declined. Kedge will not open it again. Git still asks for the failed version.',
    ],
    [
      'a merge that waits',
      {},
      { state: 'ended', outcome: 'merged' },
      'PR #7 was merged. Waiting for Argo CD to bring the version before back.',
    ],
    ['a merge that waits too long', {}, { state: 'ended', outcome: 'merged', toldNotRestored: true }, 'why'],
    [
      'a merge that helped',
      { state: 'ended', outcome: 'restored' },
      { state: 'ended', outcome: 'merged' },
      'PR #7 was merged, and the version before is back.',
    ],
    [
      'a merge that something newer overtook',
      { state: 'ended', outcome: 'superseded' },
      { state: 'ended', outcome: 'merged' },
      'PR #7 was merged.',
    ],
  ])('tells %s', (_, ofRelease, ofRevert, sentence) => {
    expect(outcomeSentence({ ...release, ...ofRelease }, ofRevert && { ...revert, ...ofRevert })).toBe(sentence)
  })

  it('never asks for a merge once the release has ended', () => {
    for (const outcome of ['restored', 'superseded', 'promoted', 'gone'] as const) {
      for (const state of ['planned', 'open', 'closing', 'ended'] as const) {
        const card = buildCard(
          { ...release, state: 'ended', outcome },
          { ...revert, state, outcome: state === 'closing' || state === 'ended' ? outcome : null },
          { links: [] },
        )
        expect(card.outcome).not.toContain('merge it')
      }
    }
  })

  it('says what keeps a PR from being opened', () => {
    expect(
      buildCard(release, { ...revert, state: 'planned', pullRequest: null }, { links: [], trouble: 'E_FORGE_REJECTED: no\nway' }).outcome,
    ).toBe('A revert PR is being opened. So far it failed: E_FORGE_REJECTED: no way')
  })
})

it('a version is called by its tags, or by its hash', () => {
  expect(versionName(['registry.example:5000/a/web:v1', 'b@sha256:0'], 'h')).toBe('web:v1, b@sha256:0')
  expect(versionName([], 'h')).toBe('h')
  expect(versionName([], null)).toBe('unknown')
})

it('a cause that nobody knows is called that, and flags are applied where a version is promoted', () => {
  expect([causeClause(null), causeOf(burning(FLAGS)), causeOf({ cause: 'stuck', attempts: [anAttempt()] })]).toEqual([
    'the cause is not known',
    'an alert that began after its sync fires',
    'it exceeded its progress deadline and was not aborted',
  ])
})

it('flags are called by their file, and what is known by its hash alone has no settings', () => {
  expect(failedVersion(burning(FLAGS))).toBe('flag flags/web.json')
  expect(failedVersion({ images: [], podTemplateHash: 'b', stableImages: ['b'], stableHash: 'a', attempts: [] })).toBe('b')
})
