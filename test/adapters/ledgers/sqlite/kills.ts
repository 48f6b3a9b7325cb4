// `npm run kills -- 10000`: so many `kill -9` of a process that appends to a ledger. Ends with 1 at the first append that returned and
// is lost.
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { killWriter, lostOf } from './kill-writer.ts'
import { tempFolder } from './temp.ts'

/** Kills on one file; its whole chain is walked at the end of them. */
const ON_ONE_FILE = 100

/** @returns how many appends returned; none of them is lost @throws Error for one that is */
async function killOnOneFile(from: number, to: number): Promise<number> {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  const all: string[] = []
  for (let round = from; round < to; round += 1) {
    const acked = await killWriter(path, round)
    all.push(...acked)
    await using ledger = createSqliteLedger({ path, clock: { now: () => 0 } })
    const isLast = round === to - 1
    const lost = await lostOf(ledger, isLast ? all : acked)
    if (lost.length > 0) throw new Error(`round ${round}: lost ${lost.join(', ')}`)
    const verdict = isLast ? await ledger.verify() : undefined
    if (verdict && !verdict.intact) throw new Error(`round ${round}: broken at record ${verdict.sequence}: ${verdict.what}`)
  }
  return all.length
}

const kills = Number(process.argv[2] ?? 100)
const begun = performance.now()
let acked = 0
for (let done = 0; done < kills; done += ON_ONE_FILE) {
  acked += await killOnOneFile(done, Math.min(done + ON_ONE_FILE, kills))
  const minutes = (performance.now() - begun) / 60_000
  const killed = Math.min(done + ON_ONE_FILE, kills)
  process.stdout.write(`${killed} kills, ${acked} acknowledged appends, 0 lost; ${Math.round(killed / minutes)} kills a minute\n`)
}
