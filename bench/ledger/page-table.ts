import { availableParallelism } from 'node:os'
import type { StartCost } from './open.ts'

/** Of appends. */
export interface Pace {
  perSecond: number
  /** Milliseconds. */
  p99: number
}

/** Milliseconds. */
interface Delay {
  p99: number
  median: number
}

/** What one run has measured. */
export interface Figures {
  /** That append at the same time. */
  callers: number
  /** A start reads so many. */
  records: number
  /** Of the machine, over a minute each, as it began and ended. */
  load: readonly number[]
  /** `plain`: SQL into the same server, `plainFile`: into a file of SQLite. */
  appends: Readonly<Record<'postgres' | 'sqlite' | 'plain' | 'plainFile', Pace>>
  messages: Readonly<Record<'postgres' | 'sqlite', Delay>>
  starts: Readonly<Record<'postgres' | 'sqlite' | 'plain', StartCost>>
}

const COLUMNS = ['PostgreSQL', 'SQLite', 'plain SQL, same server', 'plain SQL, a file'] as const
/** Nothing to measure: plain SQL tells nobody. */
const NONE = '–'

/** All of one run, as Markdown for docs/postgresql.md, with how busy the machine was. */
export function pageTable({ callers, records, load, appends, messages, starts }: Figures): string {
  const { postgres, sqlite, plain, plainFile } = appends
  const paces = [postgres, sqlite, plain, plainFile]
  const delays = [messages.postgres, messages.sqlite]
  const costs = [starts.postgres, starts.sqlite, starts.plain]
  const rows: [string, readonly string[]][] = [
    [`appends a second, ${callers} callers`, paces.map(({ perSecond }) => whole(perSecond))],
    ['append, 99 of 100 within', paces.map(({ p99 }) => `${figure(p99)} ms`)],
    ['event to message, 99 of 100 within', delays.map(({ p99 }) => `${figure(p99)} ms`)],
    ['event to message, median', delays.map(({ median }) => `${figure(median)} ms`)],
    [`start with ${whole(records)} records`, costs.map(({ ms }) => `${figure(ms / 1_000)} s`)],
    ['memory at most of that start', costs.map(({ peakMB }) => `${whole(peakMB)} MB`)],
  ]
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const busy = load.map((one) => one.toFixed(1)).join(' as it began, ')
  return [
    line(['', ...COLUMNS]),
    line(['', ...COLUMNS].map(() => '---')),
    ...rows.map(([what, cells]) => line([what, ...COLUMNS.map((_, index) => cells[index] ?? NONE)])),
    '',
    `One run of \`npm run bench ledger\`, on ${availableParallelism()} cores with a load of ${busy} as it ended.`,
    '',
  ].join('\n')
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** Three digits, or all before the point. */
function figure(value: number): string {
  return value >= 100 ? whole(value) : value.toFixed(value >= 10 ? 0 : 1)
}
