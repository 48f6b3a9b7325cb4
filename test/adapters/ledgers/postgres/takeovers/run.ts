// `npm run takeovers -- 1000`: so many forced changes of the leader of a cluster, with the lease that is set by default. Ends with 1 where
// an effect was done twice, an acknowledged record is lost, one in a hundred clusters has no leader for more than ten seconds, or nothing
// was done for one of them for more than a minute. "Acted again": until another has done an effect for that cluster. For 45 of them one is
// asked for every second and a half, more than three replicas can write down on a small machine: what is above "led again" is that queue.
import { readAddress } from '../../../../../src/adapters/ledgers/postgres/address.ts'
import { createSystemClock } from '../../../../../src/adapters/system/clock.ts'
import { startPostgres } from '../../../../postgres/server.ts'
import { forceTakeovers } from './takeovers.ts'

const changes = Number(process.argv[2] ?? 100)
const begun = performance.now()
await using server = await startPostgres(['fsync = on'])
const address = readAddress(server.url(), undefined)
if ('wrong' in address) throw new Error(address.wrong)
const times = { connectTimeoutMs: 5_000, statementTimeoutMs: 5_000, leaseMs: 6_000 }
const options = { address, ...times, poolSize: 5, holder: 'run', clock: createSystemClock(), random: Math.random }
const result = await forceTakeovers({
  changes,
  replicas: 3,
  clusters: 45,
  leaseMs: 6_000,
  everyMs: 1_500,
  database: { url: server.url(), options },
  onForced: (done) => process.stdout.write(`${done} changes after ${Math.round((performance.now() - begun) / 1_000)} s\n`),
})
const at = (times: readonly number[], part: number): number =>
  Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0)
const told = (times: readonly number[]): string => `p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms, longest ${at(times, 1)} ms`
const chain = result.verdict.intact ? 'intact' : 'BROKEN'
const found = `${result.twice.length} effects done twice, ${result.lost.length} records lost, chain ${chain}`
process.stdout.write(`${result.changes} changes of leader, ${result.effects} effects: ${found}\n`)
process.stdout.write(`led again ${told(result.led)}; acted again ${told(result.took)}\n`)
for (const line of [...result.twice, ...result.lost].slice(0, 20)) process.stdout.write(`${line}\n`)
const isLate = at(result.led, 0.99) > 10_000 || at(result.took, 1) > 60_000
if (result.twice.length + result.lost.length > 0 || !result.verdict.intact || isLate) process.exitCode = 1
