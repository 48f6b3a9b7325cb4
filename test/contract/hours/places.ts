import { Client } from 'pg'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { readAddress } from '../../../src/adapters/ledgers/postgres/address.ts'
import { openPostgresLedger } from '../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createSqliteLedger } from '../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSystemClock } from '../../../src/adapters/system/clock.ts'
import type { LedgerStore } from '../../../src/ports/ledger.ts'
import { tempFolder } from '../../adapters/ledgers/sqlite/temp.ts'
import { startPostgres, whyNoPostgres } from '../../postgres/server.ts'

/** A store that can be closed and opened again, where its records are. */
export interface Place {
  readonly name: string
  store: LedgerStore
  reopen(): Promise<void>
}

/** Empty stores of every kind, by one clock of epoch ms. The first is the model. */
export type Places = { all: readonly Place[]; time: { now: number } } & AsyncDisposable

/** Where stores are made. */
export async function openPlaces(): Promise<{ openAll: () => Promise<Places> } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const server = whyNoPostgres() === undefined ? stack.use(await startPostgres()) : undefined
  const opened = stack.move()
  return { openAll: () => openPlacesOn(server?.url()), [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** @param server the address of one, whose first user makes databases; without one, nothing is kept in PostgreSQL */
export async function openPlacesOn(server: string | undefined): Promise<Places> {
  await using stack = new AsyncDisposableStack()
  const time = { now: 0 }
  const clock = { ...createSystemClock(), now: () => time.now }
  const folder = stack.use(tempFolder())
  const path = folder.file('ledger.db')
  const model = createMemoryLedger({ clock })
  const kept = [
    await openPlace('SQLite', async () => createSqliteLedger({ path, clock })),
    ...(server === undefined ? [] : [await openPlace('PostgreSQL', await postgresIn(server, clock))]),
  ]
  stack.defer(async () => {
    for (const { store } of kept) await store[Symbol.asyncDispose]()
  })
  const opened = stack.move()
  const all = [{ name: 'memory', store: model, reopen: () => Promise.resolve() }, ...kept]
  return { all, time, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function openPlace(name: string, open: () => Promise<LedgerStore>): Promise<Place> {
  const place: Place = {
    name,
    store: await open(),
    async reopen() {
      await place.store[Symbol.asyncDispose]()
      place.store = await open()
    },
  }
  return place
}

async function postgresIn(server: string, clock: ReturnType<typeof createSystemClock>): Promise<() => Promise<LedgerStore>> {
  const database = `hours_${crypto.randomUUID().replaceAll('-', '')}`
  const client = new Client(server)
  await client.connect()
  await client.query(`CREATE DATABASE ${database}`)
  await client.end()
  const address = readAddress(Object.assign(new URL(server), { pathname: database }).href, undefined)
  if ('wrong' in address) throw new Error(address.wrong)
  const times = { connectTimeoutMs: 10_000, statementTimeoutMs: 30_000, leaseMs: 30_000 }
  return () => openPostgresLedger({ address, ...times, poolSize: 3, holder: 'hours', clock, random: () => 0.5 })
}
