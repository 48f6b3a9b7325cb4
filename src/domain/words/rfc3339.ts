import { daysSinceEpoch, DAY_MS } from './calendar.ts'

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d{2}):(\d{2}))$/

/**
 * A time with a zone (`2026-12-24T18:00:00Z`, RFC 3339) as epoch milliseconds; undefined for anything else, a date alone among it. Every
 * time is read by it, but for those of HTTP's own fields (`parseHttpDate`); the lint refuses `Date.parse`, which reads what names no zone
 * in the zone of the machine.
 */
export function parseRfc3339(text: string): number | undefined {
  const parts = RFC3339.exec(text.trim())
  if (!parts) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const offsetHour = Number(parts[10] ?? 0)
  const offsetMinute = Number(parts[11] ?? 0)
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return undefined
  const millis = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3))
  const offset = (parts[9] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute) * 60_000
  return daysSinceEpoch(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1_000 + millis - offset
}

/** The beginning of a day in UTC (`2026-12-24`, RFC 3339 `full-date`), as epoch milliseconds; undefined for anything else. */
export function parseDay(text: string): number | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseRfc3339(`${text}T00:00:00Z`) : undefined
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
