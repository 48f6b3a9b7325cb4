import { describe } from 'vitest'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { describeFencing } from './fencing.ts'

describe.runIf(hasPostgres)('PostgreSQL', () => {
  describeFencing(', without a pooler', createDatabase)
})
