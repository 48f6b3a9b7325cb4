// Run as a child process: appends until it is killed or refused, and says which appends returned.
import { writeSync } from 'node:fs'
import { readAddress } from '../../../../src/adapters/ledgers/postgres/address.ts'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createSystemClock } from '../../../../src/adapters/system/clock.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from '../../../contract/ledger-documents.ts'

const [, , url = '', round = ''] = process.argv
const address = readAddress(url, undefined)
if ('wrong' in address) throw new Error(address.wrong)
const times = { connectTimeoutMs: 5_000, statementTimeoutMs: 5_000, leaseMs: 500 }
const ledger = await openPostgresLedger({ address, ...times, poolSize: 4, holder: round, clock: createSystemClock(), random: Math.random })

async function appendOne(key: string): Promise<void> {
  await ledger.append([releaseEntry(aRelease({ key })), effectEntry(anEffect({ key }))])
  writeSync(1, `${key}\n`)
}

try {
  for (let turn = 0; ; turn += 1) {
    await Promise.all(Array.from({ length: 1 + (turn % 7) }, (_, index) => appendOne(`${round}-${turn}-${index}`)))
  }
} catch (fault) {
  if (!(fault instanceof KedgeError)) throw fault
  writeSync(1, `${fault.code}\n`)
  process.exit(0)
}
