import type { Ledger, LedgerKind, LedgerPlace, LedgerStore } from '../../ports/ledger.ts'
import { createProjection, type LedgerItem, type Projection } from './projection.ts'

const PAGE = 1_000

/**
 * Rebuilds the projection from a store, and keeps it by what is appended through the ledger it gives. Nobody else may append to the store
 * meanwhile.
 * @throws KedgeError E_LEDGER_DOCUMENT, E_LEDGER_NEWER: a memory with holes in it is none to decide on
 */
export async function openLedger(store: LedgerStore): Promise<Ledger> {
  const projection = createProjection()
  // What a live revert or a pending effect names must be known before the releases that are not kept for their age.
  await rebuild(store, projection, 'revert')
  await rebuild(store, projection, 'effect', true)
  for (const kind of ['release', 'version', 'card', 'baseline'] as const) await rebuild(store, projection, kind)
  let last: Promise<void> = Promise.resolve()

  return {
    ...projection.reads,
    append(entries) {
      const stored = store.append(entries)
      // It may fail before its turn comes, and nobody listens until then.
      stored.catch(() => undefined)
      const taken = last.then(async () => {
        await stored
        for (const entry of entries) projection.take(entry)
      })
      last = taken.catch(() => undefined)
      return taken
    },
  }
}

async function rebuild(store: LedgerStore, projection: Projection, kind: LedgerKind, open?: boolean): Promise<void> {
  let before: LedgerPlace | undefined
  while (true) {
    const page = await store.load(kind, { open, before, limit: PAGE })
    // The store gives documents of the kind that it was asked for.
    for (const { key, document, place } of page) projection.take({ kind, key, document } as LedgerItem, place.sequence)
    before = page.at(-1)?.place
    if (page.length < PAGE) return
  }
}
