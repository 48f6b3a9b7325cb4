import { backOff, type BackOff } from '../../../domain/back-off.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { LedgerChain, LedgerHead } from '../../../ports/ledger.ts'
import { createChainWalk } from '../chain/chain.ts'
import { importedLinks, notEmpty } from '../chain/import.ts'
import type { StoredLink } from '../chain/row.ts'
import { batchOf, insertBatch, insertPart, leads, toBatch, type Addition, type Batch, type Inserted, type LinkedRow } from './batch.ts'
import { FORGET_CHECKPOINT } from './checkpoint.ts'
import { READING, WRITING, type Database } from './database.ts'
import { describe, isTaken, UnknownOutcome, workFault } from './faults.ts'
import type { Fence, HeldRow } from './fence.ts'
import { forgetUntil } from './forget.ts'
import { pause } from './pause.ts'
import { readHead, readLinks } from './reads.ts'

export interface WriterOptions {
  database: Database
  /** Opens a connection as the owner of the tables: nobody else may say that a chain begins after another record, or remove one. */
  openAsOwner: (statementTimeoutMs?: number) => Database
  fence: Fence
  /** Of the ledger, for messages. */
  name: string
  clock: Clock
  /** In [0, 1). */
  random: () => number
  /** The newest record that is known. */
  head: LedgerHead | undefined
  /** Is handed what others append, in order. Nothing is said where nobody else can have appended. */
  others?: ((link: StoredLink) => void) | undefined
  /** Ends what waits for the database. */
  closing: AbortSignal
}

const SETTLING: BackOff = { firstMs: 100, longestMs: 5_000 }

/** Not to be asked for anything before what was asked before has ended. */
export interface Writer {
  /**
   * Writes a group of additions in one transaction.
   * @throws KedgeError E_LEDGER_WRITE, E_LEDGER_UNREACHABLE, E_LEDGER_FENCED, E_LEDGER_BEHIND: nothing of it was kept, unless it says
   * otherwise
   */
  write: (group: readonly Addition[]) => Promise<void>
  /** Reads what others have appended. From the first time on, after this record. @throws KedgeError E_LEDGER_UNREACHABLE, E_LEDGER_LOST */
  catchUp(after?: LedgerHead): Promise<void>
  /** The newest record that was written, or read of others. */
  newest(): LedgerHead | undefined
  /** Why it is not known yet whether what is being written was kept, and nothing else is written; undefined while it is known. */
  trouble(): string | undefined
  /** @throws KedgeError E_LEDGER_*, see `LedgerStore.importChain` */
  importChain(chain: LedgerChain): Promise<void>
  /** @throws KedgeError E_LEDGER_*, see `LedgerStore.forget` */
  forget(last: LedgerHead): Promise<void>
}

/** Writes to the end of the chain. */
export function createWriter(options: WriterOptions): Writer {
  const { fence, name, clock, random, closing } = options
  let newest = options.head
  let unsettled: KedgeError | undefined

  /** Nothing of the batch is there. Where others came first, whoever asked for it has to see that before they ask again. */
  async function makeWay(): Promise<KedgeError> {
    const before = newest
    await catchUp()
    return newest === before ? fence.lose(lostTail(name)) : behind(name)
  }

  async function catchUp(): Promise<void> {
    if (!options.others) return
    for await (const link of linksAfter(options, newest)) {
      options.others(link)
      newest = link
    }
  }

  return {
    async write(group) {
      const lost = fence.fault()
      if (lost) throw lost
      const rows = [...new Set(group.map(({ as }) => as))]
      const batch = toBatch(group, newest)
      for (let fault = 1; ; fault += 1) {
        try {
          const inserted = await insert(options, rows, batch)
          if (inserted === 'fenced') throw fence.refused()
          if (inserted === 'elsewhere') throw await makeWay()
          newest = batch.links.at(-1)
          unsettled = undefined
          return
        } catch (thrown) {
          unsettled = undefined
          if (thrown instanceof KedgeError) throw thrown
          // Once it may have been kept, nothing else is written until that is known: else it could be there twice.
          if (fault === 1 && !(thrown instanceof UnknownOutcome)) throw workFault(name, thrown)
          unsettled = notKnown(name, batch.links.length, thrown)
          if (closing.aborted) throw unsettled
        }
        await pause(clock, backOff(fault, SETTLING, random()), closing)
      }
    },
    async catchUp(after) {
      newest = after ?? newest
      await catchUp()
    },
    trouble: () => unsettled?.message,
    newest: () => newest && { sequence: newest.sequence, hash: newest.hash },
    async importChain(chain) {
      newest = await importChain(options, chain)
    },
    forget: (last) => forgetUntil(options, last),
  }
}

