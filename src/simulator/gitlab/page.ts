import type { Call } from '../github/router.ts'
import type { Reply } from '../loopback/server.ts'

/** One page of a list, with a `Link` to the next: https://docs.gitlab.com/api/rest/#offset-based-pagination */
export function page<T>({ query, forge }: Call, rows: readonly T[], show: (row: T) => unknown): Reply {
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 20) || 20))
  const number = Math.max(1, Number(query.get('page') ?? 1) || 1)
  const isLast = number * size >= rows.length
  return {
    status: 200,
    headers: {
      'x-page': String(number),
      'x-next-page': isLast ? '' : String(number + 1),
      ...(!isLast && { link: `<${forge.url}/api/v4/?page=${number + 1}&per_page=${size}>; rel="next"` }),
    },
    body: rows.slice((number - 1) * size, number * size).map(show),
  }
}
