import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { describeLedger } from '../../../contract/ledger.ts'
import { countingClock, tempFolder } from './temp.ts'

describeLedger({
  name: 'SQLite in memory',
  open: () => createSqliteLedger({ path: ':memory:', clock: countingClock() }),
})

describeLedger({
  name: 'SQLite in a file',
  open() {
    const folder = tempFolder()
    const ledger = createSqliteLedger({ path: folder.file('ledger.db'), clock: countingClock() })
    const dispose = async () => {
      await ledger.close()
      folder[Symbol.dispose]()
    }
    return { ...ledger, [Symbol.asyncDispose]: dispose }
  },
})
