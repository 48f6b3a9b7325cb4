import type { Ledger, LedgerDocuments, LedgerKind } from '../../ports/ledger.ts'
import { createAnnouncements } from './announcements.ts'
import { createOutbox } from './outbox.ts'
import { createQuarantines } from './quarantines.ts'
import { createReleases } from './releases.ts'
import { createReverts } from './reverts.ts'
import { createStorms } from './storms.ts'

/** A document as it is from now on. */
export type LedgerItem = { [K in LedgerKind]: { kind: K; key: string; document: LedgerDocuments[K] } }[LedgerKind]

/** What the loop reads, in memory. See {@link Ledger} for what is in it. */
export interface Projection {
  reads: Omit<Ledger, 'append'>
  /** Takes over what is durable. @param order where its first record stands in the chain; without it, after all that was taken before */
  take(item: LedgerItem, order?: number): void
  /** Keys of the releases that something going on names: a live revert, a pending effect. */
  named: () => ReadonlySet<string>
  /** Forgets the cards of releases that are not here. For the end of a rebuild: until then a card may come before its release. */
  forgetCards(): void
}

/** An empty projection. */
export function createProjection(): Projection {
  const reverts = createReverts()
  const outbox = createOutbox()
  const storms = createStorms()
  const quarantines = createQuarantines()
  const announcements = createAnnouncements()
  const version = new Map<string, LedgerDocuments['version']>()
  const card = new Map<string, LedgerDocuments['card']>()
  const releases = createReleases(named, (key) => void card.delete(key))
  const baseline = new Map<string, LedgerDocuments['baseline']>()
  let newest = 0

  function named(): ReadonlySet<string> {
    const awaited = outbox
      .pending()
      .flatMap(({ action }) => ('releaseKey' in action ? [action.releaseKey] : (reverts.get(action.revertKey)?.releases ?? [])))
    return new Set([...awaited, ...[...reverts.live()].flatMap(({ releases: keys }) => keys)])
  }

  const shelves: { [K in LedgerKind]: { get(key: string): LedgerDocuments[K] | undefined } } = {
    release: releases,
    revert: reverts,
    effect: outbox,
    storm: storms,
    quarantine: quarantines,
    announcement: announcements,
    version,
    card,
    baseline,
  }

  return {
    reads: {
      read: (kind, key) => shelves[kind].get(key),
      releasesOf: releases.ofRollout,
      releases: releases.list,
      reverts: reverts.list,
      storms: storms.list,
      quarantines: quarantines.list,
      releasesOfStorm: releases.ofStorm,
      announcementsOf: announcements.ofRelease,
      pendingEffects: outbox.pending,
    },
    take(item, order = newest + 1) {
      newest = Math.max(newest, order)
      if (item.kind === 'release') releases.take(item.document, order)
      else if (item.kind === 'revert') reverts.take(item.document, order)
      else if (item.kind === 'effect') outbox.take(item.document, order)
      else if (item.kind === 'storm') storms.take(item.document, order)
      else if (item.kind === 'quarantine') quarantines.take(item.document, order)
      else if (item.kind === 'announcement') announcements.take(item.document)
      else if (item.kind === 'version') version.set(item.key, item.document)
      else if (item.kind === 'card') card.set(item.key, item.document)
      else baseline.set(item.key, item.document)
    },
    named,
    forgetCards() {
      for (const key of card.keys()) if (!releases.get(key)) card.delete(key)
    },
  }
}
