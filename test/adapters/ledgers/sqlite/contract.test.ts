import { createSqliteLedger, type SqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { describeInbox } from '../../../contract/inbox.ts'
import { describeArchive } from '../../../contract/ledger-archive.ts'
import { describeCheckpoint } from '../../../contract/ledger-checkpoint.ts'
import { describeNaming } from '../../../contract/ledger-naming.ts'
import { describePages } from '../../../contract/ledger-pages.ts'
import { describeSubjects } from '../../../contract/ledger-subject.ts'
import { describeLedger } from '../../../contract/ledger.ts'
import { countingClock, tempFolder } from './temp.ts'

function openInMemory(): SqliteLedger {
  return createSqliteLedger({ path: ':memory:', clock: countingClock() })
}

function openInFile(): SqliteLedger {
  const folder = tempFolder()
  const ledger = createSqliteLedger({ path: folder.file('ledger.db'), clock: countingClock() })
  const dispose = async () => {
    await ledger.close()
    folder[Symbol.dispose]()
  }
  return { ...ledger, [Symbol.asyncDispose]: dispose }
}

async function verifyBackup(path: string): Promise<unknown> {
  await using copy = createSqliteLedger({ path, clock: countingClock(), readOnly: true })
  return await copy.verify()
}

for (const [name, open] of [
  ['SQLite in memory', openInMemory],
  ['SQLite in a file', openInFile],
] as const) {
  describeLedger({ name, open, verifyBackup })
  describeNaming(name, open)
  describeArchive(name, open)
  describeSubjects(name, open)
  describeInbox({ name, open })
}

// One in memory is new at each start.
describeCheckpoint('SQLite in a file', openInFile, 6)
describePages('SQLite in a file', openInFile)
