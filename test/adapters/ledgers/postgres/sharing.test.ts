import { describe } from 'vitest'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { describeHavingWhole } from './having-whole.ts'
import { describeRollingOut } from './rolling-out.ts'
import { describeSharing } from './sharing.ts'

describe.runIf(hasPostgres)('without a pooler', () => {
  describeSharing('a ledger in PostgreSQL that replicas share', createDatabase)
  describeRollingOut('replicas of which one is newer', createDatabase)
  describeHavingWhole('the whole of a ledger in PostgreSQL that replicas share', createDatabase)
})
