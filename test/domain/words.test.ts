import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/domain/evidence.ts'
import { buildCard, outcomeSentence } from '../../src/domain/notice.ts'
import type { Release, Revert } from '../../src/domain/release.ts'
import { evidenceLine, versionName } from '../../src/domain/wording.ts'

const evidence: Evidence = { analysisRun: 'web-1', metric: 'success-rate', phase: 'Failed', value: '0.91', condition: 'result >= 0.95', limit: 'failureLimit 2', failed: 3, count: 5, provider: 'prometheus', job: undefined, message: undefined, role: 'Step', stepIndex: 1 }
const release = { key: 'k', namespace: 'shop', rollout: 'web', cluster: 'prod', images: ['registry.example/web:v2'], stableImages: ['registry.example/web:v1'], podTemplateHash: 'b', stableHash: 'a', state: 'failed', serving: 'split', outcome: 'open', cause: 'analysis-failed', attempts: [], revision: null, goodRevision: null, author: null, decision: { action: 'notify', reason: 'why', checks: [], at: 0 }, waiting: null } as unknown as Release
const revert = { state: 'open', outcome: null, pullRequest: { number: 7, url: 'https://git.example/7' }, toldNotRestored: false, touchedByOthers: false } as unknown as Revert

describe('one line of evidence', () => {
  it.each<[string, Partial<Evidence>, string]>([
    ['a value against its condition', {}, 'success-rate 0.91, wanted result >= 0.95 (3 of 5 failed, failureLimit 2)'],
    ['a Job by its name', { value: undefined, condition: undefined, job: 'smoke-1', failed: 1, count: 1 }, 'success-rate Job smoke-1 (1 of 1 failed, failureLimit 2)'],
    ['what could not be measured by its error', { phase: 'Error', value: undefined, message: 'connection refused', failed: 5, count: 0, limit: 'consecutiveErrorLimit 4' }, 'success-rate could not be measured: connection refused (5 of 5 errored, consecutiveErrorLimit 4)'],
    ['an inconclusive one', { phase: 'Inconclusive' }, 'success-rate 0.91, wanted result >= 0.95 (3 of 5 were inconclusive, failureLimit 2)'],
  ])('tells %s', (_, change, line) => {
    expect(evidenceLine({ ...evidence, ...change })).toBe(line)
  })

  it('stays one printable line, whatever a provider sends', () => {
    const line = evidenceLine({ ...evidence, metric: 'a\u202eb', value: `x\n\n${'y'.repeat(5_000)}` })
    expect(line.length).toBeLessThanOrEqual(300)
    expect(line).not.toMatch(/[\n\u202e]/)
  })
})

describe('what was done', () => {
  it.each<[string, Partial<Release>, Partial<Revert> | undefined, string]>([
    ['a decision alone', {}, undefined, 'why'],
    ['a plan', {}, { state: 'planned', pullRequest: null }, 'A revert PR is being opened.'],
    ['an open PR', {}, {}, 'PR #7 reverts it, with proof. Merging it ends the split.'],
    ['an open PR while the release is tried again', { state: 'rolling' }, {}, 'PR #7 stays open while the release is tried again. Do not merge it before that has ended.'],
    ['an open PR that nobody needs', { state: 'ended', outcome: 'promoted' }, {}, 'PR #7 is not needed any more.'],
    ['a PR that is being closed', { state: 'ended', outcome: 'promoted' }, { state: 'closing', outcome: 'promoted' }, 'PR #7 is being closed: the release made it after all.'],
    ['a PR that was closed', {}, { state: 'ended', outcome: 'superseded' }, 'PR #7 was closed: a newer commit changes the same files.'],
    ['a PR that others pushed to', {}, { state: 'ended', outcome: 'gone', touchedByOthers: true }, 'PR #7 is not needed any more: the Rollout is gone. Somebody else has pushed to it, so closing it is left to people.'],
    ['a No', {}, { state: 'ended', outcome: 'declined' }, 'PR #7 was closed by somebody: declined. Kedge will not open it again.'],
    ['a merge that waits', {}, { state: 'ended', outcome: 'merged' }, 'PR #7 was merged. Waiting for Argo CD to bring N back.'],
    ['a merge that waits too long', {}, { state: 'ended', outcome: 'merged', toldNotRestored: true }, 'why'],
    ['a merge that helped', { state: 'ended', outcome: 'restored' }, { state: 'ended', outcome: 'merged' }, 'PR #7 was merged and N is back.'],
    ['a merge that something newer overtook', { state: 'ended', outcome: 'superseded' }, { state: 'ended', outcome: 'merged' }, 'PR #7 was merged.'],
  ])('tells %s', (_, ofRelease, ofRevert, sentence) => {
    expect(outcomeSentence({ ...release, ...ofRelease }, ofRevert && { ...revert, ...ofRevert })).toBe(sentence)
  })

  it('never asks for a merge once the release has ended', () => {
    for (const outcome of ['restored', 'superseded', 'promoted', 'gone'] as const) {
      for (const state of ['planned', 'open', 'closing', 'ended'] as const) {
        const card = buildCard({ ...release, state: 'ended', outcome }, { ...revert, state, outcome: state === 'closing' || state === 'ended' ? outcome : null }, { links: [] })
        expect(card.outcome).not.toContain('Merging it')
      }
    }
  })

  it('says what keeps a PR from being opened', () => {
    expect(buildCard(release, { ...revert, state: 'planned', pullRequest: null }, { links: [], trouble: 'E_FORGE_REJECTED: no\nway' }).outcome).toBe('A revert PR is being opened. So far it failed: E_FORGE_REJECTED: no way')
  })
})

it('a version is called by its tags, or by its hash', () => {
  expect(versionName(['registry.example:5000/a/web:v1', 'b@sha256:0'], 'h')).toBe('web:v1, b@sha256:0')
  expect(versionName([], 'h')).toBe('h')
  expect(versionName([], null)).toBe('unknown')
})
