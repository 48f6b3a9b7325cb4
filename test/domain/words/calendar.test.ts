import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dayOf } from '../../../src/domain/words/calendar.ts'
import { parseDay } from '../../../src/domain/words/rfc3339.ts'

it.each([
  ['1970-01-01', 0],
  ['1969-12-31', -1],
  ['2000-02-29', Date.parse('2000-02-29T23:59:59Z')],
  ['2026-12-15', Date.parse('2026-12-15T12:00:00Z')],
  ['2100-03-01', Date.parse('2100-03-01T00:00:00Z')],
  ['2024-12-31', Date.parse('2024-12-31T23:59:59.999Z')],
])('a moment is told to people as a day: %s', (day, at) => {
  expect(dayOf(at)).toBe(day)
})

it('every day that is told is read again as its beginning, and is the one that the machine has in its calendar', () => {
  const days = fc.integer({ min: Date.parse('1000-01-01T00:00:00Z') / 86_400_000, max: Date.parse('9999-12-31T00:00:00Z') / 86_400_000 })
  fc.assert(
    fc.property(days, (day) => {
      const told = dayOf(day * 86_400_000 + 1)
      expect(told).toBe(new Date(day * 86_400_000).toISOString().slice(0, 10))
      expect(parseDay(told)).toBe(day * 86_400_000)
    }),
  )
})
