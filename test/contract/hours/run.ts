// `npm run ledger-hours -- 10000 [seed]`: so many simulated hours of what a service asks of its ledger, on SQLite, on PostgreSQL and in
// memory side by side. Ends with 1 at the first answer in which they differ; the seed makes the same hours again. Years are lived beside
// each other (`--beside 4`): one waits for a server while another works. With `--into FILE` each year that is over is a line there, and is
// not lived again: what was stopped goes on. `--sum FILE…` adds the lines up.
import { appendFile, readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { keepTemporaryFilesInMemory } from '../../in-memory.ts'
import { whyNoPostgres } from '../../postgres/server.ts'
import { leftOf, piecesOf, readPieces, spellPiece, sumOf, type LivedPiece, type Piece } from './pieces.ts'
import { openPlaces } from './places.ts'
import { HOURS_A_YEAR, LAST_SEED, liveYear } from './year.ts'

const USAGE = `npm run ledger-hours -- [hours [seed]] [--beside 4] [--into FILE] | --sum FILE…; seeds up to ${LAST_SEED}`

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { beside: { type: 'string', default: '4' }, into: { type: 'string' }, sum: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  const { into, sum = false } = values
  const numbers = [...(sum ? [] : positionals), values.beside].map(Number)
  if (
    values.help ||
    (sum ? positionals.length === 0 : positionals.length > 2 || !numbers.every((one) => Number.isInteger(one) && one > 0)) ||
    (!sum && Number(positionals[1] ?? 1) + Number(positionals[0] ?? 1) / HOURS_A_YEAR > LAST_SEED)
  ) {
    say(USAGE)
    return values.help ? 0 : 2
  }
  if (sum) {
    say(sumOf((await Promise.all(positionals.map(readLived))).flat()))
    return 0
  }
  const [hours = 1_000, seed = 1] = positionals.map(Number)
  const before = into === undefined ? [] : await readLived(into)
  await liveAll(leftOf(piecesOf({ hours, seed }), before), { beside: Number(values.beside), into })
  return 0
}

async function readLived(file: string): Promise<readonly LivedPiece[]> {
  const text = await readFile(file, 'utf8').catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT') return ''
    throw fault
  })
  return readPieces(text)
}

async function liveAll(pieces: readonly Piece[], { beside, into }: { beside: number; into: string | undefined }): Promise<void> {
  const why = whyNoPostgres()
  if (why !== undefined) say(`without PostgreSQL: ${why}`)
  const begun = performance.now()
  const lived: LivedPiece[] = []
  const waiting = [...pieces]
  // No power is cut here: what a disk takes longer for is compared nowhere.
  keepTemporaryFilesInMemory()
  await using places = await openPlaces()
  const liveNext = async (): Promise<void> => {
    for (let piece = waiting.shift(); piece; piece = waiting.shift()) {
      const one = { seed: piece.seed, ...(await liveYear({ ...piece, openAll: () => places.openAll() })) }
      lived.push(one)
      if (into !== undefined) await appendFile(into, spellPiece(one))
      const hours = lived.reduce((sum, each) => sum + each.hours, 0)
      say(`${sumOf(lived)}; ${Math.round((hours * 60_000) / (performance.now() - begun))} hours a minute`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(beside, pieces.length) }, liveNext))
}

process.exitCode = await main()
