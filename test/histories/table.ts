import type { Played } from './history.ts'

interface Row {
  histories: number
  failures: number
  pulls: number
  false: number
  second: number
  untold: number
  unseen: number
  unfollowed: number
  forbidden: number
  required: number
  late: number
  missed: number
}

/** What was found, by kind of event, and how often each check refused. */
export interface Table {
  add(played: Played): void
  print(): string
}

const COLUMNS = [
  'histories',
  'failures',
  'pulls',
  'false',
  'second',
  'untold',
  'unseen',
  'unfollowed',
  'forbidden',
  'required',
  'late',
  'missed',
] as const satisfies readonly (keyof Row)[]

interface Refusal {
  all: number
  /** Of failures that had to have a PR. */
  required: number
  example: string
}

function refusalLine(id: string, { all, required, example }: Refusal, share: string): string {
  return `  ${id.padEnd(5)} ${String(all).padStart(6)} ${share.padStart(8)}, of required ones ${required}; as: ${example.slice(0, 140)}`
}

/** An empty one. */
export function createTable(): Table {
  const rows = new Map<string, Row>()
  const refusals = new Map<string, Refusal>()
  let left = 0

  function count(name: string, { judgement }: Played): void {
    const row = rows.get(name) ?? (Object.fromEntries(COLUMNS.map((column) => [column, 0])) as unknown as Row)
    rows.set(name, row)
    row.histories += 1
    row.failures += judgement.failures
    row.pulls += judgement.pulls
    row.required += judgement.required
    row.late += judgement.late
    for (const { kind } of judgement.violations) row[kind] += 1
  }

  return {
    add(played) {
      for (const name of ['all', ...played.kinds]) count(name, played)
      for (const { checks, required } of played.judgement.refusals) {
        left += 1
        for (const check of checks.length > 0 ? checks : ['none: no check had failed']) {
          const id = check.slice(0, check.indexOf(':'))
          const known = refusals.get(id) ?? { all: 0, required: 0, example: check }
          refusals.set(id, known)
          known.all += 1
          if (required) known.required += 1
        }
      }
    },
    print() {
      const width = Math.max(...[...rows.keys()].map((name) => name.length))
      const line = (name: string, cells: readonly (string | number)[]): string =>
        [name.padEnd(width), ...cells.map((cell) => String(cell).padStart(10))].join(' ')
      const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`)
      const sorted = [...rows].toSorted(([a], [b]) => (a === 'all' ? -1 : b === 'all' ? 1 : a < b ? -1 : 1))
      return [
        line('', [...COLUMNS, 'false %', 'missed %']),
        ...sorted.map(([name, row]) =>
          line(name, [...COLUMNS.map((column) => row[column]), share(row.false, row.pulls), share(row.missed, row.required)]),
        ),
        '',
        `Failures that lasted and got no PR: ${left}. Refused by`,
        ...[...refusals]
          .toSorted(([, a], [, b]) => b.all - a.all)
          .map(([id, refusal]) => refusalLine(id, refusal, share(refusal.all, left))),
      ].join('\n')
    },
  }
}
