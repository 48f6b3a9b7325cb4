import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { CHECK_IDS } from '../../../src/domain/decision/check.ts'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { announcing } from '../../../src/reconcile/announce/intend-announcements.ts'
import { createJournal, type Environment } from '../../../src/reconcile/environment.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { aRelease, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'

const ATTEMPT: Attempt = { key: 'k|1', cause: 'analysis-failed', message: '', seenAt: 0, abortedAt: null, abortedAtMs: null, evidence: [] }
const CHECKS = CHECK_IDS.map((id) => ({ id, title: '', outcome: 'passed' as const, detail: '' }))
const sha = (digit: string): CommitSha => digit.repeat(40) as CommitSha

function failed(key: string, change: Partial<Release> = {}): Release {
  return aRelease({
    key,
    rollout: key,
    attempts: [ATTEMPT],
    revision: sha('a'),
    repository: 'git.example/a/b',
    repoURL: 'https://git.example/a/b',
    decision: { action: 'notify', reason: 'No.', checks: CHECKS, at: 0 },
    policy: { mode: 'pr', channel: null, mutedUntil: null, announce: ['status'] },
    ...change,
  })
}

async function createAnnouncing() {
  const store = createMemoryLedger({ clock: { now: () => 0 } })
  const ledger = await openLedger(store)
  const environment = {
    ledger,
    clock: { now: () => 0, elapsed: () => 0 },
    views: [{ cluster: 'east' }],
    digest: (text: string) => text,
    allowsRepository: () => true,
  } as unknown as Environment
  const journal = announcing(environment, createJournal(ledger))
  const commit = (...entries: readonly LedgerEntry[]): Promise<void> => journal.commit(() => entries)
  const pending = (): readonly string[] => ledger.pendingEffects().map(({ key }) => key)
  const deliver = async (): Promise<void> => {
    await ledger.append(ledger.pendingEffects().map((effect) => effectEntry({ ...effect, state: 'done' })))
  }
  return { ledger, commit, pending, deliver, records: async () => (await Array.fromAsync(store.records())).map(({ event }) => event) }
}

describe('the intent to say it', () => {
  it('is written with what it is about, in one transaction', async () => {
    const { commit, records } = await createAnnouncing()
    await commit(releaseEntry(failed('web')))
    expect(await records()).toEqual(['failed', 'announcement-changed', 'announce-release-intended'])
  })

  it('is one for all that one commit has brought, as long as nobody has begun with it', async () => {
    const { ledger, commit, pending } = await createAnnouncing()
    for (const key of ['web', 'api', 'worker']) await commit(releaseEntry(failed(key)))
    expect(pending()).toHaveLength(1)
    expect(ledger.announcementsOf('worker')).toMatchObject([{ releases: ['web', 'api', 'worker'], asked: 1 }])
  })

  it('is written anew once it was begun with, and not for what is not said', async () => {
    const { ledger, commit, pending } = await createAnnouncing()
    await commit(releaseEntry(failed('web')))
    const [begun] = ledger.pendingEffects()
    if (begun) await ledger.append([effectEntry({ ...begun, attempts: 1 })])
    await commit(
      releaseEntry(failed('web', { author: 'ada', snooze: { by: 'ada', user: 'U1', channel: 'C1', at: 0, until: 9, pullRequest: null } })),
    )
    expect(pending()).toHaveLength(1)
    await commit(releaseEntry(failed('web', { state: 'rolling' })))
    expect(pending()).toHaveLength(2)
  })

  it('follows the revert, whoever writes it', async () => {
    const { commit, pending, deliver } = await createAnnouncing()
    const planned = aRevert({ key: 'v', state: 'planned', pullRequest: null, releases: ['web'] })
    await commit(releaseEntry(failed('web', { revertKey: 'v' })), revertEntry(planned))
    await deliver()
    await commit(revertEntry({ ...planned, state: 'open', pullRequest: { number: 7, url: 'https://git.example/7' } }))
    expect(pending()).toHaveLength(1)
  })

  it('takes back what was said of a commit once another one is known to have brought it', async () => {
    const { ledger, commit, pending, deliver } = await createAnnouncing()
    await commit(releaseEntry(failed('web')))
    await deliver()
    await commit(releaseEntry(failed('web', { revision: sha('b') })))
    expect(pending()).toHaveLength(2)
    expect(ledger.announcementsOf('web')).toMatchObject([{ commit: sha('b'), releases: ['web'] }])
    expect(ledger.read('announcement', `git.example/a/b@${sha('a')}`)).toMatchObject({ releases: [] })
  })

  it('keeps what was said while Git is asked about the next attempt', async () => {
    const { ledger, commit } = await createAnnouncing()
    await commit(releaseEntry(failed('web')))
    await commit(releaseEntry(failed('web', { revision: null, decision: null, attempts: [ATTEMPT, { ...ATTEMPT, key: 'k|2' }] })))
    expect(ledger.announcementsOf('web')).toMatchObject([{ commit: sha('a'), releases: ['web'] }])
  })

  it('is none for a policy that says nothing, from the first day of an old ledger on', async () => {
    const { commit, pending } = await createAnnouncing()
    const { policy: _, ...old } = failed('old')
    await commit(releaseEntry(old), releaseEntry(failed('web', { policy: { mode: 'pr', channel: null, mutedUntil: null } })))
    expect(pending()).toEqual([])
  })
})
