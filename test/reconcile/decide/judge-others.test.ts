import { describe, expect, it } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { judge } from '../../../src/reconcile/decide/judge.ts'
import { aRelease, revertEntry } from '../../contract/ledger-documents.ts'
import { aBurn, anAttempt, FLAGS } from '../../domain/an-attempt.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import type { Failure } from '../act/a-failure.ts'
import { BASE, FILE, NOW } from '../act/a-host.ts'
import { HOUR, judged, type Change } from './judged.ts'

describe('a version that was in quarantine before', () => {
  const over = { state: 'over', endedAt: NOW } as const
  it.each([
    ['is named where a bot pushes it again', {}, 'pushed it again. This very template has now failed 2 times and is in quarantine until'],
    ['is like any other once that is over', over, ''],
  ])('%s', async (_, fields, words) => {
    const { failed } = await judged({
      // No revert is known of it.
      source: { revertKey: 'another' },
      policy: { bots: ['Ada'] },
      before: ({ ledger, release }) => {
        const templates = [release.podTemplateHash ?? '']
        const one = aQuarantine({ key: 'q', cluster: 'prod', templates, images: [], since: NOW - HOUR, until: NOW + HOUR, ...fields })
        return ledger.append([{ kind: 'quarantine', key: 'q', event: 'quarantine-begun', document: one }])
      },
    })
    expect(failed['P8'] ?? '').toMatch(words || /^$/)
  })
})

describe('another revert in the same place', () => {
  const declined = (failure: Failure, sha = failure.bad): Partial<Revert> => ({
    state: 'ended',
    outcome: 'declined',
    culprits: failure.planned().culprits.map((commit) => ({ ...commit, sha })),
  })
  it.each<[string, Change['reverts'], string | undefined]>([
    ['is first where it is open', () => [{ paths: ['x', FILE] }], 'restores one of the same files'],
    ['is first where it is about to be opened', () => [{ state: 'planned', pullRequest: null }], 'that is about to be opened'],
    ['is not first while it is being closed', () => [{ state: 'closing' }], undefined],
    ['is not in the way of other files', () => [{ paths: ['x'] }], undefined],
    ['is not in the way of another branch', () => [{ baseBranch: 'release' }], undefined],
    ['is not in the way of another repository', () => [{ repository: 'git.example/other' }], undefined],
    ['is past where it has ended', () => [{ state: 'ended', outcome: 'merged' }], undefined],
    ['is a No where a person has closed it', (failure) => [declined(failure)], 'that is a No to this one, too'],
    ['is no No where it was merged', (failure) => [{ ...declined(failure), outcome: 'merged' }], undefined],
    ['is no No where it took back something else', (failure) => [declined(failure, failure.good)], undefined],
  ])('%s', async (_, reverts, words) => {
    const { failed } = await judged({ ...(reverts && { reverts }) })
    expect(failed['P9'] ?? '').toMatch(words ?? /^$/)
  })

  it('is no No where neither takes any commit back', async () => {
    const { failed } = await judged({ source: { culprits: [] }, reverts: () => [{ state: 'ended', outcome: 'declined' }] })
    expect(failed['P9']).toBeUndefined()
  })

  it('that was merged is not taken back', async () => {
    const { failed } = await judged({
      reverts: ({ bad }) => [
        { state: 'ended', outcome: 'merged', mergeCommit: null },
        { state: 'ended', outcome: 'merged', mergeCommit: bad },
      ],
    })
    expect(failed['P8']).toContain('is itself a revert')
  })

  it('under the same key is what was decided before', async () => {
    const { failure } = await judged()
    await failure.ledger.append([revertEntry(failure.planned({ state: 'ended', outcome: 'declined' }))])
    const { checks } = judge(failure.environment, failure.known, 'same')
    expect(checks.find(({ id }) => id === 'P9')?.detail).toContain('has ended: declined')
  })
})

