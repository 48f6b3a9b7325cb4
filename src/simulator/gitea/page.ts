import type { Call } from '../github/router.ts'
import type { Reply } from '../loopback/server.ts'

/** One page of a list, at most 50 rows, as `page` and `limit` say, with the length of the whole list. */
export function page<T>({ query }: Call, rows: readonly T[], show: (row: T) => unknown): Reply {
  const size = Math.min(50, Number(query.get('limit') ?? 30) || 30)
  const number = Math.max(1, Number(query.get('page') ?? 1) || 1)
  return {
    status: 200,
    headers: { 'x-total-count': String(rows.length) },
    body: rows.slice((number - 1) * size, number * size).map(show),
  }
}
