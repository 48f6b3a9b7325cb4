// `npm run kills -- 10000 [seed]`: so many `kill -9` of a process that appends to a ledger. After each the chain is walked, and every
// append that returned is looked for. Ends with 1 at the first one that is lost. `--beside 2`: so many ledgers at one time.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { rolldown } from 'rolldown'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createRandom, seedOf, type Random } from '../../../histories/random.ts'
import { keepTemporaryFilesInMemory } from '../../../in-memory.ts'
import { killWriter, lostOf, WRITER, type Kill } from './kill-writer.ts'
import { remainsOf } from './remains.ts'
import { tempFolder } from './temp.ts'

/** Kills on one file: what it holds is read after each of them. */
const ON_ONE_FILE = 10

/** What was seen, summed up. */
interface Seen {
  kills: number
  /** Appends that returned. */
  acked: number
  /** Appends that are there, though the process was killed before it said so. */
  unsaid: number
  /** Kills while the ledger was opened. */
  opening: number
  /** Kills that have left the beginning of a transaction in the log. */
  cutOff: number
  /** Kills while the log was folded into the file. */
  folding: number
}

/** Appends between two folds of the log into the file, about. */
const APPENDS_A_FOLD = 90

/** Moments of all kinds: while it is opened, soon after, and about when the log is folded in. */
function kindOfKill(random: Random): Pick<Kill, 'acks' | 'delayMs'> {
  const kind = random.whole(16)
  if (kind === 0) return { acks: 0, delayMs: random.next() * 20 }
  if (kind < 3) return { acks: APPENDS_A_FOLD + random.between(-10, 5), delayMs: random.next() }
  return { acks: random.between(1, 16), delayMs: random.next() * 3 }
}

/** @throws Error for an append that returned and is lost, or one of which there is a half, or a chain that is broken */
async function killOnOneFile(seen: Seen, { seed, kills, program }: { seed: number; kills: number; program: string }): Promise<void> {
  using folder = tempFolder()
  const random = createRandom(seed)
  const path = folder.file('ledger.db')
  const acked: string[] = []
  let records = 0
  for (let round = 0; round < kills; round += 1) {
    const kill = { round, ...kindOfKill(random), program }
    const said = await killWriter(path, kill)
    acked.push(...said)
    const remains = remainsOf(path)
    await using ledger = createSqliteLedger({ path, clock: { now: () => 0 } })
    const lost = await lostOf(ledger, acked)
    if (lost.length > 0) throw new Error(`seed ${seed}, round ${round}: lost ${lost.join(', ')}`)
    const verdict = await ledger.verify()
    if (!verdict.intact) throw new Error(`seed ${seed}, round ${round}: broken at record ${verdict.sequence}: ${verdict.what}`)
    seen.kills += 1
    seen.acked += said.length
    seen.unsaid += (verdict.records - records) / 2 - said.length
    seen.opening += Number(kill.acks === 0)
    seen.cutOff += Number(remains.isCutOff)
    seen.folding += Number(remains.isFolding)
    records = verdict.records
  }
}

/** The writer and all that it imports in one file: a start from a hundred files costs five times as much. */
async function bundleWriter(folder: string): Promise<string> {
  const program = join(folder, 'append-forever.mjs')
  await using bundle = await rolldown({ input: WRITER, platform: 'node', logLevel: 'silent' })
  await bundle.write({ file: program, format: 'esm', codeSplitting: false })
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled')
  return program
}

function spell({ kills, acked, unsaid, opening, cutOff, folding }: Seen): string {
  const where = `${opening} while it was opened, ${folding} amid a fold, ${cutOff} amid a write to the log`
  return `${kills} kills (${where}), ${acked} acknowledged appends, 0 lost, ${unsaid} kept unsaid`
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { beside: { type: 'string', default: '2' } } })
  const [kills = 100, seed = 1] = positionals.map(Number)
  // A killed process loses nothing that it has handed to the kernel, on a disk or not.
  keepTemporaryFilesInMemory()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-kills-'))
  const program = await bundleWriter(folder)
  const begun = performance.now()
  const seen: Seen = { kills: 0, acked: 0, unsaid: 0, opening: 0, cutOff: 0, folding: 0 }
  const files = Array.from({ length: Math.ceil(kills / ON_ONE_FILE) }, (_, file) => file)
  const killNext = async (): Promise<void> => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      await killOnOneFile(seen, { seed: seedOf(seed, file), kills: Math.min(ON_ONE_FILE, kills - file * ON_ONE_FILE), program })
      process.stdout.write(`${spell(seen)}; ${Math.round((seen.kills * 60_000) / (performance.now() - begun))} kills a minute\n`)
    }
  }
  try {
    await Promise.all(Array.from({ length: Number(values.beside) }, killNext))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
