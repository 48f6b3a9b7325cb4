import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

const TICKS = 100

/** A thread that holds the database for so many of its own ticks, and counts them where others see it. */
const HOLD = `
const { parentPort, workerData } = require('node:worker_threads')
const { DatabaseSync } = require('node:sqlite')
const { path, ticks, count } = workerData
const database = new DatabaseSync(path)
database.exec('BEGIN IMMEDIATE')
const ticking = setInterval(() => {
  if (Atomics.add(count, 0, 1) + 1 < ticks) return
  clearInterval(ticking)
  database.close()
}, 10)
parentPort.postMessage('held')
`

it('the loop turns while another holds the database and appends wait, and each of them is written once it is free', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append([releaseEntry(aRelease({ key: 'first' }))])
  const count = new Int32Array(new SharedArrayBuffer(4))
  const holder = new Worker(HOLD, { eval: true, workerData: { path, ticks: TICKS, count } })
  const ended = once(holder, 'exit')
  await once(holder, 'message')
  let acknowledged = 0
  const appending = Array.from({ length: 10 }, (_, index) =>
    ledger.append([releaseEntry(aRelease({ key: `r${index}` }))]).then(() => (acknowledged += 1)),
  )
  const seen = new Set<number>()
  for (let tick = 0; tick < TICKS; tick = Atomics.load(count, 0)) {
    seen.add(tick)
    expect(acknowledged).toBe(0)
    await new Promise((resolve) => void setImmediate(resolve))
  }
  // SQLite's own wait would let it see the first of them, and perhaps one more.
  expect(seen.size).toBeGreaterThan(TICKS / 20)
  await Promise.all([...appending, ended])
  expect(await ledger.verify()).toMatchObject({ intact: true, records: 11 })
})
