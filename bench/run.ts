import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { formatTable } from '../src/cli/terminal/table.ts'
import { keepTemporaryFilesInMemory } from '../test/in-memory.ts'
import { readArguments } from './arguments.ts'
import type { BenchOutcome, BenchRow } from './row.ts'
import { runEachShort, runShort } from './short.ts'
import { FULL, SHORT, type Sizes } from './sizes.ts'

/** @param print what it says beside its rows */
type Bench = (sizes: Sizes, print: (text: string) => void) => Promise<BenchOutcome>

/** Loaded only when asked for: each measures as if it were alone. */
const BENCHES: Readonly<Record<string, Bench>> = {
  health: async ({ health }) => (await import('./health.ts')).benchHealth(health),
  revert: async ({ revert }) => (await import('./revert.ts')).benchRevert(revert),
  watch: async ({ watch }) => (await import('./watch.ts')).benchWatch(watch),
  strangers: async ({ strangers }) => (await import('./strangers.ts')).benchStrangers(strangers),
  latency: async ({ latency }) => (await import('./latency.ts')).benchLatency(latency),
  storm: async ({ storm }) => (await import('./storm.ts')).benchStorm(storm),
  hints: async ({ hints }) => (await import('./hints.ts')).benchHints(hints),
  alerts: async ({ alerts }) => (await import('./alerts.ts')).benchAlerts(alerts),
  ledger: async ({ ledger }, print) => (await import('./ledger.ts')).benchLedger(ledger, print),
}

/** Those with a command of their own. */
const OWN: Readonly<Record<string, string>> = { growth: 'ledger/growth.ts', lock: 'ledger/lock.ts' }

const COLUMNS = ['what', 'ours', 'other', 'ratio', 'goal'] as const

/**
 * `npm run bench -- [name…] [--check | --short]`.
 * @returns 0; 1 with `--check` where a goal is missed, with `--short` where one does not run; 2 for arguments that are none
 */
async function runBench(args: readonly string[]): Promise<number> {
  const asked = readArguments(args, Object.keys(BENCHES), Object.keys(OWN))
  if ('wrong' in asked) {
    process.stderr.write(`bench: ${asked.wrong}\n`)
    return 2
  }
  if (asked.isShort) return await runShortly(asked.names)
  const rows: BenchRow[] = []
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (asked.names.length > 0 ? !asked.names.includes(name) : !existsSync(new URL(`${name}.ts`, import.meta.url))) continue
    process.stderr.write(`measuring ${name} …\n`)
    const outcome = await bench(FULL, (text) => process.stdout.write(text))
    if ('leftOut' in outcome) process.stderr.write(`${name} left out: ${outcome.leftOut}\n`)
    else rows.push(...outcome)
  }
  process.stdout.write(table(rows))
  return asked.isCheck && rows.some((row) => !row.ok) ? 1 : 0
}

/** One in this process; several in a process each, the longest first. */
async function runShortly(names: readonly string[]): Promise<number> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const [name = '', ...others] = names
  const bench = others.length === 0 ? BENCHES[name] : undefined
  if (!bench) {
    keepTemporaryFilesInMemory()
    const all = [...Object.keys(OWN), ...Object.keys(BENCHES)]
    return await runEachShort(names.length > 0 ? names : all.toSorted((one, other) => rank(one) - rank(other)), startShort, print)
  }
  const run = async () => {
    const outcome = await bench(SHORT, () => undefined)
    return 'leftOut' in outcome ? outcome : { rows: outcome.length }
  }
  return await runShort(name, run, print)
}

/** Begun last, one of them would run on alone. */
const LONGEST = ['ledger', 'alerts', 'watch', 'latency', 'growth', 'storm']
const rank = (name: string): number => (LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length)

/** Longer than any of its waits lasts before it says what it has waited for. */
const PATIENCE_MS = 180_000

async function startShort(name: string): Promise<number | string> {
  const own = OWN[name]
  const args = own === undefined ? ['run.ts', '--short', name] : [own, '--short']
  const [file = '', ...flags] = args
  // Kedge is started as a process some twenty times: it need not be compiled each time.
  const cache = process.env['NODE_COMPILE_CACHE'] ?? new URL('../node_modules/.cache/kedge-tests', import.meta.url).pathname
  const child = spawn(process.execPath, [new URL(file, import.meta.url).pathname, ...flags], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: PATIENCE_MS,
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return code ?? signal ?? 'nothing'
}

/** One table, in which a missed goal is marked. */
function table(rows: readonly BenchRow[]): string {
  const cells = (row: BenchRow) => [...COLUMNS.map((column) => row[column]), row.ok ? 'met' : 'MISSED'].map((text) => ({ text }))
  return formatTable([...COLUMNS, ''], rows.map(cells))
}

process.exitCode = await runBench(process.argv.slice(2))
