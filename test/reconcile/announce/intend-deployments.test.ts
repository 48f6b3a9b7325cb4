import { describe, expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { deploying } from '../../../src/reconcile/announce/intend-deployments.ts'
import { anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { AT, burning, FLAGS } from '../../domain/an-attempt.ts'
import { aWorld } from '../a-world.ts'
import { failed } from '../tell/a-card.ts'
import { COMMIT, REPO } from './an-announcement.ts'

const policy = { mode: 'notify', channel: null, mutedUntil: null, deployments: '{rollout}' } as const
const rolling = (fields: Partial<Release> = {}): Release => failed({ state: 'rolling', attempts: [], policy, ...fields })
const deployment = { repoURL: REPO, commit: COMMIT, environment: 'web', number: 1 }

const asking = (key = 'r'): LedgerEntry => {
  const effect = `deployment|${key}|${AT}`
  const document = anEffect({ key: effect, action: { type: 'show-deployment', releaseKey: key }, createdAt: AT, notBefore: AT })
  return { kind: 'effect', key: effect, event: 'show-deployment-intended', document }
}

/** What is written in one transaction with these, where the ledger has those. */
async function writtenWith(entries: readonly LedgerEntry[], known: readonly LedgerEntry[] = []): Promise<readonly LedgerEntry[]> {
  const { environment, ledger } = await aWorld()
  if (known.length > 0) await ledger.append(known)
  const commits: (readonly LedgerEntry[])[] = []
  await deploying(environment, { commit: async (of) => void commits.push(of()) }).commit(() => entries)
  expect(commits).toHaveLength(1)
  expect(commits[0]?.slice(0, entries.length)).toEqual(entries)
  return commits[0]?.slice(entries.length) ?? []
}

describe('that a release is to be shown as a deployment', () => {
  it('is written with what is new of it, in one transaction, once for each', async () => {
    const first = [rolling(), rolling({ key: 'r2' }), failed({ policy })].map((release) => releaseEntry(release))
    expect(await writtenWith(first)).toEqual([asking('r'), asking('r2')])
  })

  it.each<[string, Release]>([
    ['the policy shows none', rolling({ policy: { mode: 'notify', channel: null, mutedUntil: null } })],
    ['the policy is not known', failed()],
    ['the policy only observes', rolling({ policy: { ...policy, mode: 'observe' } })],
    ['it is muted', rolling({ policy: { ...policy, mutedUntil: AT + 1 } })],
    ['flags alone were changed', burning(FLAGS, { key: 'r', policy })],
    ['it was broken before Kedge came', rolling({ preExisting: true })],
    ['it is gone, and none was shown', rolling({ state: 'ended', outcome: 'gone' })],
    ['a newer one took its place, and none was shown', rolling({ state: 'ended', outcome: 'superseded' })],
  ])('is not where %s', async (_, release) => {
    expect(await writtenWith([releaseEntry(release)])).toEqual([])
  })

  it.each<[string, Release]>([
    ['it is muted no more', rolling({ policy: { ...policy, mutedUntil: AT } })],
    ['it is gone, and one was shown', rolling({ state: 'ended', outcome: 'gone', deployment })],
    ['a newer one took its place, and one was shown', rolling({ state: 'ended', outcome: 'superseded', deployment })],
    ['it is restored', rolling({ state: 'ended', outcome: 'restored' })],
  ])('is where %s', async (_, release) => {
    expect(await writtenWith([releaseEntry(release)])).toEqual([asking()])
  })

  it.each<[string, Release, boolean]>([
    ['nothing that is said of it is new', rolling({ author: 'ada' }), false],
    ['it has failed', failed({ policy }), true],
  ])('follows what is said of it: %s', async (_, release, isAsked) => {
    expect(await writtenWith([releaseEntry(release)], [releaseEntry(rolling())])).toEqual(isAsked ? [asking()] : [])
  })

  it('is where the policy shows it from now on', async () => {
    const before = rolling({ policy: { ...policy, mode: 'observe' } })
    expect(await writtenWith([releaseEntry(rolling())], [releaseEntry(before)])).toEqual([asking()])
  })

  it('names what has taken it back', async () => {
    const restored = failed({ policy, state: 'ended', outcome: 'restored', revertKey: 'v' })
    const merged = revertEntry(aRevert({ key: 'v', state: 'ended', outcome: 'merged' }))
    const { revertKey: _, ...before } = restored
    const rows = await writtenWith([releaseEntry(restored)], [merged, releaseEntry({ ...before, revertKey: null })])
    expect(rows).toEqual([asking()])
  })

  it.each<[string, Parameters<typeof anEffect>[0], boolean]>([
    ['nobody has begun with', { key: 'd', action: { type: 'show-deployment', releaseKey: 'r' } }, false],
    ['somebody has begun with', { key: 'd', action: { type: 'show-deployment', releaseKey: 'r' }, attempts: 1 }, true],
    ['is of another release', { key: 'd', action: { type: 'show-deployment', releaseKey: 'r2' } }, true],
    ['does something else', { key: 'd', action: { type: 'trace-release', releaseKey: 'r' } }, true],
  ])('is asked for beside one that %s as it has to be', async (_, effect, isAsked) => {
    const others = anEffect({ key: 'o', action: { type: 'read-pods', releaseKey: 'r' } })
    const rows = await writtenWith([releaseEntry(rolling())], [effectEntry(others), effectEntry(anEffect(effect))])
    expect(rows).toEqual(isAsked ? [asking()] : [])
  })

  it('is nothing that follows from what is no release', async () => {
    expect(await writtenWith([revertEntry(aRevert({ key: 'v', releases: ['r'] }))], [releaseEntry(rolling())])).toEqual([])
  })
})
