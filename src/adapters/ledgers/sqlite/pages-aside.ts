import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

/** As text: a file of its own would have another name once it is built. */
const CHECK = `
const { parentPort, workerData } = require('node:worker_threads')
const { DatabaseSync } = require('node:sqlite')
const database = new DatabaseSync(workerData, { readOnly: true })
const { quick_check: verdict } = database.prepare('PRAGMA quick_check(1)').get()
database.close()
parentPort.postMessage(verdict === 'ok')
`

/**
 * Whether SQLite finds every page of the file in order. It takes seconds for a large one and is one statement, so that a thread of its own
 * does it. False also where there is no file, or the thread cannot read it: who opens the ledger then looks once more, and says what is
 * wrong.
 */
export async function arePagesSound(path: string): Promise<boolean> {
  if (!existsSync(path)) return false
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const worker = new Worker(CHECK, { eval: true, workerData: path })
  worker.once('message', (isSound) => resolve(isSound === true))
  worker.once('error', () => resolve(false))
  worker.once('exit', () => resolve(false))
  return promise
}
