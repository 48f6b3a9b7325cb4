import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from './bench.ts'
import { findMutants, type Mutant } from './find.ts'
import { readAccepted, report, type Tried } from './report.ts'
import { Trial } from './trial.ts'

const USAGE = `npm run mutants -- [FOLDER|FILE …] [--count N] [--seed S] [--tests FOLDER …]

Puts one small fault after the other into the source and runs the tests that run its function: a fault that no test notices is a rule
that no test holds. Without paths: src/domain and src/reconcile. --count tries a sample, the same one for the same --seed. --tests names
the tests below test/ to ask; by default the unit tests and the simulation. Ends with 1 when one survived that accepted.json does not
explain.`

/** What runs the domain and the loop, less the two that take a minute each. */
const TESTS = ['domain/', 'reconcile/', 'api/', 'ui/', 'http/', 'simulation/']
const TOO_LONG = ['simulation/replay', 'simulation/crash', 'simulation/bench-recordings', 'simulation/generated-history']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', multiple: true },
    help: { type: 'boolean' },
  },
})
if (values.help) console.log(USAGE)
else process.exitCode = await run()

async function run(): Promise<number> {
  const files = filesOf(positionals.length > 0 ? positionals : ['src/domain', 'src/reconcile'])
  const all = files.flatMap((file) => findMutants(file, readFileSync(join(ROOT, file), 'utf8')))
  const mutants = values.count === undefined ? all : sample(all, Number(values.count), Number(values.seed))
  const tests = testFiles(values.tests ?? TESTS)
  const folder = mkdtempSync(join(tmpdir(), 'kedge-mutants-'))
  const trials = Array.from({ length: availableParallelism() }, () => new Trial(folder, tests))
  try {
    console.error(`${mutants.length} of ${all.length} mutants in ${files.length} files; ${tests.length} test files are run once first.`)
    const [first] = trials
    const map = (await first?.survey(files)) ?? []
    const waiting = [...mutants]
    const tried: Tried[] = []
    const work = async (trial: Trial): Promise<void> => {
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const fate = await trial.try(mutant, map)
        tried.push({ mutant, fate })
        if (tried.length % 50 === 0) console.error(`${tried.length} of ${mutants.length}`)
      }
    }
    await Promise.all(trials.map(work))
    return report(tried, readAccepted())
  } finally {
    for (const trial of trials) trial[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  }
}

function filesOf(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) =>
    path.endsWith('.ts')
      ? [path]
      : readdirSync(join(ROOT, path), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .map((name) => join(path, name)),
  )
}

function testFiles(folders: readonly string[]): readonly string[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && folders.some((folder) => name.startsWith(folder)))
    .filter((name) => !TOO_LONG.some((one) => name.startsWith(one)))
}

/** Some of them, spread by a generator that gives the same ones for the same seed (mulberry32). */
function sample(mutants: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  let state = seed >>> 0
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value = (value + Math.imul(value ^ (value >>> 7), value | 61)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
  return mutants
    .map((mutant) => ({ mutant, rank: random() }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ mutant }) => mutant)
}
