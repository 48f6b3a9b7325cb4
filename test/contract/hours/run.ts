// `npm run ledger-hours -- 10000 [seed]`: so many simulated hours of what a service asks of its ledger, on SQLite, on PostgreSQL and in
// memory side by side. Ends with 1 at the first answer in which they differ; the seed makes the same hours again.
import { whyNoPostgres } from '../../postgres/server.ts'
import { openPlaces } from './places.ts'
import { liveYear, HOURS_A_YEAR } from './year.ts'

const hours = Number(process.argv[2] ?? 1_000)
const seed = Number(process.argv[3] ?? 1)
const why = whyNoPostgres()
if (why !== undefined) process.stdout.write(`without PostgreSQL: ${why}\n`)
const begun = performance.now()
let [done, appends, answers] = [0, 0, 0]
await using places = await openPlaces()
for (let year = 0; done < hours; year += 1) {
  const lived = await liveYear({ seed: seed + year, hours: Math.min(HOURS_A_YEAR, hours - done), openAll: () => places.openAll() })
  done += lived.hours
  appends += lived.appends
  answers += lived.answers
  const minutes = (performance.now() - begun) / 60_000
  const told = `${done} hours (seed ${seed + year}), ${appends} appends, ${answers} answers compared, all the same`
  process.stdout.write(`${told}; ${Math.round(done / minutes)} hours a minute\n`)
}
