import { rmSync } from 'node:fs'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createSqliteLedger } from '../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { describeHeldLedger } from '../../contract/held-ledger.ts'
import { countingClock, tempFolder } from './sqlite/temp.ts'

describeHeldLedger('a ledger in SQLite', async () => {
  const folder = tempFolder()
  const path = folder.file('ledger.db')
  const ledger = createSqliteLedger({ path, clock: countingClock() })
  return {
    ledger,
    takeAway: async () => rmSync(path),
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
})

describeHeldLedger('a ledger in memory', async () => {
  const ledger = createMemoryLedger({ clock: countingClock() })
  return { ledger, [Symbol.asyncDispose]: () => ledger[Symbol.asyncDispose]() }
})
