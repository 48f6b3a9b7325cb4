// Run as a child process under a file size limit: appends until it is refused, tries once more, and tells.
import { writeSync } from 'node:fs'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'

const [, , path = ''] = process.argv
const ledger = createSqliteLedger({ path, clock: { now: () => 0 } })

async function refusal(key: string): Promise<unknown> {
  try {
    await ledger.append([releaseEntry(aRelease({ key, images: ['x'.repeat(10_000)] }))])
    return undefined
  } catch (fault) {
    if (!(fault instanceof KedgeError)) throw fault
    return { code: fault.code, retryable: fault.retryable, what: fault.message }
  }
}

let acked = 0
let first = await refusal('r0')
while (first === undefined) {
  acked += 1
  first = await refusal(`r${acked}`)
}
writeSync(1, JSON.stringify({ acked, first, second: await refusal('again') }))
