import { expect, test } from 'vitest'
import { leftOf, piecesOf, readPieces, spellPiece, sumOf, type LivedPiece } from './pieces.ts'
import { HOURS_A_YEAR } from './year.ts'

const STORES = ['memory', 'SQLite', 'PostgreSQL']
const lived = (seed: number, hours: number, stores = STORES): LivedPiece => ({
  seed,
  hours,
  appends: 2 * hours,
  answers: 3 * hours,
  stores,
})

test('so many hours are whole years by seeds that follow each other, and what is left over', () => {
  expect(piecesOf({ hours: 20_000, seed: 7 })).toEqual([
    { seed: 7, hours: HOURS_A_YEAR },
    { seed: 8, hours: HOURS_A_YEAR },
    { seed: 9, hours: 20_000 - 2 * HOURS_A_YEAR },
  ])
  expect(piecesOf({ hours: HOURS_A_YEAR, seed: 1 })).toHaveLength(1)
})

test('what was lived is not lived again, unless it was less', () => {
  const pieces = piecesOf({ hours: 20_000, seed: 7 })
  expect(leftOf(pieces, [lived(7, HOURS_A_YEAR), lived(8, 100), lived(9, HOURS_A_YEAR)])).toEqual([{ seed: 8, hours: HOURS_A_YEAR }])
})

test('a sum counts each seed once, and says what was not asked of PostgreSQL', () => {
  expect(sumOf([lived(1, 10), lived(2, 20)])).toBe('30 hours of 2 seeds, 1 to 2: 60 appends, 90 answers compared, all the same')
  expect(sumOf([lived(1, 10), lived(1, 30), lived(1, 20), lived(5, 1, ['memory', 'SQLite'])])).toBe(
    '31 hours of 2 seeds, 1 to 5: 62 appends, 93 answers compared, all the same; 1 of them without PostgreSQL; 2 that came twice left out',
  )
})

test('a piece is a line, and one that was cut off is none', () => {
  const pieces = [lived(1, 10), lived(2, 20)]
  const text = pieces.map(spellPiece).join('')
  expect(readPieces(text)).toEqual(pieces)
  expect(readPieces(text.slice(0, -2))).toEqual([pieces[0]])
  expect(readPieces(text.slice(0, -2) + text)).toEqual([pieces[0], pieces[1]])
  expect(readPieces('')).toEqual([])
})
