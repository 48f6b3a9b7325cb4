import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { SqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'

/** A process that appends to a ledger until it is killed. */
export const WRITER = new URL('append-forever.ts', import.meta.url).pathname

export interface Kill {
  /** In the names of what is appended. */
  round: number
  /** After so many appends that returned. 0: while the ledger is opened. */
  acks: number
  /** So long after that, in milliseconds: the process goes on meanwhile. */
  delayMs?: number
  /** Where the process is in one file. */
  program?: string
}

/**
 * Lets a process append to a ledger, in groups of one to seven, and kills it with SIGKILL.
 * @returns every append that returned. Each has written a release and an effect of its key
 */
export async function killWriter(path: string, { round, acks, delayMs = 0, program = WRITER }: Kill): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, path, String(round), 'say'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (said.length !== acks + 1) continue
    // No timer is as fine as a commit.
    for (const end = performance.now() + delayMs; performance.now() < end;);
    child.kill('SIGKILL')
  }
  const [code, signal] = (await exited) as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself, with ${String(code)}`)
  return said.slice(1)
}

/** Which of these appends are not in the ledger, whole; and of which there is only a half. */
export async function lostOf(ledger: SqliteLedger, acked: readonly string[]): Promise<readonly string[]> {
  const keysOf = async (kind: 'release' | 'effect'): Promise<ReadonlySet<string>> =>
    new Set((await ledger.load(kind, { limit: 1_000_000 })).map(({ key }) => key))
  const releases = await keysOf('release')
  const effects = await keysOf('effect')
  const isWhole = (key: string): boolean => releases.has(key) && effects.has(key)
  return [...new Set([...acked, ...releases, ...effects])].filter((key) => !isWhole(key))
}
