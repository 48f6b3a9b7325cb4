import { spawn } from 'node:child_process'
import { nearestTests } from './check/nearest-tests.ts'

/** What a check found out about files that have not changed since is kept: a second run takes a third of the time. */
const CACHE = 'node_modules/.cache/kedge-checks'

/**
 * Runs the named checks side by side and prints what those that failed have to say:
 * `node tools/check.ts format lint dead types tests`. Ends with 1 when one failed.
 */
const CHECKS: Readonly<Record<string, () => readonly string[] | undefined>> = {
  /** Every file is as the formatter would write it: `npm run format` does. */
  format: () => ['oxfmt', '--check', 'src', 'test', 'bench', 'tools'],
  lint: () => ['oxlint', '--type-aware', '--deny-warnings'],
  /** No file, export or package that nothing uses. */
  dead: () => ['knip', '--no-progress', '--cache', '--cache-location', `${CACHE}/dead`],
  types: () => ['tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', `${CACHE}/types`],
  /** The tests that lie where the changed files do. */
  tests: () => {
    const tests = nearestTests()
    return tests.length === 0 ? undefined : ['vitest', 'run', '--config', 'test/vitest.config.ts', '--reporter=dot', ...tests]
  },
}

interface Outcome {
  name: string
  passed: boolean
  seconds: number
  output: string
}

async function check(name: string): Promise<Outcome> {
  const command = CHECKS[name]
  if (command === undefined) throw new Error(`no check ${name}; there are ${Object.keys(CHECKS).join(', ')}`)
  const argv = command()
  if (argv === undefined) return { name, passed: true, seconds: 0, output: '' }
  const began = performance.now()
  const { code, output } = await run(argv)
  return { name, passed: code === 0, seconds: (performance.now() - began) / 1_000, output }
}

function run([program = '', ...args]: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

const outcomes = await Promise.all(process.argv.slice(2).map(check))
for (const { passed, output } of outcomes) if (!passed) console.error(output.trim())
for (const { name, passed, seconds } of outcomes) console.log(`${passed ? '✔' : '✖'} ${name} ${seconds.toFixed(1)} s`)
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1
