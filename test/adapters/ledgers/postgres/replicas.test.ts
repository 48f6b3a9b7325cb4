import { describe } from 'vitest'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { describeReplicas } from './replicas.ts'

describe.runIf(hasPostgres)('PostgreSQL', () => {
  describeReplicas(', without a pooler', createDatabase)
})
