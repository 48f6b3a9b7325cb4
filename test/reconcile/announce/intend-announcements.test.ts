import { describe, expect, it } from 'vitest'
import { announcementMarker } from '../../../src/domain/announce/announcement.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { CHECK_IDS } from '../../../src/domain/decision/check.ts'
import type { Attempt, Release } from '../../../src/domain/release/release.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { announcing } from '../../../src/reconcile/announce/intend-announcements.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { aRelease, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { anEnvironment, digest } from '../an-environment.ts'

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

async function createAnnouncing(more: Partial<Environment> = {}) {
  const { environment, store, ledger, journal: plain } = await anEnvironment([], { digest: (text) => text, ...more }, 0)
  const journal = announcing(environment, plain)
  const commit = (...entries: readonly LedgerEntry[]): Promise<void> => journal.commit(() => entries)
  const pending = (): readonly string[] => ledger.pendingEffects().map(({ key }) => key)
  const deliver = async (): Promise<void> => {
    await ledger.append(ledger.pendingEffects().map((effect) => effectEntry({ ...effect, state: 'done' })))
  }
  return { ledger, commit, pending, deliver, records: async () => (await Array.fromAsync(store.records())).map(({ event }) => event) }
}

describe('nothing is to be said', () => {
  const policy = { mode: 'pr', channel: null, mutedUntil: 1, announce: ['status'] } as const
  const { repoURL: _, ...unknown } = failed('web')
  it.each<[string, Release, Partial<Environment>]>([
    ['while it is muted', failed('web', { policy }), {}],
    ['in a repository that the admin does not allow', failed('web'), { allowsRepository: () => false }],
    ['where nobody knows the address of the repository', unknown, {}],
    ['of what has failed with many for one cause', failed('web', { storm: aStorm().key }), {}],
    ['of what has not failed', failed('web', { attempts: [] }), {}],
    ['for who only observes', failed('web', { policy: { ...policy, mode: 'observe', mutedUntil: null } }), {}],
  ])('%s', async (__, release, more) => {
    const { ledger, commit, pending } = await createAnnouncing(more)
    await ledger.append([{ kind: 'storm', key: aStorm().key, event: 'storm-begun', document: aStorm() }])
    await commit(releaseEntry(release))
    expect(pending()).toEqual([])
  })

  it('any more once that time has come', async () => {
    const { commit, pending } = await createAnnouncing({ clock: { now: () => 1, elapsed: () => 0 } as Environment['clock'] })
    await commit(releaseEntry(failed('web', { policy })))
    expect(pending()).toHaveLength(1)
  })
})

describe('the mark of a comment', () => {
  it('is of the commit, and of all clusters that this Kedge sees, in whatever order they are named', async () => {
    const views = (...names: readonly string[]): Partial<Environment> => ({ views: names.map((cluster) => ({ cluster })) as never, digest })
    const marks = await Promise.all(
      [views('east', 'west'), views('west', 'east'), views('east')].map(async (more) => {
        const { ledger, commit } = await createAnnouncing(more)
        await commit(releaseEntry(failed('web')))
        return ledger.announcementsOf('web')[0]?.marker
      }),
    )
    const of = (...clusters: readonly string[]): string =>
      announcementMarker(digest(JSON.stringify([`git.example/a/b@${sha('a')}`, clusters])).slice(0, 20))
    expect(marks).toEqual([of('east', 'west'), of('east', 'west'), of('east')])
  })
})

describe('the intent to say it', () => {
  it('is one for each commit, whatever waits for others', async () => {
    const { commit, pending } = await createAnnouncing()
    await commit(releaseEntry(failed('api', { revision: sha('b') })))
    await commit(releaseEntry(failed('web')))
    expect(pending()).toHaveLength(2)
  })

  it('goes by the revert that stands, and by all its releases that are known', async () => {
    const { ledger, commit, pending, deliver } = await createAnnouncing()
    const culprit = { sha: sha('a'), parents: [], author: { name: '', email: '' }, committedAt: 0, subject: '', body: '' }
    const revert = aRevert({ key: 'v', releases: ['web', 'forgotten'], culprits: [culprit] })
    await ledger.append([revertEntry(revert)])
    await commit(releaseEntry(failed('web', { decision: null, revertKey: 'v' })))
    expect(pending()).toHaveLength(1)
    await deliver()
    await commit(revertEntry({ ...revert, state: 'ended', outcome: 'declined' }))
    expect(pending()).toHaveLength(1)
  })

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
