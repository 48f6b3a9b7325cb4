import { describe, expect, it } from 'vitest'
import { closingMarker } from '../../../src/domain/revert/keys.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { Case } from '../../../src/reconcile/decide/case.ts'
import type { Failure } from '../act/a-failure.ts'
import { BRANCH, REPO, V1 } from '../act/a-host.ts'
import { asks, type Asked } from './asks.ts'

/** A PR of the revert at the forge, which is number 1. */
async function openAtForge({ forges, branch, put, known, repository }: Failure): Promise<void> {
  put(known.findings.source?.proof?.commit ?? ('' as never))
  if (known.findings.source?.proof) await repository.push(branch, known.findings.source.proof.commit)
  await forges.forRepository(REPO).open({ branch, base: 'main', title: 't', body: 'b' })
}

const lapse = async ({ forges, planned }: Failure, isLapse: boolean): Promise<void> => {
  const forge = forges.forRepository(REPO)
  await forge.comment(1, closingMarker(planned().key, isLapse), 'closing it')
  await forge.close(1)
}

describe('a PR that the forge has for the revert, where the ledger does not know the revert', () => {
  it.each<[string, (failure: Failure) => unknown, Case['findings']['found']]>([
    ['is none', () => undefined, undefined],
    ['is open', openAtForge, 'open'],
    ['was closed by somebody', async (failure) => [await openAtForge(failure), failure.forges.closeByHuman(REPO, 1)], 'closed'],
    [
      'was closed by Kedge as Git asked for something else',
      async (failure) => [await openAtForge(failure), await lapse(failure, true)],
      'lapsed',
    ],
    ['was closed by Kedge for good', async (failure) => [await openAtForge(failure), await lapse(failure, false)], 'closed'],
    ['was merged', async (failure) => [await openAtForge(failure), failure.forges.merge(REPO, 1, failure.bad)], 'merged'],
  ])('%s', async (_, before, found) => {
    expect((await asks({ revert: null, before })).findings).toMatchObject({ found, fault: undefined })
  })

  it('is not looked for where the ledger knows the revert', async () => {
    expect((await asks({ before: openAtForge })).findings.found).toBeUndefined()
  })

  it('is not looked for in a repository that is not allowed', async () => {
    const { findings } = await asks({
      revert: null,
      before: async (failure) => [await openAtForge(failure), (failure.instead.allows = false)],
    })
    expect(findings.found).toBeUndefined()
  })
})

describe('the PR of the revert', () => {
  const pullRequest = { number: 1, url: 'u' }
  it.each<[string, Asked, unknown]>([
    ['is asked for where it is open', { revert: { state: 'open', pullRequest }, before: openAtForge }, { number: 1, state: 'open' }],
    ['is none where none was opened', { revert: {}, before: openAtForge }, undefined],
    ['is not asked for once it has ended', { revert: { state: 'ended', outcome: 'merged', pullRequest }, before: openAtForge }, undefined],
    [
      'is asked for where a person may reopen it',
      { revert: { state: 'ended', outcome: 'declined', pullRequest }, before: openAtForge },
      { number: 1 },
    ],
    [
      'is not asked for once its release is over, too',
      { release: { state: 'ended', outcome: 'gone' }, revert: { state: 'ended', outcome: 'declined', pullRequest }, before: openAtForge },
      undefined,
    ],
  ])('%s', async (_, asked, facts) => {
    expect((await asks(asked)).findings).toMatchObject({ fault: undefined, pullRequest: facts })
  })

  it.each<[string, Partial<Revert>, (failure: Failure) => unknown, object]>([
    ['by nobody, as it is open', { state: 'open' }, () => undefined, {}],
    ['by Kedge for a while', { state: 'open' }, (failure) => lapse(failure, true), { closedByKedge: 'lapsed' }],
    ['by Kedge for good', { state: 'open' }, (failure) => lapse(failure, false), { closedByKedge: 'for-good' }],
    ['by a person', { state: 'open' }, ({ forges }) => forges.closeByHuman(REPO, 1), { closedByKedge: undefined }],
    [
      'by whomever, where the ledger knows that it is being closed',
      { state: 'closing', outcome: 'gone' },
      (failure) => lapse(failure, true),
      {},
    ],
  ])('was closed %s', async (_, fields, deed, closed) => {
    const before = async (failure: Failure): Promise<unknown> => [await openAtForge(failure), await deed(failure)]
    const { pullRequest: found } = (await asks({ revert: { ...fields, pullRequest }, before })).findings
    expect(found).toMatchObject({ number: 1, ...closed })
    expect(Object.keys(found ?? {}).includes('closedByKedge')).toBe('closedByKedge' in closed)
  })
})

describe('a PR of a person that restores the same', () => {
  const openTheirs = async ({ commit, bad, forges }: Failure): Promise<void> => {
    commit(V1, { branch: 'mine', parents: [bad] })
    await forges.openByHuman(REPO, { branch: 'mine', base: 'main', title: 't', body: 'b', author: 'ada' })
  }
  const theirs = { number: 1, url: 'https://git.example/shop/gitops/pull/1' }
  it.each<[string, Asked, unknown]>([
    ['stands for the revert, where the ledger knows none', { revert: null, before: openTheirs }, theirs],
    ['is not looked for where the ledger has one', { before: openTheirs }, undefined],
    [
      'is not looked for where ours is open',
      { revert: null, before: async (failure) => [await openTheirs(failure), await openAtForge(failure)] },
      undefined,
    ],
    [
      'is not looked for where none would be opened',
      { revert: null, before: async (failure) => [await openTheirs(failure), (failure.policy.current = { mode: 'notify' })] },
      undefined,
    ],
  ])('%s', async (_, asked, expected) => {
    expect((await asks(asked)).findings.theirs).toEqual(expected)
  })
})

it('the branch of another revert is no PR of this one', async () => {
  const before = ({ push, forges }: Failure): unknown => [
    push(V1),
    forges.forRepository(REPO).open({ branch: BRANCH, base: 'main', title: 't', body: 'b' }),
  ]
  expect((await asks({ revert: null, before })).findings.found).toBeUndefined()
})

it('where no Application says which repository it is, nobody is asked anything', async () => {
  const before = ({ view }: Failure): unknown => Object.assign(view, { applications: () => [], applicationsOf: () => [] })
  const nothing = { source: null, found: undefined, theirs: undefined, pullRequest: undefined, fault: undefined }
  expect((await asks({ revert: null, before })).findings).toEqual(nothing)
})
