import { parseArgs } from 'node:util'
import { playAlerts, type PlayedAlerts } from './play.ts'

const USAGE = 'npm run alert-histories -- [--count 100] [--seed 1]'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Plays histories with alerts seed by seed, and prints every PR that an alert opened and that is wrong. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' }, help: { type: 'boolean' } },
  })
  const [count, first] = [Number(values.count), Number(values.seed)]
  if (values.help || !Number.isInteger(count) || !Number.isInteger(first)) {
    say(USAGE)
    return values.help ? 0 : 2
  }
  const began = performance.now()
  const total = { alerts: 0, burns: 0, told: 0, flagBurns: 0, flagsTold: 0, pulls: 0, flagPulls: 0, wrong: 0 }
  for (let seed = first; seed < first + count; seed += 1) {
    const played = await playAlerts(seed)
    for (const word of ['alerts', 'burns', 'told', 'flagBurns', 'flagsTold', 'pulls', 'flagPulls'] as const) total[word] += played[word]
    total.wrong += played.wrong.length
    tellWrong(played)
    const done = seed - first + 1
    if (done % 500 === 0 && done < count) say(`${done} played, ${total.pulls} PRs for alerts, ${total.wrong} of them wrong`)
  }
  const seconds = (performance.now() - began) / 1_000
  const { alerts, burns, told, flagBurns, flagsTold, pulls, flagPulls, wrong } = total
  say(`${count} histories from seed ${first} in ${seconds.toFixed(1)} s: ${alerts} alerts, ${burns} releases burned, ${told} told`)
  say(`flags: ${flagBurns} burned, ${flagsTold} told, ${flagPulls} PRs`)
  say(`${pulls} PRs for alerts, ${wrong} of them wrong`)
  return wrong === 0 ? 0 : 1
}

function tellWrong({ seed, wrong }: PlayedAlerts): void {
  for (const { what, at, why } of wrong) say(`seed ${seed}: ${what} at ${new Date(at).toISOString()}: ${why}`)
}

process.exitCode = await main()
