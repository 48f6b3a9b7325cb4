import { ALL_COLUMNS } from './columns.ts'
import type { ReportFormat } from './format.ts'

// What a spreadsheet takes for a formula at the beginning of a cell, wide forms too; and after what another locale takes for its end.
const FORMULA = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/
const FORMULA_WITHIN = /([;,\t|]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g

/**
 * One value as a cell of RFC 4180, always quoted. What a spreadsheet would run as a formula is made text by an apostrophe before it
 * (OWASP, CSV injection): names of people, images and metrics are anybody's to choose.
 */
export function csvCell(value: string): string {
  const inert = value.replace(FORMULA_WITHIN, "$1'")
  return `"${(FORMULA.test(inert) ? `'${inert}` : inert).replaceAll('"', '""')}"`
}

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
