// Run as a child process that may have few files open: walks a ledger while it has none left, and once it has again.
import { closeSync, openSync } from 'node:fs'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'

const [, , path = ''] = process.argv
const ledger = createSqliteLedger({ path, clock: { now: () => 0 } })
const taking = { take: () => undefined, wanted: () => [] }
const handles: number[] = []
try {
  while (true) handles.push(openSync('/dev/null', 'r'))
} catch (fault) {
  if ((fault as NodeJS.ErrnoException).code !== 'EMFILE') throw fault
}
const told = (fault: unknown) =>
  fault instanceof KedgeError ? { code: fault.code, retryable: fault.retryable, what: fault.what } : { code: String(fault) }
const without = await Promise.all([ledger.verify().catch(told), ledger.resume(taking).catch(told)])
for (const handle of handles) closeSync(handle)
const lost = await Promise.race([ledger.lost.then(told), Promise.resolve(null)])
const again = await ledger.verify()
process.stdout.write(JSON.stringify({ without, lost, again: again.intact }))
await ledger.close()
