import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { LedgerHead } from '../../../src/ports/ledger.ts'
import type { Checkpoint } from '../../../src/ports/signing.ts'
import { createCheckpoints } from '../../../src/reconcile/ledger/checkpoints.ts'
import { rememberLog } from '../../remember-log.ts'

export const MINUTE = 60_000

/** A chain that the test makes longer, and places that it makes fail. */
export function signing(options: { everyRecords?: number; places?: number } = {}) {
  const state = { head: undefined as LedgerHead | undefined, leads: true, fenced: false, away: false }
  const asked = { head: 0, signed: 0, newest: 0 }
  const clock = createVirtualClock(0)
  const { logger, lines } = rememberLog()
  const counted: string[] = []
  const places = aPlaces(options.places ?? 1, asked)
  const sign = (head: LedgerHead): Checkpoint => {
    asked.signed += 1
    return { head, text: `signed ${head.sequence}` }
  }
  const checkpoints = createCheckpoints({
    store: {
      head: async () => {
        asked.head += 1
        if (state.away) throw new KedgeError('E_LEDGER_UNREACHABLE', 'the database is away')
        return state.head
      },
      assertMayAct() {
        if (state.fenced) throw new KedgeError('E_LEDGER_FENCED', 'another leads by now')
      },
    },
    signing: { attest: async () => undefined, checkpoint: sign, places },
    clock,
    logger,
    leads: () => state.leads,
    everyRecords: options.everyRecords ?? 100,
    everyMs: 15 * MINUTE,
    counted: (result) => void counted.push(result),
  })
  const settled = async (): Promise<void> => {
    await checkpoints.idle()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    state,
    asked,
    lines,
    counted,
    places,
    checkpoints,
    append: (sequence: number) => void (state.head = { sequence, hash: 'a'.repeat(64) }),
    pass: (ms: number) => clock.advanceTo(clock.now() + ms, settled),
    added: () => places.map(({ added }) => added),
  }
}

/** Places that keep what is added to them. */
function aPlaces(count: number, asked: { newest: number }) {
  return Array.from({ length: count }, (_, index) => {
    const added: number[] = []
    return {
      name: `place-${index}`,
      added,
      there: undefined as LedgerHead | undefined,
      newest(): Promise<LedgerHead | undefined> {
        asked.newest += 1
        return Promise.resolve(this.there)
      },
      behaves: (): Promise<void> => Promise.resolve(),
      async add({ head }: Checkpoint): Promise<void> {
        await this.behaves()
        added.push(head.sequence)
      },
    }
  })
}
