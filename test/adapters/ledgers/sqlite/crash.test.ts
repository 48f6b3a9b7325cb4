import { expect, it } from 'vitest'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { killWriter, lostOf } from './kill-writer.ts'
import { tempFolder } from './temp.ts'

const KILLS = 20

it(`every append that returned outlives kill -9, ${KILLS} times on one file`, { timeout: 120_000 }, async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const acked: string[] = []
  for (let round = 0; round < KILLS; round += 1) {
    // Primes spread the kill over different places.
    acked.push(...(await killWriter(path, { round, acks: 1 + ((round * 37) % 101) })))
    await using ledger = createSqliteLedger({ path, clock: { now: () => 0 } })
    expect(await ledger.verify()).toMatchObject({ intact: true })
    expect(await lostOf(ledger, acked)).toEqual([])
  }
})
