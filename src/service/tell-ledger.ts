import type { Clock } from '../ports/clock.ts'
import type { HeldLedger } from '../ports/held-ledger.ts'
import type { Logger } from '../ports/log.ts'

/** As long as it is told by `/readyz` alone. */
const LOOK_EVERY_MS = 5_000

interface Told {
  store: Pick<HeldLedger, 'trouble'>
  clock: Clock
  logger: Logger
}

/**
 * Tells the log when nothing can be recorded, with the code, and when it can again: `/readyz` says so only while somebody asks. Where only
 * an append would tell, whoever appends does. Dispose ends it.
 */
export function tellLedger({ store, clock, logger }: Told): Disposable {
  let told: string | undefined
  let timer = store.trouble ? plan() : undefined

  function plan(): Disposable {
    return clock.after(LOOK_EVERY_MS, () => {
      look()
      timer = plan()
    })
  }

  function look(): void {
    const trouble = store.trouble?.()
    const kind = trouble && kindOf(trouble)
    if (kind === told) return
    told = kind
    if (trouble === undefined) logger.info('the ledger can be written again')
    else logger.warn('the ledger cannot be written for now, or only slowly', { ...codeOf(trouble), error: trouble })
  }

  return { [Symbol.dispose]: () => timer?.[Symbol.dispose]() }
}

/** The same trouble in other figures, as seconds or the number of a block, is told once. */
function kindOf(trouble: string): string {
  return trouble.replace(/\d+/g, '')
}

/** A trouble that has a code begins with it. */
function codeOf(trouble: string): { code?: string } {
  const [code] = /^E_[A-Z_]+(?=:)/.exec(trouble) ?? []
  return code === undefined ? {} : { code }
}
