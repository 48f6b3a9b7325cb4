import { existsSync } from 'node:fs'
import { formatTable } from '../src/cli/terminal/table.ts'
import type { BenchRow } from './row.ts'

/** Loaded only when asked for: each measures as if it were alone. */
const BENCHES: Readonly<Record<string, () => Promise<() => Promise<BenchRow[]>>>> = {
  health: async () => (await import('./health.ts')).benchHealth,
  revert: async () => (await import('./revert.ts')).benchRevert,
  watch: async () => (await import('./watch.ts')).benchWatch,
  strangers: async () => (await import('./strangers.ts')).benchStrangers,
  latency: async () => (await import('./latency.ts')).benchLatency,
  storm: async () => (await import('./storm.ts')).benchStorm,
  hints: async () => (await import('./hints.ts')).benchHints,
  alerts: async () => (await import('./alerts.ts')).benchAlerts,
  ledger: async () => (await import('./ledger.ts')).benchLedger,
}

const COLUMNS = ['what', 'ours', 'other', 'ratio', 'goal'] as const

/** `npm run bench [name…] [-- --check]`. @returns 0; 1 with `--check` where a goal is missed; 2 for a name that is none */
async function runBench(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => arg !== '--check')
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name))
  if (unknown !== undefined) {
    process.stderr.write(`bench: there is no ${unknown}; there are ${Object.keys(BENCHES).join(', ')}\n`)
    return 2
  }
  const rows: BenchRow[] = []
  for (const [name, load] of Object.entries(BENCHES)) {
    if (names.length > 0 ? !names.includes(name) : !existsSync(new URL(`${name}.ts`, import.meta.url))) continue
    process.stderr.write(`measuring ${name} …\n`)
    rows.push(...(await (await load())()))
  }
  process.stdout.write(table(rows))
  return args.includes('--check') && rows.some((row) => !row.ok) ? 1 : 0
}

/** One table, in which a missed goal is marked. */
function table(rows: readonly BenchRow[]): string {
  const cells = (row: BenchRow) => [...COLUMNS.map((column) => row[column]), row.ok ? 'met' : 'MISSED'].map((text) => ({ text }))
  return formatTable([...COLUMNS, ''], rows.map(cells))
}

process.exitCode = await runBench(process.argv.slice(2))
