import { expect, it } from 'vitest'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { forceTakeovers } from './takeovers/takeovers.ts'

it.runIf(hasPostgres)(
  'a cluster whose leader is forced out is led by another; nothing is done twice and no record is lost',
  { timeout: 120_000 },
  async () => {
    const result = await forceTakeovers({
      database: await createDatabase(),
      changes: 9,
      replicas: 2,
      clusters: 3,
      leaseMs: 1_000,
      everyMs: 50,
    })
    expect(result).toMatchObject({ twice: [], lost: [], verdict: { intact: true } })
    expect(result.effects).toBeGreaterThan(9)
  },
)
