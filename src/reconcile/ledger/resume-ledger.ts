import type { KedgeError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HeldLedger } from '../../ports/held-ledger.ts'
import type { LedgerCheckpoint } from '../../ports/ledger-checkpoint.ts'
import type { Ledger, LedgerHead, LedgerVerdict, TakeNewest } from '../../ports/ledger.ts'
import type { Logger } from '../../ports/log.ts'
import { createMisses, type Misses } from './misses.ts'
import { brokenChain, openProjected } from './open-ledger.ts'
import { createWalkBeside } from './walk-beside.ts'

/** How far a process has walked the chain. */
export interface ChainStanding {
  /** Epoch ms, when that was seen last. */
  at: number
  /** How far it went. */
  head: LedgerHead | undefined
  /** It began after this record, the checkpoint, and the whole chain is being walked. Undefined once that has held. */
  from: LedgerHead | undefined
  /** Why it does not hold. */
  broken: KedgeError | undefined
  /** Why it could not be walked when that was tried last. */
  trouble: KedgeError | undefined
}

/** A ledger that is acted on, while the whole of its chain may still be walked beside. */
export interface ResumedLedger extends AsyncDisposable {
  ledger: Ledger
  chain(): ChainStanding
  /** Resolves, with the reason, once the chain was found not to hold: the process has to be ended. */
  readonly broken: Promise<KedgeError>
  /** @throws KedgeError E_LEDGER_BROKEN, E_LEDGER_DOCUMENT, E_LEDGER_NEWER once the chain was found not to hold */
  assertIntact(): void
}

export interface ResumeOptions {
  /** Of the store, for messages. */
  name: string
  clock: Clock
  logger: Logger
  /** In [0, 1). */
  random: () => number
  interrupted?: AbortSignal | undefined
}

/** After these the next start walks the whole chain first; any other says nothing of the ledger. */
const IS_WRONG: ReadonlySet<string> = new Set(['E_LEDGER_BROKEN', 'E_LEDGER_DOCUMENT'])

/** After so many records of this process the next start begins there, once it has walked the whole chain. */
export const CHECKPOINT_EVERY = 10_000

/**
 * Opens a ledger to act on: from its checkpoint where it has one that fits, and then the whole chain is walked beside, and a broken one
 * ends it; else as `openLedger` does. Keeps the checkpoint as docs/decisions/stored-checkpoint.md says.
 * @throws KedgeError E_LEDGER_BROKEN, E_LEDGER_DOCUMENT, E_LEDGER_NEWER before anything can act
 */
export async function resumeLedger(store: HeldLedger, options: ResumeOptions): Promise<ResumedLedger> {
  const { name, clock, logger, interrupted } = options
  const broken = Promise.withResolvers<KedgeError>()
  let fault: KedgeError | undefined
  let misses: Misses | undefined
  const { ledger, head, from } = await openProjected(store, {
    name,
    interrupted,
    resume: (taking) => store.resume(taking),
    refusal: () => fault,
    appended: (entries) => checkpoint.count(entries.length),
    changing: (entry) => misses?.touch(entry),
  })
  const walked: Omit<ChainStanding, 'trouble' | 'broken'> = { at: clock.now(), head, from }

  const checkpoint = createKeeping(store, logger, () => !walked.from)

  /** First nothing is done any more, then the next start is told where it is the ledger that is wrong, then this one ends. */
  async function end(why: KedgeError): Promise<void> {
    fault = why
    if (IS_WRONG.has(why.code)) await checkpoint.keep(store.dropCheckpoint())
    broken.resolve(why)
  }

  async function held(verdict: Extract<LedgerVerdict, { intact: true }>): Promise<void> {
    const missed = misses?.first()
    misses = undefined
    if (missed) return end(brokenChain(name, missed))
    const sequence = (verdict.after?.sequence ?? 0) + verdict.records
    Object.assign(walked, { at: clock.now(), head: { sequence, hash: verdict.head }, from: undefined })
    logger.info('the whole chain of the ledger holds', { records: verdict.records, record: sequence })
    // Not kept anew: where there is none any more, another process has found the chain broken, or has archived.
    await checkpoint.keep(store.raiseCheckpoint())
  }

  function begun(): TakeNewest {
    misses ??= createMisses(ledger, head)
    return misses.begin()
  }

  const walk = createWalkBeside({ ...options, store, begun, held, failed: end })
  if (from) {
    logger.info('the ledger is verified from its checkpoint on, and the whole chain is being walked', { from: from.sequence })
    walk.begin()
  } else await checkpoint.keep(store.keepCheckpoint(head))

  return {
    ledger,
    chain: () => ({ ...walked, broken: fault, trouble: walk.trouble() }),
    broken: broken.promise,
    assertIntact() {
      if (fault) throw fault
    },
    async [Symbol.asyncDispose]() {
      checkpoint.close()
      await walk[Symbol.asyncDispose]()
    },
  }
}

/** Keeps the checkpoint, and raises it after so many records. @param mayRaise whether the whole chain was walked, and held */
function createKeeping(store: LedgerCheckpoint, logger: Logger, mayRaise: () => boolean) {
  let isClosed = false
  let appended = 0

  /** Nothing waits for it: what is not kept costs the next start a longer walk. */
  async function keep(kept: Promise<void>): Promise<void> {
    await kept.catch((error: unknown) => {
      if (!isClosed) logger.warn('the checkpoint of the ledger is not kept', { error: String(error) })
    })
  }

  return {
    keep,
    count(records: number): void {
      appended += records
      if (appended < CHECKPOINT_EVERY || !mayRaise()) return
      appended = 0
      void keep(store.raiseCheckpoint())
    },
    close: () => void (isClosed = true),
  }
}
