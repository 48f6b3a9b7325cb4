import { existsSync } from 'node:fs'
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
  const lines = [[...COLUMNS, ''], ...rows.map((row) => [...COLUMNS.map((column) => row[column]), row.ok ? 'met' : 'MISSED'])]
  const widths = [...COLUMNS, ''].map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)))
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

process.exitCode = await runBench(process.argv.slice(2))
