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

export type Delays = Readonly<Record<'postgres' | 'sqlite', Delay>>

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
  /** Where 4 releases fail in a second, and where 20 do. */
  messages: Readonly<Record<'inTurn' | 'atOnce', Delays>>
  starts: Readonly<Record<'postgres' | 'sqlite' | 'plain', StartCost>>
}

const COLUMNS = ['PostgreSQL', 'SQLite', 'plain SQL, same server', 'plain SQL, a file'] as const
/** Nothing to measure: plain SQL tells nobody. */
const NONE = '–'

/** All of one run, as Markdown for docs/postgresql.md, with how busy the machine was. */
export function pageTable({ callers, records, load, appends, messages, starts }: Figures): string {
  const { postgres, sqlite, plain, plainFile } = appends
  const paces = [postgres, sqlite, plain, plainFile]
  const costs = [starts.postgres, starts.sqlite, starts.plain]
  const rows: readonly (readonly [string, readonly string[]])[] = [
    [`appends a second, ${callers} callers`, paces.map(({ perSecond }) => whole(perSecond))],
    ['append, 99 of 100 within', paces.map(({ p99 }) => `${figure(p99)} ms`)],
    ...delayRows('event to message, 4 failures a second', messages.inTurn),
    ...delayRows('event to message, 20 failures a second', messages.atOnce),
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

function delayRows(what: string, { postgres, sqlite }: Delays): readonly [string, readonly string[]][] {
  const delays = [postgres, sqlite]
  return [
    [`${what}, median`, delays.map(({ median }) => `${figure(median)} ms`)],
    [`${what}, 99 of 100 within`, delays.map(({ p99 }) => `${figure(p99)} ms`)],
  ]
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** Three digits, or all before the point. */
function figure(value: number): string {
  return value >= 100 ? whole(value) : value.toFixed(value >= 10 ? 0 : 1)
}