describe('the limits count', () => {
  const elsewhere = { baseBranch: 'release' }
  it.each<[string, Partial<Policy['limits']>, Change['reverts'], string | undefined]>([
    [
      'open ones of the Rollout',
      { openPerRollout: 1 },
      () => [{ ...elsewhere, releases: ['x', 'r'] }],
      '1 revert PR(s) of this Rollout are open already.',
    ],
    ['none of other Rollouts', { openPerRollout: 1 }, () => [{ ...elsewhere, releases: ['x'] }], undefined],
    ['none that has ended', { openPerRollout: 1 }, () => [{ ...elsewhere, releases: ['r'], state: 'ended', outcome: 'merged' }], undefined],
    ['open ones of the repository', { openPerRepository: 1 }, () => [elsewhere], '1 revert PRs are open in this repository (limit 1).'],
    ['none of other repositories', { openPerRepository: 1 }, () => [{ ...elsewhere, repository: 'git.example/other' }], undefined],
    [
      'those of the last hour',
      { openedPerHour: 1 },
      () => [{ ...elsewhere, plannedAt: NOW - HOUR + 1 }],
      '1 revert PRs were opened within the hour (limit 1).',
    ],
    ['none of before', { openedPerHour: 1 }, () => [{ ...elsewhere, plannedAt: NOW - HOUR - 1 }], undefined],
    [
      'none that was withdrawn',
      { openedPerHour: 1 },
      () => [{ ...elsewhere, plannedAt: NOW, state: 'ended', outcome: 'withdrawn' }],
      undefined,
    ],
    ['not the revert itself', { openedPerHour: 1, openPerRollout: 1, openPerRepository: 1 }, () => [], undefined],
  ])('%s', async (_, limits, reverts, detail) => {
    const generous = { openPerRollout: 10, openPerRepository: 10, openedPerHour: 10 }
    const { failed } = await judged({ policy: { limits: { ...generous, ...limits } }, ...(reverts && { reverts }) })
    expect(failed['P12']).toBe(detail)
  })

  it.each<[string, Partial<Release>, string | undefined]>([
    ['and any release of the Rollout is one of it', {}, '1 revert PR(s) of this Rollout are open already.'],
    ['and releases of a Rollout that was made anew since are not', { uid: 'other' }, undefined],
  ])('%s', async (_, fields, detail) => {
    const { failure } = await judged()
    const releases = [failure.release, aRelease({ ...failure.release, key: 'before', ...fields })]
    const limits = { openPerRollout: 1, openPerRepository: 10, openedPerHour: 10 }
    const { failed } = await judged({ policy: { limits }, reverts: () => [{ ...elsewhere, releases: ['before'] }], look: { releases } })
    expect(failed['P12']).toBe(detail)
  })
})

describe('releases of before', () => {
  const again = (failure: Failure, ...fields: readonly Partial<Release>[]): object => ({
    releases: [failure.release, ...fields.map((more, at) => aRelease({ ...failure.release, key: `before${at}`, revision: BASE, ...more }))],
  })
  it.each<[string, readonly Partial<Release>[], string | undefined]>([
    [
      'that were reverted are counted, each revert once',
      [{ revertKey: 'a' }, { revertKey: 'a' }, { revertKey: 'b' }],
      'it was reverted 2 times already.',
    ],
    ['of one revert do not count twice', [{ revertKey: 'a' }, { revertKey: 'a' }], undefined],
    ['that were not reverted do not count', [{ revertKey: null }, { revertKey: null }], undefined],
    [
      'of another template do not count',
      [
        { revertKey: 'a', templateKey: 't' },
        { revertKey: 'b', templateKey: 't' },
      ],
      undefined,
    ],
  ])('%s', async (_, fields, words) => {
    const { failure } = await judged()
    // The revert under this key would say that the cluster tries again what was reverted.
    const { failed } = await judged({ source: { revertKey: 'new' }, look: again(failure, ...fields) })
    expect(failed['P8'] ?? '').toMatch(words ?? /^$/)
  })

  it.each<[string, Partial<Release>, boolean, RegExp]>([
    ['that failed with what an image bot has pushed again are told', {}, true, /an image bot pushed it again/],
    ['that changed flags alone did not fail by what it pushes', { attempts: [anAttempt({ burn: aBurn(FLAGS) })] }, true, /^$/],
    ['that failed were pushed by no bot where no Application says so', {}, false, /^$/],
  ])('%s', async (_, fields, hasBot, words) => {
    const { failure } = await judged()
    const applications = hasBot ? failure.known.look.applications.map((application) => ({ ...application, imageUpdater: true })) : []
    const { failed } = await judged({ source: { revertKey: 'new' }, look: { ...again(failure, fields), applications } })
    expect(failed['P8'] ?? '').toMatch(words)
  })
})
