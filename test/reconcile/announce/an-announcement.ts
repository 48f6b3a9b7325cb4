import { announcementKey, type Announcement } from '../../../src/domain/announce/announcement.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'

export const COMMIT = 'a'.repeat(40) as CommitSha
export const REPO = 'https://git.example/shop/web'
export const REPOSITORY = 'git.example/shop/web'

/** What the forge says of a commit that brought the release `r`, as the ledger has it before it was said. */
export const anAnnouncement = (fields: Partial<Announcement> = {}): Announcement => ({
  key: announcementKey(REPOSITORY, COMMIT),
  repository: REPOSITORY,
  repoURL: REPO,
  commit: COMMIT,
  marker: '<!-- marker -->',
  releases: ['r'],
  asked: 1,
  pullRequest: null,
  statuses: 0,
  at: 0,
  ...fields,
})

export const announcementEntry = (document: Announcement, event = 'announcement-changed'): LedgerEntry => ({
  kind: 'announcement',
  key: document.key,
  event,
  document,
})
