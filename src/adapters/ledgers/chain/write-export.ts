import { access, open, rename, rm, writeFile } from 'node:fs/promises'
import { KedgeError } from '../../../domain/errors.ts'
import { exportLedger } from './export.ts'

/**
 * Writes the chain as JSON lines to a new file, which only its owner may read. It has its name once it is whole and on the disk: half of a
 * chain would verify, too.
 * @throws KedgeError E_LEDGER_WRITE; also when the file is there already
 */
export async function writeExport(ledger: Parameters<typeof exportLedger>[0], file: string): Promise<void> {
  const part = `${file}.part`
  try {
    if (await isThere(file)) throw backupFault(file, { code: 'EEXIST' })
    await rm(part, { force: true })
    await using handle = await open(part, 'wx', 0o600)
    await writeFile(handle, exportLedger(ledger))
    await handle.sync()
    await rename(part, file)
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined)
    throw cause instanceof KedgeError ? cause : backupFault(file, cause)
  }
}

/** Why no backup was written. */
export function backupFault(file: string, cause: unknown): KedgeError {
  const isTaken = (cause as { code?: unknown } | null)?.code === 'EEXIST'
  const why = isTaken ? 'there is a file of that name already' : cause instanceof Error ? cause.message : String(cause)
  return new KedgeError('E_LEDGER_WRITE', `the backup ${file} cannot be written: ${why}`, { cause, retryable: false })
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
