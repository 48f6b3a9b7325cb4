import { expect, it } from 'vitest'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { lostFrom, spell } from '../../../postgres/acknowledged.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { OUTAGES } from '../../../postgres/outages/outages.ts'
import { isFine, live } from '../../../postgres/outages/stage.ts'

it.runIf(hasPostgres)('a record that was acknowledged and is not in the ledger is told as lost', { timeout: 60_000 }, async () => {
  const { url, options } = await createDatabase()
  const entry = releaseEntry(aRelease({ key: 'r1' }))
  {
    await using ledger = await openPostgresLedger(options)
    await ledger.append([entry])
  }
  expect(await lostFrom(url, [spell(entry)])).toEqual([])
  expect(await lostFrom(url, [spell(entry), spell(entry)])).toEqual([expect.stringContaining('"r1"')])
})

it.runIf(hasPostgres)(
  'two replicas whose server is killed while a release fails both say so, open one PR and one card, and lose no record',
  { timeout: 300_000 },
  async () => {
    const killed = OUTAGES.find(({ name }) => name === 'killed')
    if (!killed) throw new Error('there is no such outage')
    const outcome = await live(killed, { lastsMs: 1_000, replicas: 2 })
    expect(outcome).toMatchObject({ pulls: 1, cards: 1, broken: [] })
    expect(outcome.told).toHaveLength(2)
    expect(outcome.acknowledged).toBeGreaterThan(10)
    expect(isFine(killed, outcome)).toBe(true)
    expect(isFine(killed, { ...outcome, told: [outcome.told[0], undefined] })).toBe(false)
    expect(isFine(killed, { ...outcome, broken: ['a record is lost'] })).toBe(false)
  },
)
