import { csvCell } from '../../domain/words/csv-cell.ts'
import { ALL_COLUMNS } from './columns.ts'
import type { ReportFormat } from './format.ts'

/** A line for each release, under a line with the names of the columns. UTF-8, lines end with CR LF. */
export const CSV: ReportFormat = {
  type: 'text/csv; charset=utf-8; header=present',
  begin: () => lineOf(ALL_COLUMNS.map(({ name }) => name)),
  row: (item) => lineOf(ALL_COLUMNS.map(({ cell }) => cell(item))),
  end: () => '',
}

function lineOf(values: readonly string[]): string {
  return `${values.map(csvCell).join(',')}\r\n`
}
