import { expect, it } from 'vitest'
import { describeBehindPgBouncer } from './behind-pgbouncer.ts'
import { describeFencing } from './fencing.ts'
import { describeHavingWhole } from './having-whole.ts'
import { describeReplicas } from './replicas.ts'
import { describeRollingOut } from './rolling-out.ts'
import { describeSharing } from './sharing.ts'
import { forceTakeovers } from './takeovers/takeovers.ts'

describeBehindPgBouncer((createBehind) => {
  describeSharing(', behind PgBouncer', createBehind)
  describeRollingOut(', behind PgBouncer', createBehind)
  describeHavingWhole(', behind PgBouncer', createBehind)
  describeFencing(', behind PgBouncer', createBehind)
  describeReplicas(', behind PgBouncer', createBehind)

  it('a cluster whose leader is forced out is led by another; nothing is done twice or lost', { timeout: 120_000 }, async () => {
    const database = await createBehind()
    const result = await forceTakeovers({ database, changes: 6, replicas: 2, clusters: 3, leaseMs: 1_000, everyMs: 50 })
    expect(result).toMatchObject({ twice: [], lost: [], verdict: { intact: true } })
    expect(result.effects).toBeGreaterThan(6)
  })
})
