import { chmodSync, closeSync, existsSync, openSync, realpathSync, statSync, type BigIntStats } from 'node:fs'
import { KedgeError } from '../../../domain/errors.ts'

const PRIVATE = 0o600
/** What SQLite keeps beside the file gets its mode from it, but only when it is made. */
const BESIDE = ['', '-wal', '-shm', '.lock'] as const

/**
 * The file itself, behind links: SQLite keeps its log beside that. One that is not there yet is taken as it is named.
 */
export function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}

/**
 * Makes the file where there is none, and keeps what is there of it from everybody but its owner, whatever the folder allows. One that is
 * there is never opened: closing it would drop the locks of this process on it.
 */
export function makePrivate(path: string): void {
  for (const file of [path, `${path}.lock`]) if (!existsSync(file)) closeSync(openSync(file, 'a', PRIVATE))
  for (const file of BESIDE.map((end) => path + end).filter((each) => existsSync(each))) {
    const { mode } = statSync(file)
    // Somebody else's file can be used, and not be closed to others.
    if ((mode & 0o077) !== 0) attempt(() => chmodSync(file, PRIVATE))
  }
}

function attempt(change: () => void): void {
  try {
    change()
  } catch (fault) {
    if (!(fault instanceof Error && 'code' in fault && fault.code === 'EPERM')) throw fault
  }
}

/**
 * Looks whether the ledger and its log are still the files that were opened. SQLite goes on writing to files that nobody can find any more.
 * @returns what is to be told once they are not
 */
export function watchFiles(path: string): () => KedgeError | undefined {
  const files = [path, `${path}-wal`].map((file) => ({ file, was: identity(file) }))
  return () => {
    const gone = files.find(({ file, was }) => was !== undefined && identity(file) !== was)
    if (!gone) return undefined
    const how = identity(gone.file) === undefined ? 'was removed' : 'was replaced by another file'
    return new KedgeError('E_LEDGER_LOST', `${gone.file} ${how} while it was written to`)
  }
}

function identity(file: string): string | undefined {
  const stats: BigIntStats | undefined = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}
