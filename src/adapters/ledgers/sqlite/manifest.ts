import { accessSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import type { LedgerManifest } from '../../../ports/manifest.ts'

const config = z.strictObject({
  path: z.string().min(1).max(4_096).default('.kedge/ledger.db').describe('File on a local disk or block volume, never NFS.'),
})

type Options = z.output<typeof config>

/** One file of SQLite, for one writer. */
export const sqlite: LedgerManifest<Options, 'none'> = {
  id: 'sqlite',
  name: 'SQLite',
  config,
  located: ({ path }, absolute) => ({ path: absolute(path) }),
  credential: () => 'none',
  secretsIn: () => [],
  placeOf: ({ path }) => path,
  async open({ path }, _credential, { now }) {
    makeFolder(path)
    const [{ createSqliteLedger }, { arePagesSound }] = await Promise.all([import('./sqlite-ledger.ts'), import('./pages-aside.ts')])
    return createSqliteLedger({ path, clock: { now }, arePagesSound: await arePagesSound(path) })
  },
  async openToRead({ path }) {
    accessSync(path)
    const { createSqliteLedger } = await import('./sqlite-ledger.ts')
    return createSqliteLedger({ path, clock: { now: () => 0 }, readOnly: true })
  },
  async setAside({ path }, at) {
    const { lockForWriting } = await import('./database.ts')
    using _lock = lockForWriting(path)
    const aside = `${path}.${new Date(at).toISOString().replace(/[:.]/g, '')}`
    renameSync(path, aside)
    return aside
  },
  async examine(options, _credential, look) {
    const { examineLedger } = await import('./doctor.ts')
    return examineLedger(options.path, look)
  },
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new KedgeError('E_LEDGER_OPEN', `the folder of ledger ${path} cannot be made: ${cause instanceof Error ? cause.message : ''}`, {
      cause,
    })
  }
}
