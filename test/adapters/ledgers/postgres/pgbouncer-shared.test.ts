import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressOf, createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { findPgBouncer, startPgBouncer, type PgBouncer } from '../../../postgres/pgbouncer.ts'
import { describeFencing } from './fencing.ts'
import { describeHavingWhole } from './having-whole.ts'
import { describeReplicas } from './replicas.ts'
import { describeRollingOut } from './rolling-out.ts'
import { describeSharing } from './sharing.ts'
import { forceTakeovers } from './takeovers/takeovers.ts'

const program = findPgBouncer()

describe.runIf(hasPostgres && program !== undefined)('behind PgBouncer in transaction mode', () => {
  let bouncer: PgBouncer

  beforeAll(async () => {
    const { address } = await createDatabase()
    bouncer = await startPgBouncer(program ?? '', address.port)
  })
  afterAll(() => bouncer[Symbol.asyncDispose]())

  /** What the test itself asks goes to the server. */
  async function createBehind(): Promise<TestDatabase> {
    const database = await createDatabase()
    const url = bouncer.through(database.url)
    const address = addressOf(url)
    return { ...database, url, address, options: { ...database.options, address } }
  }

  describeSharing(', behind PgBouncer', createBehind)
  describeRollingOut(', behind PgBouncer', createBehind)
  describeHavingWhole(', behind PgBouncer', createBehind)
  describeFencing(', behind PgBouncer', createBehind)
  describeReplicas(', behind PgBouncer', createBehind)

  it('a cluster whose leader is forced out is led by another; nothing is done twice or lost', { timeout: 120_000 }, async () => {
    const database = await createBehind()
    const result = await forceTakeovers({ database, changes: 6, replicas: 2, clusters: 3, leaseMs: 1_000, everyMs: 50 })
    expect(result).toMatchObject({ twice: [], lost: [], verdict: { intact: true } })
    expect(result.effects).toBeGreaterThan(6)
  })
})
