import { z } from 'zod'
import { ok } from '../../../ports/finding.ts'
import type { LedgerManifest } from '../../../ports/manifest.ts'
import type { MemoryLedger } from './memory-ledger.ts'

const config = z.strictObject({ name: z.string().min(1).default('memory').describe('What it is called in messages.') })

/** A ledger that is forgotten with the process, as a vendor: what is written is in `ledger`. For tests of what any store gets. */
export function memoryLedger(ledger: MemoryLedger): LedgerManifest<z.output<typeof config>, 'none'> {
  return {
    id: 'memory',
    name: 'Memory',
    config,
    located: (options) => options,
    credential: () => 'none',
    secretsIn: () => [],
    placeOf: ({ name }) => name,
    open: async () => ledger,
    openToRead: async () => ledger,
    examine: async ({ name }) => ok('ledger', `${name} is kept in memory`),
  }
}
