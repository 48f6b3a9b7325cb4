import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from './bench.ts'
import { mend, read, write } from './diary.ts'
import { findMutants, type Mutant } from './find.ts'
import { readAccepted, report } from './report.ts'
import type { Numbered } from './switches.ts'
import { TryAll } from './try-all.ts'

const USAGE = `npm run mutants -- [FOLDER|FILE …] [--count N] [--seed S] [--tests FOLDER …] [--resume FILE]

Puts small faults into the source, each by itself, and runs the tests that reach it: a fault that no test notices is a rule that no test
holds. Without paths: src/domain and src/reconcile; what is named first is tried first. --count tries a sample, the same one for the same
--seed. --tests names the tests below test/ to ask; by default the unit tests and the simulation. --resume writes what is found into a file,
and goes on where that ends: an interrupted run (Ctrl-C, which reports) loses nothing. Ends with 1 when a fault survived that accepted.json
does not explain.`

/** What runs the domain and the loop, less the two that take a minute each. */
const TESTS = ['domain/', 'lua/', 'reconcile/', 'api/', 'ui/', 'http/', 'simulation/']
const TOO_LONG = ['simulation/replay', 'simulation/crash', 'simulation/bench-recordings', 'simulation/generated-history']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', multiple: true },
    resume: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (values.help) console.log(USAGE)
// Interrupted, it may still be beginning something.
else process.exit(await run())

async function run(): Promise<number> {
  const groups = groupsOf(positionals.length > 0 ? positionals : ['src/domain', 'src/reconcile'])
  const all = groups.flat().flatMap((file) => findMutants(file, readFileSync(join(ROOT, file), 'utf8')))
  const chosen = values.count === undefined ? all : sample(all, Number(values.count), Number(values.seed))
  const mutants = chosen.map((mutant, index): Numbered => ({ id: index + 1, mutant }))
  const tests = testFiles(values.tests ?? TESTS)
  const folder = mkdtempSync(join(tmpdir(), 'kedge-mutants-'))
  const diary = values.resume === undefined ? join(folder, 'diary') : resolve(values.resume)
  const began = performance.now()
  using trying = new TryAll(
    diary,
    { tests, mutants, folder },
    tests.map((test) => join('test', test)),
  )
  const interrupted = Promise.withResolvers<void>()
  process.once('SIGINT', () => interrupted.resolve())
  try {
    isOneRun(diary, JSON.stringify([mutants, tests, groups]))
    console.error(
      `${mutants.length} of ${all.length} mutants in ${groups.flat().length} files; ${tests.length} test files are run once first.`,
    )
    const work = async (): Promise<void> => {
      await trying.survey()
      const wanted = groups.map((group) => mutants.filter(({ mutant }) => group.includes(mutant.file)))
      for (const [number, group] of wanted.entries()) await trying.try(group, number)
      for (const group of wanted) await trying.judge(group)
    }
    await Promise.race([work(), interrupted.promise])
    const { fates, spoilt } = read(diary)
    console.error(`${Math.round((performance.now() - began) / 1000)} s; ${spoilt} times everything was loaded anew`)
    const tried = mutants.flatMap(({ id, mutant }) => {
      const fate = fates.get(id)
      return fate === undefined ? [] : [{ mutant, fate }]
    })
    return report(tried, readAccepted())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @throws Error the diary is one of other mutants or other tests, or of this source as it was */
function isOneRun(diary: string, of: string): void {
  const hash = createHash('sha256').update(of).digest('hex')
  mend(diary)
  const begun = read(diary)
  if (begun.of === undefined) write(diary, { of: hash })
  else if (begun.of !== hash) throw new Error('--resume: that file is of other mutants or tests; begin a new one')
}

/** The files of each path that no path before it had. */
function groupsOf(paths: readonly string[]): readonly (readonly string[])[] {
  const known = new Set<string>()
  return paths.map((path) => {
    const files = filesOf([path]).filter((file) => !known.has(file))
    for (const file of files) known.add(file)
    return files
  })
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
