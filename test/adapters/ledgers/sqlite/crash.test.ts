import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { tempFolder } from './temp.ts'

const CHILD = new URL('append-forever.ts', import.meta.url).pathname
const KILLS = 20

/**
 * Lets a child append until `acks` appends have returned, kills it with SIGKILL, and gives every append that returned.
 */
async function appendUntilKilled(path: string, round: number, acks: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, path, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const acked: string[] = []
  for await (const key of createInterface({ input: child.stdout })) {
    acked.push(key)
    if (acked.length === acks) child.kill('SIGKILL')
  }
  expect(await exited).toEqual([null, 'SIGKILL'])
  return acked
}

it(`every append that returned outlives kill -9, ${KILLS} times on one file`, { timeout: 120_000 }, async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const acked: string[] = []
  for (let round = 0; round < KILLS; round += 1) {
    // Primes spread the kill over different places in the loop of groups of one to seven.
    acked.push(...(await appendUntilKilled(path, round, 1 + ((round * 37) % 101))))
    await using ledger = createSqliteLedger({ path, clock: { now: () => 0 } })
    expect(await ledger.verify()).toMatchObject({ intact: true })
    const releases = new Set((await ledger.load('release', { limit: 1_000_000 })).map(({ key }) => key))
    const effects = new Set((await ledger.load('effect', { open: true, limit: 1_000_000 })).map(({ key }) => key))
    expect(acked.filter((key) => !releases.has(key) || !effects.has(key))).toEqual([])
    expect([...releases].filter((key) => !effects.has(key))).toEqual([])
  }
})
