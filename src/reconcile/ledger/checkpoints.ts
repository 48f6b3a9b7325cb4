import { KedgeError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HeldLedger } from '../../ports/held-ledger.ts'
import type { LedgerHead } from '../../ports/ledger.ts'
import type { Logger } from '../../ports/log.ts'
import type { Checkpoint, CheckpointPlace, Signing } from '../../ports/signing.ts'

export interface CheckpointOptions {
  store: Pick<HeldLedger, 'head' | 'assertMayAct'>
  signing: Signing
  clock: Clock
  logger: Logger
  /** Whether it is for this process to sign: one alone does. */
  leads: () => boolean
  everyRecords: number
  everyMs: number
  /** Told of each try at a place. */
  counted?: (result: 'written' | 'failed') => void
}

/** How one place stands. */
export interface CheckpointStanding {
  place: string
  /** What was last written there by this process. */
  head: LedgerHead | undefined
  /** Why nothing is written there for now. */
  trouble: string | undefined
}

/** Signs the head of the chain every so often, beside all else. Dispose ends it, and waits for no place. */
export interface Checkpoints extends Disposable {
  /** Empty while another process signs. */
  standing(): readonly CheckpointStanding[]
  /** Resolves when no look at the chain is under way. Writes may be. */
  idle(): Promise<void>
}

/** How often it is looked whether a checkpoint is due; sooner at the start, from when on one is. */
const LOOK_EVERY_MS = 5_000
const FIRST_LOOK_MS = 1_000
/** A write that takes longer is told: a bucket that is mounted may hang for ever. */
const SLOW_MS = 60_000

interface Shelf {
  place: CheckpointPlace
  written: { head: LedgerHead; at: number } | undefined
  /** When the write that is under way began, by `Clock.elapsed`. */
  since: number | undefined
  fault: string | undefined
  /** Why nothing of this ledger goes there for as long as this process lives. */
  refused: KedgeError | undefined
}

/**
 * Begins to sign checkpoints: of the first head that there is, and from then on at the pace that was said. Nobody waits for it, and each
 * place is by itself: one that hangs keeps no other from being written.
 */
export function createCheckpoints(options: CheckpointOptions): Checkpoints {
  const { store, signing, clock, logger, leads } = options
  const shelves = signing.places.map((place): Shelf => ({
    place,
    written: undefined,
    since: undefined,
    fault: undefined,
    refused: undefined,
  }))
  let work: Promise<void> = Promise.resolve()
  let isOver = false
  let told: string | undefined
  let timer = plan(FIRST_LOOK_MS)

  function plan(ms: number): Disposable {
    return clock.after(ms, () => {
      work = look().finally(() => {
        if (!isOver) timer = plan(LOOK_EVERY_MS)
      })
    })
  }

  async function look(): Promise<void> {
    if (!leads()) return
    try {
      const head = await store.head()
      const due = shelves.filter((shelf) => head && shelf.since === undefined && isDue(shelf, head, options))
      if (!head || due.length === 0 || isOver) return
      store.assertMayAct()
      const checkpoint = signing.checkpoint(head, clock.now())
      for (const shelf of due) void write(shelf, checkpoint, options)
      told = undefined
    } catch (fault) {
      // Of a ledger that is out of reach, or led by another by now, others tell.
      const said = faultOf(fault)
      if (told !== said.error) logger.warn('no checkpoint of the ledger can be signed for now', said)
      told = said.error
    }
  }

  return {
    standing: () =>
      leads() ? shelves.map((shelf) => ({ place: shelf.place.name, head: shelf.written?.head, trouble: troubleOf(shelf, clock) })) : [],
    idle: () => work,
    [Symbol.dispose]() {
      isOver = true
      timer[Symbol.dispose]()
    },
  }
}

/** Never throws: what goes wrong is told. */
async function write(shelf: Shelf, checkpoint: Checkpoint, { store, clock, logger, counted }: CheckpointOptions): Promise<void> {
  const { head } = checkpoint
  shelf.since = clock.elapsed()
  try {
    await assertGoesOn(shelf, store)
    await shelf.place.add(checkpoint)
    const wasInTrouble = shelf.fault !== undefined
    Object.assign(shelf, { written: { head, at: clock.elapsed() }, fault: undefined })
    counted?.('written')
    if (wasInTrouble) logger.info('checkpoints of the ledger are written again', { place: shelf.place.name, record: head.sequence })
  } catch (fault) {
    const { code, error } = faultOf(fault)
    counted?.('failed')
    // Each try would say the same.
    if (shelf.fault !== error) logger.error('no checkpoint of the ledger could be written', { place: shelf.place.name, code, error })
    shelf.fault = error
  } finally {
    shelf.since = undefined
  }
}

function isDue({ written }: Shelf, head: LedgerHead, { clock, everyRecords, everyMs }: CheckpointOptions): boolean {
  if (!written) return true
  if (head.sequence === written.head.sequence) return false
  return head.sequence - written.head.sequence >= everyRecords || clock.elapsed() - written.at >= everyMs
}

/**
 * What was signed before has to lie on the chain: one that is shorter was cut off, restored or replaced, and to sign it would say that it
 * is as it was. Only what costs little is looked at; `kedge ledger verify` looks at it all.
 * @throws KedgeError E_LEDGER_TRUNCATED, E_LEDGER_REWRITTEN, E_CHECKPOINT_WRITE
 */
async function assertGoesOn(shelf: Shelf, store: CheckpointOptions['store']): Promise<void> {
  if (shelf.written) return
  if (shelf.refused) throw shelf.refused
  const there = await shelf.place.newest()
  // Asked after the place: who led before may have signed what came after the head that is to be signed.
  const head = there && (await store.head())
  if (!head || there.sequence < head.sequence || (there.sequence === head.sequence && there.hash === head.hash)) return
  const code = there.sequence > head.sequence ? 'E_LEDGER_TRUNCATED' : 'E_LEDGER_REWRITTEN'
  const is = `the ledger ends at record ${head.sequence} (${head.hash})`
  shelf.refused = new KedgeError(code, `${is}, and ${shelf.place.name} has a checkpoint of record ${there.sequence} (${there.hash})`)
  throw shelf.refused
}

function troubleOf({ fault, since, place }: Shelf, clock: Clock): string | undefined {
  if (since !== undefined && clock.elapsed() - since > SLOW_MS) return `a write to ${place.name} has not ended for more than a minute`
  return fault
}

function faultOf(fault: unknown): { code: string; error: string } {
  return fault instanceof KedgeError ? { code: fault.code, error: fault.what } : { code: 'E_INTERNAL', error: String(fault) }
}
