// Run as a child process: appends until it is killed or refused, and says which appends returned. With `shared`, as one of several
// replicas.
import { writeSync } from 'node:fs'
import { readAddress } from '../../../../src/adapters/ledgers/postgres/address.ts'
import { openPostgresLedger, openSharedPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createSystemClock } from '../../../../src/adapters/system/clock.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import type { LeaderElection, Within } from '../../../../src/ports/leader-election.ts'
import type { LedgerEntry } from '../../../../src/ports/ledger.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from '../../../contract/ledger-documents.ts'

const [, , url = '', round = '', mode = ''] = process.argv
const address = readAddress(url, undefined)
if ('wrong' in address) throw new Error(address.wrong)
const times = { connectTimeoutMs: 5_000, statementTimeoutMs: 5_000, leaseMs: 500 }
const options = { address, ...times, poolSize: 4, holder: round, clock: createSystemClock(), random: Math.random }
const ledger = mode === 'shared' ? await openSharedPostgresLedger(options) : await openPostgresLedger(options)
const within = ledger.election ? await lead(ledger.election) : <T>(work: () => Promise<T>): Promise<T> => work()

/** Once it leads the one cluster that there is. */
async function lead(election: LeaderElection): Promise<Within> {
  const gained = Promise.withResolvers<Within>()
  await election.follow(undefined, () => undefined)
  election.campaign(['east'], {
    gained: (_name, right) => gained.resolve(right),
    lost: async () => undefined,
    left: () => [],
    outdated: () => undefined,
  })
  return gained.promise
}

/** False where others came first: nothing is decided here, so the same is tried again. */
async function isAppended(entries: readonly LedgerEntry[]): Promise<boolean> {
  try {
    await within(() => ledger.append(entries))
    return true
  } catch (fault) {
    if (fault instanceof KedgeError && fault.code === 'E_LEDGER_BEHIND') return false
    throw fault
  }
}

async function appendOne(key: string): Promise<void> {
  const entries = [releaseEntry(aRelease({ key })), effectEntry(anEffect({ key }))]
  while (!(await isAppended(entries))) continue
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
