import { describe, expect, it } from 'vitest'
import { parseHttpDate, parseRetryAfter } from '../../../src/domain/words/http-fields.ts'
import { parseDay, parseRfc3339 } from '../../../src/domain/words/rfc3339.ts'

const AT = Date.UTC(2026, 11, 1, 22, 0, 0)
const TOLD = 'Tue, 01 Dec 2026 22:00:00 GMT'

describe('a time of HTTP', () => {
  it('is read in the one form that is sent, whatever its month', () => {
    expect(parseHttpDate(TOLD)).toBe(AT)
    expect(parseHttpDate(` ${TOLD} `)).toBe(AT)
    for (let month = 0; month < 12; month += 1) {
      const at = Date.UTC(2027, month, 28, 1, 2, 3)
      expect(parseHttpDate(new Date(at).toUTCString())).toBe(at)
    }
  })

  it.each([
    '2026-12-01T22:00:00Z',
    'Tue, 01 Dec 2026 22:00:00',
    'Tue, 32 Dec 2026 22:00:00 GMT',
    'Tue, 01 Foo 2026 22:00:00 GMT',
    '',
    null,
  ])('is none where it is %j', (text) => {
    expect(parseHttpDate(text)).toBeUndefined()
  })
})

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['60', 60],
    [' 7 ', 7],
    [TOLD, 90],
  ])('%s asks for %d s', (text, seconds) => {
    expect(parseRetryAfter(text, AT - 90_000)).toBe(seconds)
  })

  it('asks for nothing once its date has passed, and says nothing by a date where no clock is known', () => {
    expect(parseRetryAfter(TOLD, AT + 5_000)).toBe(0)
    expect(parseRetryAfter(TOLD)).toBeUndefined()
  })

  it.each(['-1', '1.5', '1e3', 'soon', '', '99999999999', null, undefined])('%j asks for nothing that is known', (text) => {
    expect(parseRetryAfter(text, AT)).toBeUndefined()
  })
})

it('a day begins at midnight in UTC, and is a day of the calendar', () => {
  expect(parseDay('2028-02-29')).toBe(Date.UTC(2028, 1, 29))
  for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '2026-12-01T00:00:00Z', '', '20261201'])
    expect(parseDay(text)).toBeUndefined()
})

it.each(['', 'soon', '2026-12-01', '2026-12-01T24:00:00Z', '2026-12-01T23:60:00Z', '2026-12-01T23:59:61Z'])(
  '%j is no time of day',
  (text) => {
    expect(parseRfc3339(text)).toBeUndefined()
  },
)

it.each(['+24:00', '+00:60', '-24:00', '-00:60'])('%s is no zone', (zone) => {
  expect(parseRfc3339(`2026-12-01T12:00:00${zone}`)).toBeUndefined()
})

it('a time of day may be the last one that there is, of a leap second too, in the zone that is farthest', () => {
  expect(parseRfc3339('2026-12-01T23:59:60Z')).toBe(Date.UTC(2026, 11, 2))
  expect(parseRfc3339('2026-12-01T23:59:00+23:59')).toBe(Date.UTC(2026, 11, 1))
})
