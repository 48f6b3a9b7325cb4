import { parseArgs } from 'node:util'
import { playSeed, reasonOf, shrink, type Played } from './history.ts'
import type { ProvenBy } from './kedge.ts'
import type { Violation } from './oracle/judgement.ts'
import { describeStep } from './play.ts'
import { createTable } from './table.ts'

const USAGE = 'npm run histories -- [--count 100] [--seed 1] [--by rendering|files|mixed] [--kind NAME] [--fleet] [--no-stories]'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Plays histories seed by seed, prints what was found by kind, and the smallest story of each kind of violation. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      by: { type: 'string', default: 'rendering' },
      kind: { type: 'string' },
      fleet: { type: 'boolean', default: false },
      stories: { type: 'boolean', default: true },
      help: { type: 'boolean' },
    },
    allowNegative: true,
  })
  const { by } = values
  const [count, first] = [Number(values.count), Number(values.seed)]
  if (values.help || !Number.isInteger(count) || !Number.isInteger(first) || !isMode(by)) {
    say(USAGE)
    return values.help ? 0 : 2
  }
  const table = createTable()
  const found = new Map<string, { violation: Violation; played: Played; seeds: number[] }>()
  const began = performance.now()
  for (let seed = first; seed < first + count; seed += 1) {
    const played = await playSeed(seed, by, { only: values.kind, fleet: values.fleet })
    table.add(played)
    for (const violation of played.judgement.violations) {
      const key = `${violation.kind}: ${reasonOf(violation)}`
      const known = found.get(key) ?? { violation, played, seeds: [] }
      if (!found.has(key)) found.set(key, known)
      known.seeds.push(seed)
    }
  }
  const seconds = (performance.now() - began) / 1_000
  say(table.print())
  say(`\n${count} histories from seed ${first} by ${by} in ${seconds.toFixed(1)} s: ${(count / seconds).toFixed(1)} a second\n`)
  for (const [key, { violation, played, seeds }] of found) {
    say(`${seeds.length} × ${key}\n  seeds ${[...new Set(seeds)].slice(0, 12).join(', ')}`)
    if (values.stories) await printStory(violation, played, by)
  }
  return [...found.keys()].some((key) => !key.startsWith('missed')) ? 1 : 0
}

function isMode(text: string): text is ProvenBy {
  return ['rendering', 'files', 'mixed'].includes(text)
}

async function printStory(violation: Violation, { script }: Played, by: ProvenBy): Promise<void> {
  const story = await shrink(script, by, violation)
  say(`  ${violation.what} at ${(violation.at / 1_000).toFixed(1)} s: ${violation.why}`)
  say(`  seed ${script.seed}, smallest: ${JSON.stringify(story.setup)}`)
  for (const step of story.steps) say(`  ${describeStep(step)}`)
  say('')
}

process.exitCode = await main()
