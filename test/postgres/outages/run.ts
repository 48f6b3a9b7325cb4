// `npm run outages -- 20`: lets a release fail while PostgreSQL does, each way for 20 seconds, with the real service before the real
// server, and prints what became of it. Ends with 1 where something was lost, doubled, not told, or took more than a minute to catch up.
// `npm run outages -- 3600 stopped` lives one of them, for an hour; with `--replicas 2` two of the service share the server.
import { parseArgs } from 'node:util'
import { OUTAGES } from './outages.ts'
import { isFine, live } from './stage.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { replicas: { type: 'string', default: '1' } } })
const [seconds = '20', ...only] = positionals
const span = { lastsMs: Number(seconds) * 1_000, replicas: Number(values.replicas) }
for (const outage of OUTAGES) {
  if (only.length > 0 && !only.includes(outage.name)) continue
  const outcome = await live(outage, span).catch((fault: Error) => fault)
  const isGood = !(outcome instanceof Error) && isFine(outage, outcome)
  if (!isGood) process.exitCode = 1
  process.stdout.write(`${outage.name.padEnd(34)} ${isGood ? 'fine' : 'BAD'}  ${describe(outcome)}\n`)
}

function describe(outcome: Awaited<ReturnType<typeof live>> | Error): string {
  if (outcome instanceof Error) return String(outcome)
  const { pulls, cards, records, acknowledged, caughtUpMs, told, broken } = outcome
  const rows = `${records} records, ${acknowledged} acknowledged`
  const what = `${pulls} PR, ${cards} card, ${rows}, caught up in ${(caughtUpMs / 1_000).toFixed(1)} s`
  const said = told.map((one) => one ?? 'NOTHING').join(' | ')
  return `${what}; /readyz: ${said}${broken.length === 0 ? '' : `; BROKEN: ${broken.slice(0, 5).join('; ')}`}`
}