/** Rows of an import that go to the server at once. */
const IMPORTED_AT_ONCE = 500

async function importChain({ openAsOwner, fence, name }: WriterOptions, chain: LedgerChain): Promise<LedgerHead | undefined> {
  await using database = openAsOwner()
  let theirs: unknown
  async function* links(): AsyncGenerator<LinkedRow> {
    try {
      yield* importedLinks(chain)
    } catch (fault) {
      theirs = fault
      throw fault
    }
  }
  try {
    return await database.transact(WRITING, async (query) => {
      const present = await readHead(query)
      if (present) throw notEmpty(`ledger ${name}`, present.sequence)
      await query(FORGET_CHECKPOINT)
      if (chain.after) await query('INSERT INTO kedge.anchor (sequence, hash) VALUES ($1, $2)', [chain.after.sequence, chain.after.hash])
      let newest: LedgerHead | undefined = chain.after
      for await (const linked of inGroups(links(), IMPORTED_AT_ONCE)) {
        const inserted = await insertPart(query, [fence.row()], batchOf(linked, newest))
        if (inserted !== 'added') throw inserted === 'fenced' ? fence.refused() : fence.lose(lostTail(name))
        newest = linked.at(-1)?.link
      }
      if (!(await leads(query, [fence.row()]))) throw fence.refused()
      return newest
    })
  } catch (fault) {
    throw fault === theirs ? fault : workFault(name, fault)
  }
}

async function* inGroups<T>(all: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let group: T[] = []
  for await (const one of all) {
    group.push(one)
    if (group.length < size) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/** Sent again, the same rows meet themselves: the sequence is the key, and the hash says whose they are. */
async function insert({ database }: WriterOptions, rows: readonly HeldRow[], batch: Batch): Promise<Inserted> {
  const inserted = await database
    .transact(WRITING, (query) => insertBatch(query, rows, batch))
    .catch((fault: unknown) => {
      if (isTaken(fault)) return 'elsewhere' as const
      throw fault
    })
  return inserted !== 'added' && (await isKept(database, batch.links.at(-1))) ? 'added' : inserted
}

/** What others have appended was not known to whoever decided on what is to be written. */
export function behind(name: string): KedgeError {
  return new KedgeError('E_LEDGER_BEHIND', `others have appended to ledger ${name} meanwhile, so what is to follow is decided on anew`)
}

function lostTail(name: string): KedgeError {
  const what = `ledger ${name} does not end with the record that was written last`
  return new KedgeError('E_LEDGER_LOST', `${what}: the server has lost what it had acknowledged, or somebody else has written to it`)
}

/** What others have appended, as far as it follows from what is known. */
async function* linksAfter({ database, fence, name }: WriterOptions, newest: LedgerHead | undefined): AsyncGenerator<StoredLink> {
  const walk = createChainWalk(newest)
  while (true) {
    const page = await database
      .transact(READING, (query) => readLinks(query, walk.next() - 1))
      .catch((fault: unknown) => {
        throw workFault(name, fault)
      })
    for (const link of page) {
      if (walk.step(link) !== undefined) throw fence.lose(lostTail(name))
      yield link
    }
    if (page.length === 0) return
  }
}

const HASH = 'SELECT hash FROM kedge.record WHERE sequence = $1'

async function isKept(database: Database, last: StoredLink | undefined): Promise<boolean> {
  const [found] = await database.transact(READING, (query) => query<{ hash: string }>(HASH, [last?.sequence]))
  return found !== undefined && found.hash === last?.hash
}

/** Not retryable where it is thrown: what may be there already is not decided on again before it is read. */
function notKnown(name: string, records: number, thrown: unknown): KedgeError {
  const why = describe(thrown instanceof UnknownOutcome ? thrown.cause : thrown)
  const what = `ledger ${name}: ${records} record(s) were being committed, and it is not known whether they were: ${why}`
  return new KedgeError('E_LEDGER_UNREACHABLE', what, { cause: thrown, retryable: false })
}
