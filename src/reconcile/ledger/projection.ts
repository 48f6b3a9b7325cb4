import type { Ledger, LedgerDocuments, LedgerKind } from '../../ports/ledger.ts'
import { createOutbox } from './outbox.ts'
import { createReleases } from './releases.ts'
import { createReverts } from './reverts.ts'

/** The newest document of a key. */
export type LedgerItem = { [K in LedgerKind]: { kind: K; key: string; document: LedgerDocuments[K] } }[LedgerKind]

/** What the loop reads, in memory. See {@link Ledger} for what is in it. */
export interface Projection {
  reads: Omit<Ledger, 'append'>
  /** Takes over what is durable. @param order where its first record stands in the chain; without it, after all that was taken before */
  take(item: LedgerItem, order?: number): void
}

/** An empty projection. */
export function createProjection(): Projection {
  const reverts = createReverts()
  const outbox = createOutbox()
  const releases = createReleases((key) => reverts.isLiveFor(key) || isAwaited(key))
  const version = new Map<string, LedgerDocuments['version']>()
  const card = new Map<string, LedgerDocuments['card']>()
  const baseline = new Map<string, LedgerDocuments['baseline']>()
  let newest = 0

  function isAwaited(releaseKey: string): boolean {
    return outbox
      .pending()
      .some(({ action }) =>
        'releaseKey' in action ? action.releaseKey === releaseKey : reverts.get(action.revertKey)?.releases.includes(releaseKey),
      )
  }

  const shelves: { [K in LedgerKind]: { get(key: string): LedgerDocuments[K] | undefined } } = {
    release: releases,
    revert: reverts,
    effect: outbox,
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
      pendingEffects: outbox.pending,
    },
    take(item, order = newest + 1) {
      newest = Math.max(newest, order)
      if (item.kind === 'release') releases.take(item.document, order)
      else if (item.kind === 'revert') reverts.take(item.document, order)
      else if (item.kind === 'effect') outbox.take(item.document, order)
      else if (item.kind === 'version') version.set(item.key, item.document)
      else if (item.kind === 'card') card.set(item.key, item.document)
      else baseline.set(item.key, item.document)
    },
  }
}
