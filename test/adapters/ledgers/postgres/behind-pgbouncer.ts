import { afterAll, beforeAll, describe } from 'vitest'
import { addressOf, createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { findPgBouncer, startPgBouncer, type PgBouncer } from '../../../postgres/pgbouncer.ts'

const program = findPgBouncer()

/** Where PgBouncer is not installed, these tests are left out. */
export const hasPgBouncer = program !== undefined

/**
 * Tests of a ledger behind the real PgBouncer. `createBehind` makes a database whose URL and options lead through it; what the test itself
 * asks goes to the server.
 */
export function describeBehindPgBouncer(tests: (createBehind: () => Promise<TestDatabase>) => void): void {
  describe.runIf(hasPostgres && hasPgBouncer)('behind PgBouncer in transaction mode', () => {
    let bouncer: PgBouncer

    beforeAll(async () => {
      const { address } = await createDatabase()
      bouncer = await startPgBouncer(program ?? '', address.port)
    })
    afterAll(() => bouncer[Symbol.asyncDispose]())

    tests(async () => {
      const database = await createDatabase()
      const url = bouncer.through(database.url)
      const address = addressOf(url)
      return { ...database, url, address, options: { ...database.options, address } }
    })
  })
}
