import { existsSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { ERRORS, KedgeError, type ErrorCode } from '../../../domain/errors.ts'
import { realPath } from './files.ts'
import { MIGRATIONS } from './migrations/index.ts'

/** As text: a file of its own would be one more of the build. What it opens is the ledger itself, by its own rules. */
const OPEN = `
const { parentPort, workerData } = require('node:worker_threads')
const { ledger, path } = workerData
import(ledger)
  .then(({ createSqliteLedger }) => createSqliteLedger({ path, clock: { now: () => 0 }, arePagesSound: true }).close())
  .then(
    () => parentPort.postMessage({}),
    ({ code, what, message, retryable }) => parentPort.postMessage({ fault: { code, what: what ?? message, retryable } }),
  )
`

/** Of a log that is folded in within some hundredths of a second. */
const SMALL_LOG_BYTES = 16_777_216

interface Fault {
  code?: string
  what: string
  retryable?: boolean
}

/**
 * Does what may take long before a ledger opens in a thread of its own, so that others get their turns: an older schema is brought up to
 * date, which makes indices of all that is there, and a long log that a killed process has left is folded in. Nothing where there is
 * neither. To be asked for where the pages were found sound.
 * @throws KedgeError E_LEDGER_*, as `createSqliteLedger`
 */
export async function openAside(named: string): Promise<void> {
  const path = realPath(named)
  if (!takesLong(path)) return
  const { promise, resolve } = Promise.withResolvers<{ fault?: Fault }>()
  const ledger = new URL(`./sqlite-ledger${extname(import.meta.url)}`, import.meta.url).href
  const worker = new Worker(OPEN, { eval: true, workerData: { ledger, path } })
  worker.once('message', resolve)
  worker.once('error', () => resolve({}))
  worker.once('exit', () => resolve({}))
  const { fault } = await promise
  const known = fault && told(fault)
  if (known) throw known
}

function takesLong(path: string): boolean {
  if (!existsSync(path)) return false
  if ((statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > SMALL_LOG_BYTES) return true
  try {
    using database = new DatabaseSync(path, { readOnly: true, timeout: 0 })
    const schema = database.prepare(`SELECT value FROM meta WHERE name = 'schema'`).get()?.['value']
    return typeof schema === 'number' && schema < MIGRATIONS.length
  } catch {
    // Whoever opens it says what it is.
    return false
  }
}

/** What has no code of ours is a fault of the thread: whoever opens the ledger next does all of it, or says what is wrong. */
function told({ code, what, retryable = false }: Fault): KedgeError | undefined {
  return code !== undefined && Object.hasOwn(ERRORS, code) ? new KedgeError(code as ErrorCode, what, { retryable }) : undefined
}
