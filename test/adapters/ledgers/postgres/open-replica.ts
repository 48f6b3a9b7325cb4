import {
  openSharedPostgresLedger,
  type PostgresLedger,
  type PostgresLedgerOptions,
} from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import type { Within } from '../../../../src/ports/leader-election.ts'
import type { Ledger } from '../../../../src/ports/ledger.ts'
import { createJournal, type Journal } from '../../../../src/reconcile/environment.ts'
import { resume } from '../../../contract/ledger-checkpoint.ts'

/** One with nothing but a ledger. */
export interface Replica extends AsyncDisposable {
  store: PostgresLedger
  ledger: Ledger
  journal: Journal
  /** The record of the checkpoint that it began at. */
  began: number | undefined
  /** In the names of what it leads. */
  led: Map<string, Within>
  /** Waited for before something is given up. */
  underWay: Promise<void>
  /** Codes of why it was told that it is outdated. */
  told: readonly string[]
}

/** @param clusters what it watches */
export async function openReplica(
  options: PostgresLedgerOptions,
  holder: string,
  clusters = ['east', 'west'],
  left: readonly string[] = [],
): Promise<Replica> {
  await using stack = new AsyncDisposableStack()
  const store = stack.use(await openSharedPostgresLedger({ ...options, holder }))
  const { ledger, began } = stack.use(await resume(store))
  const told: string[] = []
  const led = new Map<string, Within>()
  const campaign = store.election?.campaign(clusters, {
    gained: (name, within) => void led.set(name, within),
    left: () => left,
    outdated: (why) => void told.push(why.code),
    async lost(name) {
      led.delete(name)
      await replica.underWay
    },
  })
  if (campaign) stack.use(campaign)
  await campaign?.begun
  const opened = stack.move()
  const replica: Replica = {
    store,
    ledger,
    journal: createJournal(ledger),
    began,
    led,
    underWay: Promise.resolve(),
    told,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
  return replica
}
