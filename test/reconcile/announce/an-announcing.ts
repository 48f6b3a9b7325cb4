import { createMemoryForges, type MemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { Announcement } from '../../../src/domain/announce/announcement.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Forge } from '../../../src/ports/forge.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { announce } from '../../../src/reconcile/announce/announce.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import type { Delivered } from '../../../src/reconcile/outbox/delivered.ts'
import { releaseEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aCluster, aWorld } from '../a-world.ts'
import { failed } from '../tell/a-card.ts'
import { announcementEntry, anAnnouncement, COMMIT, REPO } from './an-announcement.ts'

/** The forge as it is, but for what a test has it do otherwise. */
const otherwise = (forges: MemoryForges, fields: Partial<Forge>): MemoryForges => ({
  ...forges,
  forRepository: (url) => ({ ...forges.forRepository(url), ...fields }),
})

/** What is otherwise than by default. */
export interface Given {
  known?: readonly LedgerEntry[]
  announcement?: Partial<Announcement>
  policy?: Partial<Policy>
  forge?: Partial<Forge>
  more?: Partial<Environment>
}

/** A forge with the pull request 1, which brought the commit, and what is to be said of it. */
export async function anAnnouncing({ known = [releaseEntry(failed())], announcement, policy, forge = {}, more }: Given = {}) {
  const forges = createMemoryForges({ now: () => AT })
  const of = await forges.openByHuman(REPO, { branch: 'v2', base: 'main', title: 'v2', body: '', author: 'ada' })
  forges.introduce(REPO, COMMIT, { number: of, url: 'u', author: 'ada', approvers: [] })
  const world = await aWorld(
    { announce: ['status', 'comment'], ...policy },
    { forges: otherwise(forges, forge), views: [aCluster('east', ['web', 'api'])], ...more },
  )
  const document = anAnnouncement(announcement)
  await world.put(announcementEntry(document), ...known)
  const refused: unknown[] = []
  const say = (releaseKey = 'r'): Promise<Delivered> =>
    announce(world.environment, { type: 'announce-release', releaseKey, announcement: document.key }, ({ commit }, way, why) => {
      refused.push([commit, way, why])
    })
  return {
    ...world,
    say,
    refused,
    forges,
    statuses: () => forges.statuses(REPO),
    comments: () => forges.pullRequests(REPO).map(({ comments }) => comments),
  }
}
