// `npm run leader-kills`: `kill -9` of the whole leading service at each kind of effect and at each append, see moments.ts, before and
// after it, with another replica beside it on one ledger in PostgreSQL. `npm run leader-kills -- close-revert` does those whose name, or
// story, has that in it; `npm run leader-kills -- 6` the first six; `--at-once 3` tells so many stories side by side. Ends with 1 where
// something was done twice, was lost, or is otherwise at the end than where nobody is killed, or where a moment was not reached.
import { parseArgs } from 'node:util'
import { startPostgres } from '../server.ts'
import { liveWith, type Outcome } from './live.ts'
import { judge, planMoments, tableOf, unreached, type Planned, type Row } from './rows.ts'
import { STORIES, type Story } from './stories.ts'

/** With another timing a leader may have less to do: it is tried so often. */
const TRIES = 3

const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'at-once': { type: 'string', default: '2' } } })
const [part] = positionals
const most = /^\d+$/.test(part ?? '') ? Number(part) : Infinity
const isMeant = ({ story, moment }: Planned): boolean =>
  part === undefined || most < Infinity || `${story.name} ${moment.name}`.includes(part)

await using postgres = await startPostgres(['fsync = on'])
const server = { url: postgres.url(), port: postgres.port }
const begun = performance.now()

const wholes = new Map<Story, Outcome>()
await sideBySide(STORIES, async (story) => {
  const outcome = await liveWith(server, story).catch(failed)
  if (!outcome) return
  wholes.set(story, outcome)
  const wrong = [...outcome.doubles, ...outcome.lost]
  say(`${story.name}, nobody is killed`, wrong, `${outcome.passed.length} moments passed; ${JSON.stringify(outcome.end)}`)
})
const inOrder = new Map([...wholes].toSorted(([a], [b]) => STORIES.indexOf(a) - STORIES.indexOf(b)))
const rows: Row[] = []
const planned = planMoments(inOrder).filter(isMeant).slice(0, most)
await sideBySide(planned, async (one) => void rows.push(await judged(one)))
rows.sort((a, b) => planned.findIndex(isOf(a)) - planned.findIndex(isOf(b)))
const missing = part === undefined ? unreached(rows) : []
if (missing.length > 0) process.exitCode = 1
process.stdout.write(`\n${tableOf(rows)}\n\n`)
for (const name of missing) process.stdout.write(`NOT REACHED ${name}\n`)
const killed = rows.flatMap(({ outcome }) => (outcome?.killedAt ? [outcome] : []))
const doubles = killed.flatMap((outcome) => outcome.doubles).length
const lost = killed.flatMap((outcome) => outcome.lost).length
const took = killed.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)
const at = (share: number): string => ((took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0) / 1_000).toFixed(1)
process.stdout.write(
  `${killed.length} of ${planned.length} kills, ${doubles} double effects, ${lost} lost rows; all done after ${at(0.5)} s (median), ` +
    `${at(1)} s at most; ${Math.round((performance.now() - begun) / 1_000)} s in all\n`,
)

function isOf(row: Row): (one: Planned) => boolean {
  return ({ story, moment }) => story === row.story && moment === row.moment
}

async function judged(one: Planned): Promise<Row> {
  const whole = wholes.get(one.story)
  let outcome: Outcome | undefined
  for (let tries = 0; tries < TRIES && outcome?.killedAt === undefined; tries += 1) {
    outcome = await liveWith(server, one.story, one.moment).catch(failed)
    if (!outcome) break
  }
  const wrong = outcome && whole ? judge(one, outcome, whole.end) : ['it never came about, see above']
  say(`${one.story.name}, ${one.moment.when}: ${one.moment.name}`, wrong, `done after ${((outcome?.tookMs ?? 0) / 1_000).toFixed(1)} s`)
  return { ...one, outcome, wrong }
}

function failed(fault: unknown): undefined {
  process.exitCode = 1
  process.stdout.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
}

function say(name: string, wrong: readonly string[], how: string): void {
  if (wrong.length > 0) process.exitCode = 1
  process.stdout.write(`${name.padEnd(56)} ${wrong.length === 0 ? 'fine' : `BAD: ${wrong.join('; ')}`}  ${how}\n`)
}

/** Works on so many at a time, those first that stand first. */
async function sideBySide<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all]
  const lane = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: Math.max(1, Number(values['at-once'])) }, lane))
}
