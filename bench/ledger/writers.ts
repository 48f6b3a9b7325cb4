import { openSharedPostgresLedger } from '../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import type { Within } from '../../src/ports/leader-election.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { createJournal } from '../../src/reconcile/environment.ts'
import { openLedger } from '../../src/reconcile/ledger/open-ledger.ts'
import { benchOptions } from './open.ts'

/** Replicas on one ledger, each of which leads a cluster and appends for it as the loop does: decided anew where another came first. */
export interface Writers extends AsyncDisposable {
  append(entry: LedgerEntry): Promise<void>
}

/** In one process; each has its own connections. */
export async function openWriters(url: string, count: number): Promise<Writers> {
  await using stack = new AsyncDisposableStack()
  const clusters = Array.from({ length: count }, (_, index) => `c${index}`)
  const writers: ((entry: LedgerEntry) => Promise<void>)[] = []
  for (const holder of clusters) writers.push(await openWriter(stack, url, { holder, clusters }))
  let next = 0
  const opened = stack.move()
  return {
    async append(entry) {
      next += 1
      await writers[next % count]?.(entry)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

interface WriterSetup {
  holder: string
  clusters: readonly string[]
}

async function openWriter(stack: AsyncDisposableStack, url: string, { holder, clusters }: WriterSetup) {
  const store = stack.use(await openSharedPostgresLedger({ ...benchOptions(url), holder }))
  const { election } = store
  if (!election) throw new Error('a ledger that nobody shares')
  const journal = createJournal(await openLedger(store))
  const led = new Map<string, Within>()
  let first = Promise.withResolvers<Within>()
  const campaign = stack.use(
    election.campaign(clusters, {
      gained(name, within) {
        led.set(name, within)
        first.resolve(within)
      },
      async lost(name) {
        led.delete(name)
        if (led.size === 0) first = Promise.withResolvers<Within>()
      },
      left: () => [],
      outdated: (why) => first.reject(why),
    }),
  )
  await campaign.begun
  return async (entry: LedgerEntry): Promise<void> => {
    const within = [...led.values()][0] ?? (await first.promise)
    await within(() => journal.commit(() => [entry]))
  }
}
