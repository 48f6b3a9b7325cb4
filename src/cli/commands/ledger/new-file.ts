import { existsSync } from 'node:fs'
import { open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { KedgeError } from '../../../domain/errors.ts'

/** @throws KedgeError E_LEDGER_NOT_EMPTY where there is a file already: nothing is written over it */
export function checkFree(file: string): void {
  if (existsSync(file)) throw new KedgeError('E_LEDGER_NOT_EMPTY', `there is a file already at ${file}, and it was left alone`)
}

/**
 * Writes a file that is there, on the disk, whole or not at all: it has its name only then.
 * @param isWanted looks at what was written, under the name that it is given, and may want none of it
 * @returns whether it was wanted @throws KedgeError E_LEDGER_NOT_EMPTY, E_LEDGER_WRITE, and whatever its lines or `isWanted` throw
 */
export async function writeWhole(
  file: string,
  lines: AsyncIterable<string>,
  isWanted: (part: string) => Promise<boolean>,
): Promise<boolean> {
  checkFree(file)
  const part = `${file}.part`
  try {
    await writeFile(part, lines, { mode: 0o600, flush: true })
    if (!(await isWanted(part))) return false
    checkFree(file)
    await rename(part, file)
    await flushFolder(dirname(file))
    return true
  } catch (cause) {
    if (cause instanceof KedgeError) throw cause
    const what = `${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new KedgeError('E_LEDGER_WRITE', what, { cause, retryable: false })
  } finally {
    await rm(part, { force: true })
  }
}

/** Else the name may be gone after a power cut. */
async function flushFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}
