import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that goes with the test. */
export function tempFolder(): Disposable & { path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'kedge-ledger-'))
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** Counts from 10,000 by one a call. */
export function countingClock(): { now(): number } {
  let time = 10_000
  return { now: () => time++ }
}
