import { describe } from 'vitest'
import { openPostgresLedger, openSharedPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { describeHeldLedger } from '../../../contract/held-ledger.ts'
import { describeLeaderElection } from '../../../contract/leader-election.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'

describe.runIf(hasPostgres)('PostgreSQL', () => {
  describeHeldLedger('a ledger in PostgreSQL that one has as a whole', async () => {
    const { options, ask } = await createDatabase()
    const ledger = await openPostgresLedger({ ...options, leaseMs: 60_000 })
    return {
      ledger,
      takeAway: async () =>
        void (await ask(`UPDATE kedge.leader SET number = number + 1, holder = 'b', until = now() + interval '1 hour'`)),
      [Symbol.asyncDispose]: () => ledger[Symbol.asyncDispose](),
    }
  })

  describeLeaderElection('the replicas of a ledger in PostgreSQL', async () => {
    const { options } = await createDatabase()
    return {
      async join(holder) {
        const store = await openSharedPostgresLedger({ ...options, holder })
        const { election } = store
        if (!election) throw new Error('it is not shared')
        return { store, election, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
      },
      [Symbol.asyncDispose]: async () => undefined,
    }
  })
})
