import { describe, expect, it } from 'vitest'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { isMerged } from '../../../src/reconcile/experiments/taken-back.ts'
import { aRevert } from '../../contract/ledger-documents.ts'
import { aSource } from '../an-application.ts'
import { NOW } from '../an-environment.ts'
import type { Story } from '../git-facts/experiments/an-experiment.ts'
import { aMerged, COMMITS, type Merged } from './a-merged.ts'

it.each<[string, Partial<Revert> | undefined, boolean]>([
  ['is merged', { outcome: 'merged' }, true],
  ['is none', undefined, false],
  ['was declined', { outcome: 'declined' }, false],
  ['was merged into another branch than the Application reads', { outcome: 'merged', mergesInto: 'staging' }, false],
])('the revert of an Experiment %s', (_, fields, is) => {
  expect(isMerged(fields && aRevert({ key: 'k', ...fields }))).toBe(is)
})

describe('a sync has taken an Experiment back', () => {
  const more = (change: Story['commits'][string]): Merged => ({ commits: { ...COMMITS, more: change }, newest: 'more' })

  it.each<[string, boolean, Merged]>([
    ['where it was of the merge', true, {}],
    ['where it was of a later commit that renders it as before', true, more({ 'config.yaml': 'c2' })],
    ['not where somebody has brought it again by then', false, more({ 'experiment.yaml': 'e2' })],
    ['not where it came before the merge, though it renders it as before', false, { newest: 'before' }],
  ])('%s: %s; that is asked once', async (_, is, given) => {
    const { ask, wait, opened } = await aMerged(given.commits)
    expect(await ask(given)).toBe(is)
    await wait(3_600_000)
    expect(await ask(given)).toBe(false)
    // To choose among its sources, none is opened.
    expect(opened).toHaveLength(1)
  })

  it('by its newest, which is asked about at once', async () => {
    const { ask } = await aMerged()
    expect([await ask({ newest: 'other' }), await ask()]).toEqual([false, true])
  })

  it.each<[string, Merged]>([
    ['is over', { release: { state: 'ended', outcome: 'gone', endedAt: NOW } }],
    ['has a revert that was closed', { revert: { outcome: 'declined' } }],
    ['has no revert', { release: { revertKey: null } }],
  ])('is not asked of one that %s', async (_, given) => {
    const { ask, opened } = await aMerged()
    expect(await ask(given)).toBe(false)
    expect(opened).toEqual([])
    expect(await ask()).toBe(true)
  })

  it('is not asked of what the ledger does not know', async () => {
    const { ask, opened } = await aMerged()
    expect(await ask({}, 'unknown')).toBe(false)
    expect(opened).toEqual([])
  })

  it('is asked anew of one that was over in the meantime', async () => {
    const { ask, opened } = await aMerged()
    await ask({ newest: 'other' })
    await ask({ newest: 'other', release: { state: 'ended', outcome: 'gone', endedAt: NOW } })
    await ask({ newest: 'other' })
    expect(opened).toHaveLength(2)
  })
})

describe('whether a sync has taken an Experiment back is not known, and asked again in half a minute,', () => {
  const another = (one: ApplicationSnapshot) => [one, { ...one, name: 'other' }]
  const elsewhere = (one: ApplicationSnapshot) => [
    { ...one, sources: [aSource(), aSource({ repoURL: 'https://git.example/shop/more.git' })], multiSource: true },
  ]

  it.each<[string, Merged]>([
    ['while no Application is its', { applications: () => [] }],
    ['while several are', { applications: another }],
    ['while that sync is not known to have succeeded', { applications: (one) => [{ ...one, history: [] }] }],
    ['while its Application reads several repositories', { applications: elsewhere }],
    ['while the commit of the merge is not known', { revert: { mergeCommit: null } }],
    ['while the commit that brought it is not known', { release: { revision: null } }],
    ['while the one before is not', { release: { goodRevision: null } }],
  ])('%s: nothing is rendered', async (_, given) => {
    const { ask, wait, rendered } = await aMerged()
    expect(await ask(given)).toBe(false)
    expect(rendered).toEqual([])
    await wait(29_999)
    expect(await ask()).toBe(false)
    await wait(1)
    expect(await ask()).toBe(true)
  })

  it.each<[string, Merged]>([
    ['while what was synced is not fetched', { git: { isBehind: true } }],
    ['while who renders is away', { why: 'unreachable' }],
    ['while it is not rendered', { why: 'failed' }],
  ])('%s', async (_, given) => {
    const { ask, wait } = await aMerged()
    expect(await ask(given)).toBe(false)
    await wait(29_999)
    expect(await ask()).toBe(false)
    await wait(1)
    expect(await ask()).toBe(true)
  })

  it.each([null, 'main'])('nobody opens a repository where the sync was of %j', async (newest) => {
    const { ask, wait, opened } = await aMerged()
    expect(await ask({ newest })).toBe(false)
    await wait(30_000)
    expect(await ask({ newest })).toBe(false)
    expect(opened).toEqual([])
  })

  it('and a fault of Kedge is one', async () => {
    const { ask } = await aMerged()
    await expect(ask({ git: { fault: new Error('bug') } })).rejects.toThrow('bug')
  })
})
