// `npm run leader-kills`: `kill -9` of the whole leading service at each of its calls outside, before and after it has its effect, with
// another replica beside it on one ledger in PostgreSQL. `npm run leader-kills -- 3` does the first three calls. Ends with 1 where
// something was done twice, or not at all.
import { startPostgres } from '../server.ts'
import { liveWith, type Moment, type Outcome } from './live.ts'

const most = Number(process.argv[2] ?? Infinity)
await using server = await startPostgres(['fsync = on'])
const { calls } = await told('nobody is killed', undefined)
const moments = calls.slice(0, most).flatMap((call, index) => [
  { name: `before ${call} (${index + 1})`, moment: { at: index + 1, when: 'before' } as const },
  { name: `after ${call} (${index + 1})`, moment: { at: index + 1, when: 'after' } as const },
])
const took: number[] = []
for (const { name, moment } of moments) {
  const { wasKilled, tookMs } = await told(name, moment)
  if (wasKilled) took.push(tookMs)
}
process.stdout.write(
  `${took.length} of ${moments.length} moments killed; all done after ${(Math.max(...took, 0) / 1_000).toFixed(1)} s at most\n`,
)

async function told(name: string, moment: Moment | undefined): Promise<Outcome> {
  const outcome = await liveWith(server.url(), moment).catch((fault: unknown): Outcome => ({
    calls: [],
    wasKilled: false,
    tookMs: 0,
    wrong: [String(fault)],
  }))
  const { wasKilled, wrong, tookMs } = outcome
  // With another timing the leader may have less to call: that is told, and is no fault.
  const how = moment && !wasKilled ? 'not reached' : `done after ${(tookMs / 1_000).toFixed(1)} s`
  if (wrong.length > 0) process.exitCode = 1
  process.stdout.write(`${name.padEnd(28)} ${wrong.length === 0 ? 'fine' : `BAD: ${wrong.join('; ')}`}  ${how}\n`)
  return outcome
}
