import { describe } from 'vitest'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { describeFencing } from './fencing.ts'

describe.runIf(hasPostgres)('without a pooler', () => {
  describeFencing('a service that another has taken over from', createDatabase)
})
