import { accessSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
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
  async open({ path }, _credential, site) {
    makeFolder(path)
    const [{ createSqliteLedger }, { arePagesSound }, { openAside }] = await Promise.all([
      import('./sqlite-ledger.ts'),
      import('./pages-aside.ts'),
      import('./open-aside.ts'),
    ])
    const sound = await arePagesSound(path)
    await using stack = new AsyncDisposableStack()
    const opened = await patiently(site, async () => {
      if (sound) await openAside(path)
      return createSqliteLedger({ path, clock: site, arePagesSound: sound })
    })
    const ledger = stack.use(opened)
    await ledger.nameOlder()
    stack.move()
    return ledger
  },
  async openToRead({ path }) {
    accessSync(path)
    const { createSqliteLedger } = await import('./sqlite-ledger.ts')
    return createSqliteLedger({ path, clock: { now: () => 0 }, readOnly: true })
  },
  async beginAnew({ path }, anew) {
    makeFolder(path)
    const { beginAnew } = await import('./anew.ts')
    return beginAnew({ path, ...anew })
  },
  async examine(options, _credential, look) {
    const { examineLedger } = await import('./doctor.ts')
    return examineLedger(options.path, look)
  },
}

/** Somebody may hold the database for a moment. SQLite's own wait would stand in the loop, and probes with it. */
async function patiently<T>(clock: Pick<Clock, 'after'>, open: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await open()
    } catch (fault) {
      if (left === 0 || !(fault instanceof KedgeError) || fault.code !== 'E_LEDGER_OPEN' || !fault.retryable) throw fault
      await new Promise<void>((resolve) => void clock.after(AGAIN_MS, resolve))
    }
  }
}

const TRIES = 50
const AGAIN_MS = 100

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new KedgeError('E_LEDGER_OPEN', `the folder of ledger ${path} cannot be made: ${cause instanceof Error ? cause.message : ''}`, {
      cause,
    })
  }
}
