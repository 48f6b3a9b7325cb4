import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { SqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'

const CHILD = new URL('append-forever.ts', import.meta.url).pathname

/**
 * Lets a process append to a ledger and kills it with SIGKILL, each round at another place in its loop of groups of one to seven.
 * @returns every append that returned. Each has written a release and an effect of its key
 */
export async function killWriter(path: string, round: number): Promise<readonly string[]> {
  // Primes spread the kill over different places.
  const acks = 1 + ((round * 37) % 101)
  const child = spawn(process.execPath, [CHILD, path, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const acked: string[] = []
  for await (const key of createInterface({ input: child.stdout })) {
    acked.push(key)
    if (acked.length === acks) child.kill('SIGKILL')
  }
  const [code, signal] = (await exited) as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself, with ${String(code)}`)
  return acked
}

/** Which of these appends are not in the ledger, whole. */
export async function lostOf(ledger: SqliteLedger, acked: readonly string[]): Promise<readonly string[]> {
  const lost: string[] = []
  for (const key of acked) {
    const release = await ledger.load('release', { key, limit: 1 })
    const effect = await ledger.load('effect', { key, limit: 1 })
    if (release.length + effect.length < 2) lost.push(key)
  }
  return lost
}
