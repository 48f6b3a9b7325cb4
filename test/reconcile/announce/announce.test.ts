import { describe, expect, it } from 'vitest'
import { memoryMarkdown } from '../../../src/adapters/forges/memory/forge.ts'
import type { Announcement } from '../../../src/domain/announce/announcement.ts'
import { commentText } from '../../../src/domain/announce/comment.ts'
import { description } from '../../../src/domain/announce/said.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { CommitStatus } from '../../../src/ports/forge.ts'
import { announce } from '../../../src/reconcile/announce/announce.ts'
import { aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { LINKS } from '../a-world.ts'
import { failed } from '../tell/a-card.ts'
import { announcementEntry, anAnnouncement, COMMIT, REPO } from './an-announcement.ts'
import { anAnnouncing, type Given } from './an-announcing.ts'

const WITHHELD = { state: 'abandoned', event: 'effect-withheld' }
const CONTEXT = 'kedge/release'

const statusOf = (release: Release): CommitStatus => ({
  context: CONTEXT,
  state: 'failure',
  description: description([{ release, revert: undefined }]),
  url: LINKS[0]?.url,
})

describe('what the forge says of a commit', () => {
  it('is one status and one comment on the pull request that brought it, and a receipt of both', async () => {
    const { say, statuses, comments, ledger } = await anAnnouncing()
    const { entries, ...receipt } = await say()
    expect(receipt).toEqual({ state: 'done', event: 'release-announced', receipt: { status: 'set', comment: '#1' } })
    expect(statuses()).toEqual([{ ...statusOf(failed()), commit: COMMIT }])
    const told = [{ release: failed(), revert: undefined }]
    const text = commentText({ commit: COMMIT, told, markup: memoryMarkdown, linksFor: () => LINKS })
    expect(comments()).toEqual([[{ marker: '<!-- marker -->', text: `${text}\n\n<!-- marker -->` }]])
    expect(entries?.()).toEqual([announcementEntry(anAnnouncement({ pullRequest: 1, statuses: 1 }), 'announced')])
    await ledger.append([announcementEntry(anAnnouncement({ statuses: 4, pullRequest: 9, asked: 7 }))])
    expect(entries?.()).toEqual([announcementEntry(anAnnouncement({ pullRequest: 9, statuses: 5, asked: 7 }), 'announced')])
  })

  it('is not said twice: neither the status nor anything in the ledger', async () => {
    const { say, statuses } = await anAnnouncing({ announcement: { pullRequest: 1 } })
    await say()
    const { receipt, entries } = await say()
    expect(receipt).toEqual({ status: 'there', comment: '#1' })
    expect(entries?.()).toEqual([])
    expect(statuses()).toHaveLength(1)
  })

  it.each<[string, Partial<CommitStatus>, string]>([
    ['of the same words, which the forge has cut', { description: `${statusOf(failed()).description.slice(0, 20)}…` }, 'there'],
    ['of no words', { description: '' }, 'set'],
    ['of other words', { description: 'It was another commit.' }, 'set'],
    ['of another state', { state: 'pending' }, 'set'],
    ['that leads elsewhere', { url: 'https://grafana.example/other' }, 'set'],
  ])('is brought up to date where there is a status %s', async (_, fields, status) => {
    const { say } = await anAnnouncing({ forge: { statusOf: async () => ({ ...statusOf(failed()), ...fields }) } })
    expect((await say()).receipt).toMatchObject({ status })
  })

  it('leads nowhere where no link is known', async () => {
    const { say, statuses } = await anAnnouncing({ more: { linksFor: () => [] } })
    await say()
    expect(Object.keys(statuses()[0] ?? {})).not.toContain('url')
  })

  it.each<[string, Policy['announce'], number, number]>([
    ['the status alone', ['status', 'deployment'], 1, 0],
    ['the comment alone', ['comment'], 0, 1],
  ])('is %s where the policy says so', async (_, ways, status, comment) => {
    const { say, statuses, comments } = await anAnnouncing({ policy: { announce: ways } })
    const { receipt } = await say()
    expect([statuses().length, comments().flat().length]).toEqual([status, comment])
    expect(receipt).toEqual({ status: status ? 'set' : 'off', comment: comment ? '#1' : 'off' })
  })

  it('tells of all that may be told, with their reverts, those first that people have to look at', async () => {
    const rolling = failed({ key: 'r2', rollout: 'api', state: 'rolling', revertKey: 'v' })
    const quiet = failed({ key: 'r3', cluster: 'gone' })
    const revert = aRevert({ key: 'v' })
    const { say, statuses } = await anAnnouncing({
      announcement: { releases: ['r2', 'forgotten', 'r3', 'r'] },
      known: [...[failed(), rolling, quiet].map((one) => releaseEntry(one)), revertEntry(revert)],
    })
    await say('r2')
    const told = [
      { release: rolling, revert },
      { release: failed(), revert: undefined },
    ]
    expect(statuses()[0]?.description).toBe(description(told))
  })
})

describe('nothing is said', () => {
  const unsupported = (): never => {
    throw new KedgeError('E_FORGE_UNSUPPORTED', 'No forge.')
  }
  it.each<[string, Given]>([
    ['in a repository that the admin does not allow', { more: { allowsRepository: () => false } }],
    ['where there is no forge', { more: { forges: { forRepository: unsupported } } }],
    ['by a policy that only observes', { policy: { mode: 'observe' } }],
    ['by one that shows deployments alone', { policy: { announce: ['deployment'] } }],
    ['while it is muted', { policy: { mutedUntil: AT + 1 } }],
    ['of releases that nobody knows', { known: [] }],
  ])('%s', async (_, given) => {
    const { say, statuses, comments } = await anAnnouncing(given)
    expect(await say()).toEqual(WITHHELD)
    expect([statuses(), comments().flat()]).toEqual([[], []])
  })

  it('of what the ledger does not have', async () => {
    const { environment } = await anAnnouncing()
    const action = { type: 'announce-release', releaseKey: 'r', announcement: 'forgotten' } as const
    expect(await announce(environment, action, () => undefined)).toEqual(WITHHELD)
  })

  it.each<[string, Partial<Announcement>, boolean, Partial<Announcement>?]>([
    ['of what has failed with many for one cause', {}, false],
    ['— but what was said is kept up to date', { statuses: 1 }, true],
    ['— but what was said of one of its commits is kept up to date', {}, true, { statuses: 1 }],
    ['— but what was said on a pull request is kept up to date', { pullRequest: 1 }, true],
  ])('%s', async (_, announcement, isSaid, other = {}) => {
    const storm = aStorm({ state: 'holding' })
    const { say } = await anAnnouncing({
      announcement,
      known: [
        releaseEntry(failed({ storm: storm.key })),
        { kind: 'storm', key: storm.key, event: 'storm-begun', document: storm },
        announcementEntry(anAnnouncement({ key: 'other', ...other })),
      ],
    })
    expect((await say()).state).toBe(isSaid ? 'done' : 'abandoned')
  })
})

describe('what was said of a commit that was another one’s', () => {
  const none = { announcement: { releases: [] } }
  it('is taken back where it was said', async () => {
    const { say, statuses, forges, comments } = await anAnnouncing({ announcement: { releases: [], pullRequest: 1 } })
    await forges.forRepository(REPO).setStatus(COMMIT, statusOf(failed()))
    expect((await say()).receipt).toEqual({ status: 'set', comment: '#1' })
    expect(statuses().at(-1)).toEqual({
      context: CONTEXT,
      state: 'success',
      description: 'It was another commit that failed.',
      commit: COMMIT,
    })
    expect(comments().flat()).toHaveLength(1)
  })

  it('is not even mentioned where nothing was said', async () => {
    const { say, statuses, comments } = await anAnnouncing(none)
    const { receipt, entries } = await say()
    expect(receipt).toEqual({ status: 'none', comment: 'none' })
    expect([entries?.(), statuses(), comments().flat()]).toEqual([[], [], []])
  })
})

describe('the pull request that a comment goes to', () => {
  const traced = failed({ key: 'r2', sourcePr: { number: 2, url: 'u', author: 'ada', approvers: [] } })
  it.each<[string, Given, string]>([
    ['is the one that was commented on', { announcement: { pullRequest: 1, releases: ['r', 'r2'] } }, '#1'],
    ['is the one that a release was traced to', { announcement: { releases: ['r', 'r2'] } }, '#2'],
    ['is the one that the forge names', {}, '#1'],
    ['is none where the forge names none', { forge: { introducedBy: async () => undefined } }, 'none'],
  ])('%s', async (_, given, comment) => {
    const { say, forges } = await anAnnouncing({ ...given, known: [releaseEntry(failed()), releaseEntry(traced)] })
    await forges.openByHuman(REPO, { branch: 'v3', base: 'main', title: '', body: '', author: 'ada' })
    expect((await say()).receipt).toMatchObject({ comment })
  })
})
