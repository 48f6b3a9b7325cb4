import { describe, expect, it } from 'vitest'
import {
  openPostgresLedger,
  openSharedPostgresLedger,
  type PostgresLedger,
} from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import type { Campaign, Within } from '../../../../src/ports/leader-election.ts'
import { entry } from '../../../contract/ledger-documents.ts'
import type { TestDatabase } from '../../../postgres/database.ts'

/** A replica that was paused as it led `east`: it looks again only a long time after. */
async function openLeading(
  { options }: TestDatabase,
  leaseMs = 60_000,
): Promise<{ store: PostgresLedger; within: Within; campaign: Campaign }> {
  const store = await openSharedPostgresLedger({ ...options, holder: 'a', leaseMs })
  const led = new Map<string, Within>()
  const campaign = store.election?.campaign(['east'], {
    gained: (name, within) => void led.set(name, within),
    lost: () => Promise.resolve(),
    left: () => [],
    outdated: () => undefined,
  })
  await campaign?.begun
  const within = led.get('east')
  if (!campaign || !within) throw new Error('leads nothing')
  return { store, within, campaign }
}

const over = `UPDATE kedge.leader SET until = clock_timestamp() - interval '1 second'`

/**
 * What holds of the right to all of a ledger.
 * @param where for titles
 * @param create makes an empty database
 */
export function describeHavingWhole(where: string, create: () => Promise<TestDatabase>): void {
  describe(`the whole of a ledger that replicas share${where}`, () => {
    it('is nobody else’s to write to, not even of a leader whose time was over before', { timeout: 60_000 }, async () => {
      const database = await create()
      const { store, within, campaign } = await openLeading(database)
      await using _store = store
      await using _campaign = campaign
      await within(() => store.append(entry('r1')))
      await database.ask(over)
      await using whole = await openPostgresLedger({ ...database.options, holder: 'whole', leaseMs: 60_000 })
      await expect(within(() => store.append(entry('late')))).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
      await whole.append(entry('r2'))
      expect(await whole.verify()).toMatchObject({ intact: true, records: 2 })
    })

    it('is lost to a leader of a cluster that came when its time was over', { timeout: 60_000 }, async () => {
      const database = await create()
      await using whole = await openPostgresLedger({ ...database.options, holder: 'whole', leaseMs: 60_000 })
      await whole.append(entry('r1'))
      await database.ask(over)
      const { store, within, campaign } = await openLeading(database)
      await using _store = store
      await using _campaign = campaign
      await expect(whole.append(entry('late'))).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
      await within(() => store.append(entry('r2')))
      expect(await store.verify()).toMatchObject({ intact: true, records: 2 })
    })

    it('is what a schema that others cannot bear waits for, in vain while one of them leads', { timeout: 60_000 }, async () => {
      const database = await create()
      const { store, within, campaign } = await openLeading(database, 600)
      await using _store = store
      await using _campaign = campaign
      // As an older program has left it.
      await database.ask('DELETE FROM kedge.migration WHERE version > 2')
      await expect(openSharedPostgresLedger(database.options)).rejects.toMatchObject({ code: 'E_LEDGER_LOCKED' })
      await within(() => store.append(entry('r1')))
    })
  })
}
