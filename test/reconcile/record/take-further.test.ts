import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { prepare } from '../../../src/reconcile/record/follow-up.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { aLook } from '../../domain/release/a-look.ts'
import { aView } from '../../http/fleet-fixture.ts'
import { aPass } from '../a-case.ts'
import { aHistory, running } from '../a-history.ts'
import { anApplication } from '../an-application.ts'
import { stagedApplication } from '../an-application.ts'
import { anEnvironment, known, NOW, TOLD_IN_C } from '../an-environment.ts'
import { aFollowUp } from './a-follow-up.ts'

describe('a release is taken further', () => {
  it('by what people did with its PR', async () => {
    const { follow, close, lines } = await aFollowUp()
    close()
    await follow()
    expect(lines).toContain('revert v: revert-declined')
  })

  it('by the PR that people have reopened', async () => {
    const { follow, lines } = await aFollowUp({ revert: { state: 'ended', outcome: 'declined', endedAt: 1 } })
    await follow()
    expect(lines).toContain('revert v: revert-reopened')
  })

  it('by a decision where the PR that people have closed stays so', async () => {
    const { follow, close, lines } = await aFollowUp({ revert: { state: 'ended', outcome: 'declined', endedAt: 1 } })
    close()
    await follow()
    expect(lines).toContain('release r: release-decided')
  })

  it.each([{ state: 'failed' }, { state: 'rolling' }] as const)('by word of a merge that helps too late: $state', async ({ state }) => {
    const revert = { state: 'ended', outcome: 'merged', endedAt: NOW - 600_000 } as const
    const { follow, lines } = await aFollowUp({ release: { state }, revert })
    await follow()
    expect(lines.slice(0, 2)).toEqual(['revert v: restore-overdue', 'release r: release-decided'])
  })

  it.each([
    { state: 'failed', lines: ['release r: release-decided', 'publish-card-intended', 'card r: card-changed'] },
    { state: 'rolling', lines: ['publish-card-intended', 'card r: card-changed'] },
  ] as const)('by a decision where it has failed, and by none where it is $state', async ({ state, lines: expected }) => {
    const { follow, lines } = await aFollowUp({ release: { state }, revert: null })
    await follow(aPass({}, { quarantineMs: 0 }))
    expect(lines).toEqual(expected)
  })

  it('with those that its commit has brought as well, before it is decided', async () => {
    const { repository, commit } = aHistory()
    const good = commit(running('v1'))
    const revision = commit(running('v2'), good)
    const other = { revision, repository: 'git.example/shop/gitops', attempts: [anAttempt({ seenAt: NOW })], policy: TOLD_IN_C }
    const { follow, lines } = await aFollowUp({
      release: { revision: null, attempts: [anAttempt({ seenAt: NOW })], applied: { application: 'shop/shop', revisions: [revision] } },
      revert: null,
      documents: [known('release', aRelease({ key: 'o', rollout: 'api', uid: 'api', ...other }))],
      fields: { repositories: { open: async () => ({ ...repository, fetch: async () => revision }) } },
    })
    await follow(aPass({ applications: [stagedApplication()] }, { quarantineMs: 0 }))
    expect(lines.slice(0, 4)).toEqual([
      expect.stringMatching(/^storm \w+: storm-begun$/),
      'release o: release-gathered',
      'release r: release-gathered',
      'release r: release-decided',
    ])
  })

  it('by nothing while the cluster is out of sight: it waits for the next event', async () => {
    const { follow, lines, seen } = await aFollowUp({ revert: null })
    const freshness = { fresh: false, asOf: 0, blind: [] }
    const blind = aPass({ view: aView('east', { rollouts: [], freshness }) }, { quarantineMs: 0 })
    expect(await follow(blind)).toBeUndefined()
    expect(await follow(blind)).toBeUndefined()
    expect(await follow(aPass({}, { quarantineMs: 0 }))).toBeUndefined()
    expect(lines.filter((line) => line === 'release r: release-decided')).toHaveLength(2)
    expect(seen.asked).toBe(0)
  })

  it('by nothing while the cluster is out of sight, whatever was decided before: it is asked again once it is seen', async () => {
    const { follow, followUp, close, seen } = await aFollowUp({ revert: { state: 'ended', outcome: 'declined', endedAt: 1 } })
    close()
    await follow()
    followUp.hint('east/shop/web')
    const freshness = { fresh: false, asOf: 0, blind: [] }
    expect(await follow(aPass({ view: aView('east', { rollouts: [], freshness }) }))).toBeUndefined()
    expect([await follow(), seen.asked]).toEqual([undefined, 3])
  })

  it('by nothing of its PR while the forge does not answer, which is thrown and asked again', async () => {
    const { follow, lines, seen } = await aFollowUp()
    seen.meanwhile = async () => Promise.reject(new KedgeError('E_FORGE_UNREACHABLE', 'away'))
    await expect(follow()).rejects.toThrow('away')
    await expect(follow()).rejects.toThrow('away')
    expect([lines, seen.asked]).toEqual([[], 2])
  })
})

describe('while a verdict settles', () => {
  it.each<{ what: string; open: readonly Release[]; opened: number }>([
    { what: 'Git is asked about the open release of the Rollout', open: [aRelease({ key: 'r', uid: 'uid-1' })], opened: 1 },
    { what: 'Git is asked about no other one', open: [aRelease({ key: 'r', uid: 'before' })], opened: 0 },
    { what: 'Git is asked about nothing where none is open', open: [], opened: 0 },
  ])('$what, whatever it answers', async ({ open, opened }) => {
    let count = 0
    const repositories = {
      open: async () => {
        count += 1
        throw new Error('no')
      },
    }
    const { environment } = await anEnvironment([], { repositories })
    await prepare(environment, aPass({ applications: [anApplication()], observation: aLook({}, { open }) }))
    expect(Math.min(1, count)).toBe(opened)
  })
})
