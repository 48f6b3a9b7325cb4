import { describe, expect, it } from 'vitest'
import { openPostgresLedger, readPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { resume } from '../../../contract/ledger-checkpoint.ts'
import { entry } from '../../../contract/ledger-documents.ts'
import { describeTampered, type TamperedPlace } from '../../../contract/ledger-tampered.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { asRoles } from '../../../postgres/roles.ts'
import { openReplica } from './open-replica.ts'

async function inDatabase(): Promise<TamperedPlace> {
  const { ask, options } = await createDatabase()
  return {
    open: () => openPostgresLedger(options),
    tamper: async (sql) => void (await ask(`SET session_replication_role = replica; SET search_path = kedge; ${sql}`)),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

describe.runIf(hasPostgres)('a checkpoint in PostgreSQL', () => {
  describeTampered('a ledger in PostgreSQL', inDatabase)

  it('a document that is decided on and points past the end of the chain refuses the start', async () => {
    const { options, ask } = await createDatabase()
    await using ledger = await openPostgresLedger(options)
    const version = { templateKey: 'v', podTemplateHash: 'h', healthyAt: 1, applied: null, images: [] }
    await ledger.append([{ kind: 'version', key: 'v', event: 'seen-healthy', document: version }, ...entry('a')])
    await ledger.keepCheckpoint(await ledger.head())
    await ledger.append(entry('a'))
    await ask(`UPDATE kedge.document SET sequence = 99 WHERE key = 'v'`)
    await expect(resume(ledger)).rejects.toMatchObject({
      code: 'E_LEDGER_BROKEN',
      message: expect.stringContaining('(record 99)') as string,
    })
  })

  it('the documented writer keeps, raises and drops it, and what is only read keeps none', async () => {
    const database = await createDatabase()
    const { options } = await asRoles(database)
    await using ledger = await openPostgresLedger(options)
    await ledger.append(entry('a'))
    await ledger.keepCheckpoint(await ledger.head())
    await ledger.append(entry('b'))
    await ledger.raiseCheckpoint()
    expect(await ledger.resume({ take: () => undefined, wanted: () => [] })).toMatchObject({ intact: true, records: 0 })
    await ledger.dropCheckpoint()
    expect(await database.ask('SELECT * FROM kedge.checkpoint')).toEqual([])
    await using read = await readPostgresLedger(options)
    await expect(read.keepCheckpoint(undefined)).rejects.toMatchObject({ code: 'E_LEDGER_WRITE' })
  })

  it.each([
    ['read it', 'SELECT', undefined],
    ['change it', 'INSERT, UPDATE, DELETE', 1],
  ])('a role that may not %s starts all the same, and goes on', async (_, right, began) => {
    const database = await createDatabase()
    const { options } = await asRoles(database)
    await using ledger = await openPostgresLedger(options)
    await ledger.append(entry('a'))
    await ledger.keepCheckpoint(await ledger.head())
    await database.ask(`REVOKE ${right} ON kedge.checkpoint FROM ${options.address.user}`)
    await using resumed = await resume(ledger)
    expect(resumed.began).toBe(began)
    await expect.poll(() => resumed.chain()).toMatchObject({ from: undefined, head: { sequence: 1 }, broken: undefined })
    await resumed.ledger.append(entry('b'))
    // Asked before: what is refused while it is asked would be nobody's.
    const head = await ledger.head()
    const kept = await Promise.allSettled([ledger.raiseCheckpoint(), ledger.keepCheckpoint(head), ledger.dropCheckpoint()])
    const refused = kept.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const one of refused) expect(one).toMatchObject({ reason: { code: 'E_LEDGER_WRITE' } })
    await resumed.ledger.append(entry('c'))
    expect(resumed.ledger.releases({ limit: 9 }).map(({ key }) => key)).toEqual(['c', 'b', 'a'])
  })

  it('a replica that begins at it follows what the others append, and leads as one that has walked the whole chain', async () => {
    const { options } = await createDatabase()
    await using first = await openReplica(options, 'first', ['east'])
    await expect.poll(() => first.led.has('east')).toBe(true)
    for (const key of ['a', 'b', 'c']) await first.led.get('east')?.(() => first.ledger.append(entry(key)))
    await first.store.raiseCheckpoint()
    await first.led.get('east')?.(() => first.ledger.append(entry('d')))
    await using second = await openReplica(options, 'second', ['east'])
    expect(second.began).toBe(3)
    await first.led.get('east')?.(() => first.ledger.append(entry('e')))
    await expect.poll(() => second.ledger.read('release', 'e')?.key).toBe('e')
    expect(second.ledger.releases({ limit: 9 })).toEqual(first.ledger.releases({ limit: 9 }))
    await first[Symbol.asyncDispose]()
    await expect.poll(() => second.led.has('east'), { timeout: 10_000 }).toBe(true)
    await second.led.get('east')?.(() => second.ledger.append(entry('f')))
    expect(await second.store.verify()).toMatchObject({ intact: true, records: 6 })
  })

  it('a replica raises it to what it has read of others, never to what it has not', async () => {
    const { options, ask } = await createDatabase()
    await using first = await openReplica(options, 'first', ['east'])
    await expect.poll(() => first.led.has('east')).toBe(true)
    await first.led.get('east')?.(() => first.ledger.append(entry('a')))
    // Somebody writes by hand what follows from nothing.
    await ask(
      `SET session_replication_role = replica; INSERT INTO kedge.record SELECT 2, at, kind, key, event, document, 'x' FROM kedge.record`,
    )
    await first.store.raiseCheckpoint()
    expect(await ask('SELECT sequence::int FROM kedge.checkpoint')).toEqual([{ sequence: 1 }])
  })
})
