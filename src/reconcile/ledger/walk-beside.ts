import { backOff, type BackOff } from '../../domain/back-off.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LedgerStore, LedgerVerdict, TakeNewest } from '../../ports/ledger.ts'
import type { Logger } from '../../ports/log.ts'
import { brokenChain } from './open-ledger.ts'

interface WalkBesideOptions {
  store: Pick<LedgerStore, 'verify'>
  /** Of the store, for messages. */
  name: string
  clock: Clock
  logger: Logger
  /** In [0, 1). Replicas whose database was away must not all walk it at the same moment. */
  random: () => number
  /** A walk begins: who is given what it takes. */
  begun: () => TakeNewest
  held: (verdict: Extract<LedgerVerdict, { intact: true }>) => Promise<void>
  /** It does not hold, or cannot be walked. */
  failed: (why: KedgeError) => Promise<void>
}

/** A walk of the whole chain beside everything else. Dispose ends it. */
export interface WalkBeside extends AsyncDisposable {
  begin(): void
  /** Why it could not be made when it was tried last. */
  trouble(): KedgeError | undefined
}

/** How long to wait until the chain is walked once more, where that could not be done: a walk may take minutes of the machine. */
const AGAIN: BackOff = { firstMs: 30_000, longestMs: 5 * 60_000 }

/** Tries in a row of a walk that nobody said would go through a moment later. */
const MOST_TRIES = 3

/** What a walk finds that no other walk would find otherwise. */
const FINAL: ReadonlySet<string> = new Set(['E_LEDGER_BROKEN', 'E_LEDGER_DOCUMENT', 'E_LEDGER_NEWER'])

/** See {@link WalkBeside}. */
export function createWalkBeside({ store, name, clock, logger, random, begun, held, failed }: WalkBesideOptions): WalkBeside {
  const closing = new AbortController()
  let trouble: KedgeError | undefined
  let tries = 0
  /** In a row, of faults that pass. */
  let waits = 0
  let again: Disposable | undefined
  let walking: Promise<void> = Promise.resolve()

  async function walk(): Promise<void> {
    let verdict: LedgerVerdict
    try {
      // With the documents read as at a start: one that cannot be read is none to go on with.
      verdict = await store.verify(begun(), closing.signal)
    } catch (error) {
      return closing.signal.aborted ? undefined : cannot(toldAs(name, error))
    }
    trouble = undefined
    await (verdict.intact ? held(verdict) : failed(brokenChain(name, verdict)))
  }

  async function cannot(why: KedgeError): Promise<void> {
    tries = why.retryable ? 0 : tries + 1
    waits = why.retryable ? waits + 1 : 0
    if (FINAL.has(why.code) || tries >= MOST_TRIES) return failed(why)
    trouble = why
    const inMs = backOff(Math.max(1, waits), AGAIN, random())
    logger.warn('the chain of the ledger could not be walked, and will be again', { code: why.code, error: why.what, inMs })
    again = clock.after(inMs, () => {
      walking = walk()
    })
  }

  return {
    begin() {
      walking = walk()
    },
    trouble: () => trouble,
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the ledger is closed'))
      again?.[Symbol.dispose]()
      await walking
    },
  }
}

function toldAs(name: string, error: unknown): KedgeError {
  if (error instanceof KedgeError) return error
  return new KedgeError('E_INTERNAL', `${name}: its chain could not be walked: ${String(error)}`, { cause: error })
}
