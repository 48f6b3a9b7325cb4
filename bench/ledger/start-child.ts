/** A process of its own that starts with a ledger, as the service does, and tells how long that took and how much memory it needed. */
import { readFileSync } from 'node:fs'
import { Client } from 'pg'
import { arePagesSound } from '../../src/adapters/ledgers/sqlite/pages-aside.ts'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import type { HeldLedger } from '../../src/ports/held-ledger.ts'
import { SILENT } from '../../src/ports/log.ts'
import { resumeLedger } from '../../src/reconcile/ledger/resume-ledger.ts'
import { openBenchLedger } from './open.ts'

const [store = '', place = ''] = process.argv.slice(2)

/** Until it acts: from the checkpoint that an earlier start has kept, where there is one, and what is walked beside then is ended. */
async function resume(store: HeldLedger): Promise<void> {
  await using _resumed = await resumeLedger(store, { name: place, clock: createSystemClock(), logger: SILENT, random: Math.random })
}

async function startSqlite(): Promise<void> {
  await using ledger = createSqliteLedger({ path: place, clock: createSystemClock(), arePagesSound: await arePagesSound(place) })
  await resume(ledger)
}

async function startPostgres(): Promise<void> {
  await using ledger = await openBenchLedger(place)
  await resume(ledger)
}

/** Nothing but every row, as pages of plain SQL. */
async function readAll(): Promise<void> {
  const client = new Client(place)
  await client.connect()
  for (let last = '0', more = true; more;) {
    const { rows } = await client.query<{ sequence: string }>(
      'SELECT * FROM kedge.record WHERE sequence > $1 ORDER BY sequence LIMIT 500',
      [last],
    )
    last = rows.at(-1)?.sequence ?? last
    more = rows.length > 0
  }
  await client.end()
}

const ways = new Map([
  ['sqlite', startSqlite],
  ['postgres', startPostgres],
  ['plain', readAll],
])
const began = performance.now()
await ways.get(store)?.()
// `maxRSS` of getrusage would be that of the parent, where that was larger.
const peakKB = /VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
process.send?.({ ms: performance.now() - began, peakMB: Number(peakKB) / 1_024 })
process.disconnect()
