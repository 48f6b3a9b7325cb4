import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'
import { startProxy } from '../../../postgres/proxy.ts'

const CHILD = new URL('append-forever.ts', import.meta.url).pathname
const KILLS = 10

function spawnChild(url: string, round: number, mode = 'alone'): ChildProcessByStdio<null, Readable, null> {
  const child = spawn(process.execPath, [CHILD, url, String(round), mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

describe.runIf(hasPostgres)('a writer to PostgreSQL', () => {
  it(
    `that is killed, ${KILLS} times on one ledger, leaves every append that returned, and the next one is let in`,
    { timeout: 120_000 },
    async () => {
      const { url, options } = await createDatabase()
      const acked: string[] = []
      for (let round = 0; round < KILLS; round += 1) {
        const child = spawnChild(url, round)
        const exited = once(child, 'exit')
        const before = acked.length
        for await (const key of createInterface({ input: child.stdout })) {
          acked.push(key)
          if (acked.length - before === 1 + ((round * 37) % 53)) child.kill('SIGKILL')
        }
        expect(await exited).toEqual([null, 'SIGKILL'])
      }
      await using ledger = await openPostgresLedger(options)
      expect(await ledger.verify()).toMatchObject({ intact: true })
      const releases = (await ledger.load('release', { limit: 1_000_000 })).map(({ key }) => key)
      const effects = new Set((await ledger.load('effect', { limit: 1_000_000 })).map(({ key }) => key))
      expect(acked.filter((key) => !releases.includes(key) || !effects.has(key))).toEqual([])
      expect(releases.filter((key) => !effects.has(key))).toEqual([])
    },
  )

  it.each([
    ['amid an append', /INTO kedge\.record/, 'alone'],
    ['at its commit', /COMMIT\0/, 'alone'],
    ['amid an append for a cluster that it leads', /INTO kedge\.record/, 'shared'],
    ['at the commit of one', /COMMIT\0/, 'shared'],
  ])('that is stopped %s, beyond its time, bars nobody, and is refused when it is woken', { timeout: 60_000 }, async (_where, at, mode) => {
    const { url, address, options } = await createDatabase()
    await using proxy = await startProxy(address.port)
    const child = spawnChild(proxy.through(url), 1, mode)
    const said: string[] = []
    const exited = once(child, 'exit')
    const lines = createInterface({ input: child.stdout })
    const ended = once(lines, 'close')
    lines.on('line', (line) => said.push(line))
    const stopped = Promise.withResolvers<void>()
    // It holds the row of the leader then, in a transaction that nobody ends.
    let isAmid = false
    proxy.cut = (sent) => {
      isAmid ||= /INTO kedge\.record/.test(sent)
      const isIt = said.length >= 20 && isAmid && at.test(sent)
      // That of a renewal may come between, when nothing of an append is with the server yet.
      isAmid &&= !/COMMIT\0/.test(sent)
      if (!isIt) return undefined
      proxy.cut = () => undefined
      child.kill('SIGSTOP')
      stopped.resolve()
      return at.source.startsWith('COMMIT') ? 'hold' : undefined
    }
    await stopped.promise
    await using ledger = await openPostgresLedger(options)
    await ledger.append([releaseEntry(aRelease({ key: 'after' }))])
    const head = await ledger.head()
    child.kill('SIGCONT')
    await exited
    await ended
    expect(said.at(-1)).toBe('E_LEDGER_FENCED')
    expect(await ledger.head()).toEqual(head)
    expect(await ledger.verify()).toMatchObject({ intact: true })
  })
})
