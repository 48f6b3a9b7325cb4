import { describe, expect, it } from 'vitest'
import { openPostgresLedger, type PostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { entry } from '../../../contract/ledger-documents.ts'
import { addressOf, createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { startProxy, type CuttingProxy } from '../../../postgres/proxy.ts'
import { startPostgres, type PostgresServer } from '../../../postgres/server.ts'
import { startStandby, type Standby } from '../../../postgres/standby.ts'

interface Failover {
  primary: PostgresServer
  standby: Standby
  /** The address that leads to whichever of them is the primary. */
  service: CuttingProxy
  ledger: PostgresLedger
}

/** A ledger on a primary that a synchronous standby follows, by an address that can be led elsewhere. */
async function onTwo(stack: AsyncDisposableStack): Promise<Failover> {
  const primary = stack.use(await startPostgres(['fsync = on', 'wal_keep_size = 64MB']))
  const standby = stack.use(await startStandby(primary))
  const service = stack.use(await startProxy(primary.port))
  const database = await createDatabase(primary.url())
  const address = addressOf(service.through(database.url))
  const ledger = stack.use(await openPostgresLedger({ ...database.options, address, leaseMs: 3_000, statementTimeoutMs: 1_000 }))
  return { primary, standby, service, ledger }
}

/** Appends all the time; what was acknowledged is in `kept`. */
function appendAlways(ledger: PostgresLedger, kept: string[]): { end(): Promise<void> } {
  let isOver = false
  const caller = async (name: number): Promise<void> => {
    for (let turn = 0; !isOver; turn += 1) {
      const key = `r${name}-${turn}`
      await ledger.append(entry(key)).then(
        () => void kept.push(key),
        () => undefined,
      )
    }
  }
  const callers = [1, 2, 3, 4].map(caller)
  return {
    async end() {
      isOver = true
      await Promise.all(callers)
    },
  }
}

function mayAct(ledger: PostgresLedger): boolean {
  try {
    ledger.assertMayAct()
    return ledger.trouble?.() === undefined
  } catch {
    return false
  }
}

const more = (kept: readonly string[]) => {
  const before = kept.length
  return expect.poll(() => kept.length, { timeout: 30_000, interval: 10 }).toBeGreaterThan(before + 20)
}

describe.runIf(hasPostgres)('a server that a standby takes over from', () => {
  it('by its end has lost nothing that was acknowledged, and Kedge goes on there', { timeout: 90_000 }, async () => {
    await using stack = new AsyncDisposableStack()
    const { primary, standby, service, ledger } = await onTwo(stack)
    const kept: string[] = []
    const appending = appendAlways(ledger, kept)
    await more(kept)
    await primary.kill()
    await standby.promote()
    service.leadTo(standby.port)
    await more(kept)
    await appending.end()
    const there = (await Array.fromAsync(ledger.records())).map(({ key }) => key)
    expect(there.toSorted()).toEqual(kept.toSorted())
    expect(await ledger.verify()).toMatchObject({ intact: true, records: kept.length })
  })

  it(
    'while it lives, cut off from the other, acknowledges nothing any more: what it took is lost for nobody',
    { timeout: 90_000 },
    async () => {
      await using stack = new AsyncDisposableStack()
      const { standby, service, ledger } = await onTwo(stack)
      const kept: string[] = []
      const appending = appendAlways(ledger, kept)
      await more(kept)
      // Kedge is still connected to the old one, which goes on taking statements, and waits for a standby that follows it no more.
      await standby.promote()
      service.leadTo(standby.port)
      const before = kept.length
      await more(kept)
      await appending.end()
      expect(kept.length).toBeGreaterThan(before)
      // The right to act is renewed there, too.
      await expect.poll(() => mayAct(ledger), { timeout: 30_000, interval: 20 }).toBe(true)
      const there = (await Array.fromAsync(ledger.records())).map(({ key }) => key)
      expect(there.toSorted()).toEqual(kept.toSorted())
      expect(await ledger.verify()).toMatchObject({ intact: true, records: kept.length })
    },
  )
})
