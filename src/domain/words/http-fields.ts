import { parseRfc3339 } from './rfc3339.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const HTTP_DATE = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT$/

/**
 * The time of a field such as `Date`, as epoch milliseconds: `Tue, 01 Dec 2026 22:00:00 GMT` (RFC 9110, 5.6.7, IMF-fixdate, the one form
 * that may be sent today). Undefined for anything else.
 */
export function parseHttpDate(text: string | null | undefined): number | undefined {
  const [, day, month = '', year, time] = HTTP_DATE.exec(text?.trim() ?? '') ?? []
  const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0')
  return time === undefined ? undefined : parseRfc3339(`${year}-${number}-${day}T${time}Z`)
}

/**
 * `Retry-After`: seconds, or the time until a date (RFC 9110, 10.2.3), none for one that has passed. Undefined for anything else.
 * @param answeredAt epoch ms, on the clock of who answered where that is known; without it a date says nothing
 */
export function parseRetryAfter(text: string | null | undefined, answeredAt?: number): number | undefined {
  const said = text?.trim() ?? ''
  if (/^\d{1,9}$/.test(said)) return Number(said)
  const until = parseHttpDate(said)
  return until === undefined || answeredAt === undefined ? undefined : Math.max(0, Math.ceil((until - answeredAt) / 1_000))
}
