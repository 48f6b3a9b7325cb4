import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** All tests together had a few hundred MB there at one time. A container often has 64. */
const ENOUGH_BYTES = 2 ** 31

/**
 * From now on what this process and its children make in the temporary folder lies in memory, where the machine has room there, and is gone
 * with the process: tests make thousands of small files, and each costs a disk ten times as much. Changes nothing elsewhere.
 */
export function keepTemporaryFilesInMemory(): void {
  if (!isRoomy()) return
  const folder = mkdtempSync(join(MEMORY, 'kedge-tests-'))
  // Servers that refuse to run as root reach their own folders through it.
  chmodSync(folder, 0o755)
  process.env['TMPDIR'] = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
}

/** A file system in memory that programs may be started from, as some tests do with theirs. */
function isRoomy(): boolean {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[1] === MEMORY)
    const { bavail, bsize } = statfsSync(MEMORY)
    return mount !== undefined && !/\bnoexec\b/.test(mount) && bavail * bsize >= ENOUGH_BYTES
  } catch {
    return false
  }
}
