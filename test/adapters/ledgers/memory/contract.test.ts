import { verifyExport } from '../../../../src/adapters/ledgers/chain/export.ts'
import { createMemoryLedger, type MemoryLedger } from '../../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { linesOf } from '../../../../src/cli/commands/ledger/place.ts'
import { describeInbox } from '../../../contract/inbox.ts'
import { describeArchive } from '../../../contract/ledger-archive.ts'
import { describeCheckpoint } from '../../../contract/ledger-checkpoint.ts'
import { describeNaming } from '../../../contract/ledger-naming.ts'
import { describePages } from '../../../contract/ledger-pages.ts'
import { describeSubjects } from '../../../contract/ledger-subject.ts'
import { describeLedger } from '../../../contract/ledger.ts'
import { countingClock } from '../sqlite/temp.ts'

const open = (): MemoryLedger => createMemoryLedger({ clock: countingClock() })

describeLedger({
  name: 'the ledger in memory',
  open,
  verifyBackup: (file) => verifyExport(linesOf(file)),
})
describeInbox({ name: 'the inbox in memory', open })
describeNaming('the ledger in memory', open)
describeArchive('the ledger in memory', open)
describeSubjects('the ledger in memory', open)
describeCheckpoint('the ledger in memory', open, 30)
describePages('the ledger in memory', open)
