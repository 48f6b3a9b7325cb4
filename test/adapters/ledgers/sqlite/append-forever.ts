// Run as a child process: appends until it is killed, and says that it opens the ledger, and which appends returned.
import { writeSync } from 'node:fs'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from '../../../contract/ledger-documents.ts'

const [, , path = '', round = '', isAskedToSay = ''] = process.argv
if (isAskedToSay !== '') writeSync(1, 'opening\n')
const ledger = createSqliteLedger({ path, clock: { now: () => 0 } })

async function appendOne(key: string): Promise<void> {
  await ledger.append([releaseEntry(aRelease({ key })), effectEntry(anEffect({ key }))])
  writeSync(1, `${key}\n`)
}

for (let turn = 0; ; turn += 1) {
  await Promise.all(Array.from({ length: 1 + (turn % 7) }, (_, index) => appendOne(`${round}-${turn}-${index}`)))
}
