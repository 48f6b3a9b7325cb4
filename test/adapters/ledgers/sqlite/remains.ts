import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** What a killed process has left of a ledger. */
export interface Remains {
  /** The log was being folded into the file: it says that it needs the log. */
  isFolding: boolean
  /** The log ends amid a transaction. */
  isCutOff: boolean
}

/** Looks at copies: whoever opens the ledger next finds it as it was left. */
export function remainsOf(path: string): Remains {
  return { isFolding: needsLog(path), isCutOff: existsSync(`${path}-wal`) && endsAmidTransaction(readFileSync(`${path}-wal`)) }
}

function needsLog(path: string): boolean {
  const copy = `${path}.copy`
  const ends = ['', '-wal'].filter((end) => existsSync(path + end))
  for (const end of ends) copyFileSync(path + end, copy + end)
  try {
    using database = new DatabaseSync(copy)
    if (!database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'meta'`).get()) return false
    return database.prepare(`SELECT 1 FROM meta WHERE name = 'needs_log' AND value = 1`).get() !== undefined
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true })
  }
}

const HEADER = 32
const FRAME_HEADER = 24

/** The newest has the salts of the header; a commit says how many pages there are (https://www.sqlite.org/fileformat.html#walformat). */
function endsAmidTransaction(log: Buffer): boolean {
  if (log.length < HEADER) return log.length > 0
  const frame = FRAME_HEADER + log.readUInt32BE(8)
  const salts = log.subarray(16, 24)
  let isCommit = true
  let at = HEADER
  for (; at + FRAME_HEADER <= log.length && log.subarray(at + 8, at + 16).equals(salts); at += frame)
    isCommit = log.readUInt32BE(at + 4) > 0
  return !isCommit || at > log.length
}
