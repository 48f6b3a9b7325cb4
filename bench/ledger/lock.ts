// `npm run bench:lock -- 60`: `/readyz` of `kedge serve` while another process holds its SQLite ledger for so many seconds and deliveries
// come that have to be written down. Ends with 1 where an answer took longer than the goal, or a delivery was lost. `--short`: that all of
// it runs and nothing is lost, and no figures.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setInterval, setTimeout } from 'node:timers/promises'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import { runShort } from '../short.ts'
import { FULL, SHORT, type Sizes } from '../sizes.ts'
import { askRegularly, spellAnswers, type Answers } from './ask.ts'
import { startServing, type Serving } from './serving.ts'

const GOAL_MS = 200
const ASKED_A_SECOND = 20
const DELIVERIES_A_SECOND = 10
const ACCEPTED = 202

interface Deliveries {
  kept: number
  /** Those that were answered that they were not kept: their sender brings them again. */
  refused: string[]
}

const isWithin = ({ ms, unanswered }: Answers): boolean => unanswered === 0 && Math.max(...ms) <= GOAL_MS

async function bring(serving: Serving, application: string, seen: Deliveries): Promise<void> {
  if ((await serving.deliver(application)) === ACCEPTED) seen.kept += 1
  else seen.refused.push(application)
}

/** Deliveries and questions for so many seconds. Some deliveries may not be answered by then. */
async function measure(
  serving: Serving,
  what: string,
  seconds: number,
): Promise<Deliveries & { answers: Answers; left: Promise<unknown> }> {
  const seen: Deliveries = { kept: 0, refused: [] }
  const asking = askRegularly(`${serving.apiUrl}/readyz`, ASKED_A_SECOND)
  const brought: Promise<void>[] = []
  const end = performance.now() + seconds * 1_000
  for await (const _ of setInterval(1_000 / DELIVERIES_A_SECOND)) {
    if (performance.now() > end) break
    brought.push(bring(serving, `${what}-${brought.length}`, seen))
  }
  const answers = await asking.stop()
  return Object.assign(seen, { answers, left: Promise.all(brought) })
}

/** @returns whether what the ledger holds is what was acknowledged, each once, and its chain is intact */
async function isAllThere(path: string, kept: number, print: Print): Promise<boolean> {
  await using ledger = createSqliteLedger({ path, clock: createSystemClock() })
  const { intact } = await ledger.verify()
  using file = new DatabaseSync(path, { readOnly: true })
  const held = Number(file.prepare('SELECT count(*) AS held FROM inbox').get()?.['held'])
  print(`deliveries: ${kept} acknowledged, ${held} in the ledger; its chain is ${intact ? 'intact' : 'BROKEN'}`)
  return intact && held === kept
}

type Print = (line: string) => void

/** First without the lock, to tell a busy machine from a loop that stands still. */
async function compare({ freeSeconds, heldSeconds }: Sizes['lock'], print: Print): Promise<{ isFast: boolean; isKept: boolean }> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-lock-'))
  try {
    const path = join(folder, 'ledger.db')
    await using serving = await startServing(folder, '{ path: ledger.db }')
    await serving.started
    while ((await fetch(`${serving.apiUrl}/readyz`)).status !== 200) await setTimeout(100)
    const free = await measure(serving, 'free', freeSeconds)
    await free.left
    print(`free for ${freeSeconds} s: ${spellAnswers(free.answers, GOAL_MS)}`)
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const held = await measure(serving, 'held', heldSeconds)
    const keptMeanwhile = held.kept
    other.exec('ROLLBACK')
    other.close()
    await held.left
    const refused = held.refused.splice(0)
    await Promise.all(refused.map((application) => bring(serving, application, held)))
    print(`held for ${heldSeconds} s: ${spellAnswers(held.answers, GOAL_MS)}`)
    print(`deliveries while it was held: ${keptMeanwhile} kept, ${refused.length} refused; once it was free, ${held.kept} were kept`)
    const code = await serving.end()
    if (code !== 0) print(`the service has ended with ${code}`)
    const isKept = (await isAllThere(path, free.kept + held.kept, print)) && held.refused.length === 0 && code === 0
    return { isFast: isWithin(held.answers), isKept }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function run(args: readonly string[]): Promise<number> {
  const print: Print = (line) => void process.stdout.write(`${line}\n`)
  if (args.includes('--short')) return await runShort('lock', shortly, print)
  const { isFast, isKept } = await compare({ ...FULL.lock, heldSeconds: Number(args[0] ?? FULL.lock.heldSeconds) }, print)
  return isFast && isKept ? 0 : 1
}

async function shortly(): Promise<{ rows: number }> {
  const said: string[] = []
  const { isKept } = await compare(SHORT.lock, (line) => said.push(line))
  if (!isKept) throw new Error(said.join('\n'))
  return { rows: said.length }
}

process.exitCode = await run(process.argv.slice(2))
