import { describe } from 'vitest'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { describeReplicas } from './replicas.ts'

describe.runIf(hasPostgres)('without a pooler', () => {
  describeReplicas('two replicas on one ledger in PostgreSQL', createDatabase)
})
