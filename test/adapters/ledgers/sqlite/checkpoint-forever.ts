// Run as a child process: opens a ledger as the service does, then appends and raises the checkpoint until it is killed, and says which
// appends returned.
import { writeSync } from 'node:fs'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { resume } from '../../../contract/ledger-checkpoint.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from '../../../contract/ledger-documents.ts'

const [, , path = '', round = ''] = process.argv
const store = createSqliteLedger({ path, clock: { now: () => 0 } })
const { ledger } = await resume(store)
writeSync(1, 'opened\n')

async function appendOne(key: string): Promise<void> {
  await ledger.append([releaseEntry(aRelease({ key })), effectEntry(anEffect({ key }))])
  writeSync(1, `${key}\n`)
}

for (let turn = 0; ; turn += 1) {
  const appends = Array.from({ length: 1 + (turn % 7) }, (_, index) => appendOne(`${round}-${turn}-${index}`))
  await Promise.all([...appends, store.raiseCheckpoint()])
}
