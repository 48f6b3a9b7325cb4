import { describe } from 'vitest'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { describeHavingWhole } from './having-whole.ts'
import { describeRollingOut } from './rolling-out.ts'
import { describeSharing } from './sharing.ts'

describe.runIf(hasPostgres)('PostgreSQL', () => {
  describeSharing(', without a pooler', createDatabase)
  describeRollingOut(', without a pooler', createDatabase)
  describeHavingWhole(', without a pooler', createDatabase)
})
