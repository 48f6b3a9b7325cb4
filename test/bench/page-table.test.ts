import { expect, it } from 'vitest'
import { pageTable } from '../../bench/ledger/page-table.ts'

it('all figures of a run are one table, with a dash where there is nothing to measure, and how busy the machine was', () => {
  const pace = (perSecond: number, p99: number) => ({ perSecond, p99 })
  const text = pageTable({
    callers: 16,
    records: 1_000_000,
    load: [0.42, 3.14],
    appends: { postgres: pace(1_820.4, 28.6), sqlite: pace(3_706, 9.04), plain: pace(4_397, 7), plainFile: pace(172, 101.2) },
    messages: {
      inTurn: { postgres: { p99: 48.2, median: 12.04 }, sqlite: { p99: 31, median: 9.26 } },
      atOnce: { postgres: { p99: 10_259, median: 7_074.2 }, sqlite: { p99: 23.2, median: 12.2 } },
    },
    starts: { postgres: { ms: 24_500, peakMB: 281.4 }, sqlite: { ms: 68_000, peakMB: 199.6 }, plain: { ms: 3_600, peakMB: 90 } },
  })
  expect(text.split('\n').slice(0, 11)).toEqual([
    '|  | PostgreSQL | SQLite | plain SQL, same server | plain SQL, a file |',
    '| --- | --- | --- | --- | --- |',
    '| appends a second, 16 callers | 1,820 | 3,706 | 4,397 | 172 |',
    '| append, 99 of 100 within | 29 ms | 9.0 ms | 7.0 ms | 101 ms |',
    '| event to message, 4 failures a second, median | 12 ms | 9.3 ms | – | – |',
    '| event to message, 4 failures a second, 99 of 100 within | 48 ms | 31 ms | – | – |',
    '| event to message, 20 failures a second, median | 7,074 ms | 12 ms | – | – |',
    '| event to message, 20 failures a second, 99 of 100 within | 10,259 ms | 23 ms | – | – |',
    '| start with 1,000,000 records | 25 s | 68 s | 3.6 s | – |',
    '| memory at most of that start | 281 MB | 200 MB | 90 MB | – |',
    '',
  ])
  expect(text).toMatch(/One run of `npm run bench ledger`, on \d+ cores with a load of 0\.4 as it began, 3\.1 as it ended\./)
})
