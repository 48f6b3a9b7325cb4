import { KedgeError } from '../../domain/errors.ts'
import type { HeldLedger } from '../../ports/held-ledger.ts'
import type { LedgerCheckpoint } from '../../ports/ledger-checkpoint.ts'
import type { Ledger, LedgerEntry, LedgerHead, LedgerStore, NewestDocument } from '../../ports/ledger.ts'
import { createProjection, type LedgerItem, type Projection } from './projection.ts'

/**
 * Verifies a store as a whole and rebuilds the projection from it on the way, and keeps that by what is appended through the ledger it
 * gives, and by what others append where the store is shared; else nobody may append to it meanwhile.
 * @param name of the store, for messages
 * @param interrupted ends the verification, which can take minutes; its reason is thrown
 * @throws KedgeError E_LEDGER_BROKEN, and E_LEDGER_DOCUMENT, E_LEDGER_NEWER: a memory with holes in it is none to decide on
 */
export async function openLedger(
  store: LedgerStore & Pick<HeldLedger, 'election'>,
  name = 'the ledger',
  interrupted?: AbortSignal,
): Promise<Ledger> {
  return (await openProjected(store, { name, interrupted })).ledger
}

export interface OpenProjected {
  /** Of the store, for messages. */
  name: string
  interrupted: AbortSignal | undefined
  /** Begins at the checkpoint, where there is one; else the whole chain is walked. */
  resume?: LedgerCheckpoint['resume']
  /** Why nothing is appended any more. */
  refusal?: () => KedgeError | undefined
  /** Told of what has been appended by this process. */
  appended?: (entries: readonly LedgerEntry[]) => void
  /** Told of what may change in memory, before it does. */
  changing?: (entry: LedgerEntry) => void
}

export interface Projected {
  ledger: Ledger
  head: LedgerHead | undefined
  /** The checkpoint that was begun at; undefined where the whole chain was walked. */
  from: LedgerHead | undefined
}

/** As {@link openLedger}, by whichever walk. @throws KedgeError as that */
export async function openProjected(store: LedgerStore & Pick<HeldLedger, 'election'>, options: OpenProjected): Promise<Projected> {
  const projection = createProjection()
  const { head, from } = await rebuild(store, projection, options)
  await store.election?.follow(head, (entry) => {
    options.changing?.(entry)
    projection.take(entry, entry.sequence)
  })
  let last: Promise<void> = Promise.resolve()

  const ledger: Ledger = {
    ...projection.reads,
    append(entries) {
      const refusal = options.refusal?.()
      if (options.changing) entries.forEach(options.changing)
      const stored = refusal ? Promise.reject(refusal) : store.append(entries)
      // It may fail before its turn comes, and nobody listens until then.
      stored.catch(() => undefined)
      const taken = last.then(async () => {
        await stored
        for (const entry of entries) projection.take(entry)
        options.appended?.(entries)
      })
      last = taken.catch(() => undefined)
      return taken
    },
  }
  return { ledger, head, from }
}

async function rebuild(store: LedgerStore, projection: Projection, options: OpenProjected): Promise<Omit<Projected, 'ledger'>> {
  const { name, interrupted } = options
  // What names releases is taken last: until all of it is known, none is kept for its name, and each take stays cheap.
  const naming: NewestDocument[] = []
  function take(newest: NewestDocument): void {
    interrupted?.throwIfAborted()
    if (newest.kind === 'revert' || newest.kind === 'effect') naming.push(newest)
    else projection.take(newest, newest.place.sequence)
  }
  /** The releases that were forgotten on the way, and are named after all. */
  function wanted(): readonly string[] {
    for (const newest of naming.splice(0)) projection.take(newest, newest.place.sequence)
    return [...projection.named()].filter((key) => !projection.reads.read('release', key))
  }
  const resumed = await options.resume?.({ take, wanted, interrupted })
  const verdict = resumed ?? (await store.verify(take, interrupted))
  if (!verdict.intact) throw brokenChain(name, verdict)
  if (!resumed) for (const key of wanted()) await fetch(store, projection, key)
  projection.forgetCards()
  const sequence = (verdict.after?.sequence ?? 0) + verdict.records
  return { head: sequence === 0 ? undefined : { sequence, hash: verdict.head }, from: resumed && verdict.after }
}

/** What a chain that does not hold is told as. */
export function brokenChain(name: string, { what, sequence }: { what: string; sequence: number }): KedgeError {
  return new KedgeError('E_LEDGER_BROKEN', `${name}: ${what} (record ${sequence})`)
}

/** A release that was forgotten on the way, and its card with it. */
async function fetch(store: LedgerStore, projection: Projection, key: string): Promise<void> {
  for (const kind of ['release', 'card'] as const) {
    const [found] = await store.load(kind, { key, limit: 1 })
    if (found) projection.take({ kind, key, document: found.document } as LedgerItem, found.place.sequence)
  }
}
