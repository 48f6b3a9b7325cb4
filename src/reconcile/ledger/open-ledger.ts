import { KedgeError } from '../../domain/errors.ts'
import type { HeldLedger } from '../../ports/held-ledger.ts'
import type { Ledger, LedgerHead, LedgerStore, NewestDocument } from '../../ports/ledger.ts'
import { createProjection, type LedgerItem, type Projection } from './projection.ts'

/**
 * Verifies a store and rebuilds the projection from it on the way, and keeps that by what is appended through the ledger it gives, and by
 * what others append where the store is shared; else nobody may append to it meanwhile.
 * @param name of the store, for messages
 * @param interrupted ends the verification, which can take minutes; its reason is thrown
 * @throws KedgeError E_LEDGER_BROKEN, and E_LEDGER_DOCUMENT, E_LEDGER_NEWER: a memory with holes in it is none to decide on
 */
export async function openLedger(
  store: LedgerStore & Pick<HeldLedger, 'election'>,
  name = 'the ledger',
  interrupted?: AbortSignal,
): Promise<Ledger> {
  const projection = createProjection()
  const head = await rebuild(store, projection, { name, interrupted })
  await store.election?.follow(head, (entry) => projection.take(entry, entry.sequence))
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

async function rebuild(
  store: LedgerStore,
  projection: Projection,
  { name, interrupted }: { name: string; interrupted: AbortSignal | undefined },
): Promise<LedgerHead | undefined> {
  // What names releases is taken last: until all of it is known, none is kept for its name, and each take stays cheap.
  const naming: NewestDocument[] = []
  const verdict = await store.verify((newest) => {
    interrupted?.throwIfAborted()
    if (newest.kind === 'revert' || newest.kind === 'effect') naming.push(newest)
    else projection.take(newest, newest.place.sequence)
  })
  if (!verdict.intact) throw new KedgeError('E_LEDGER_BROKEN', `${name}: ${verdict.what} (record ${verdict.sequence})`)
  for (const newest of naming) projection.take(newest, newest.place.sequence)
  for (const key of projection.named()) if (!projection.reads.read('release', key)) await fetch(store, projection, key)
  projection.forgetCards()
  const sequence = (verdict.after?.sequence ?? 0) + verdict.records
  return sequence === 0 ? undefined : { sequence, hash: verdict.head }
}

/** A release that was forgotten on the way, and its card with it. */
async function fetch(store: LedgerStore, projection: Projection, key: string): Promise<void> {
  for (const kind of ['release', 'card'] as const) {
    const [found] = await store.load(kind, { key, limit: 1 })
    if (found) projection.take({ kind, key, document: found.document } as LedgerItem, found.place.sequence)
  }
}
