import type { Request } from 'express'
import { parsePeriodFilter, type Parsed, type ReleaseFilter } from '../../api/filters.ts'
import type { DoraAnswer } from '../../api/report/dora.ts'
import { renderDora } from '../../ui/dora-html.ts'
import type { Html } from '../../ui/html.ts'
import { periodControls } from '../../ui/releases-page.ts'
import type { ReadOptions } from '../request/options.ts'
import { askedIn } from './releases-index.ts'

/** Where no day is named: the newest thirty. */
const DEFAULT_MS = 30 * 86_400_000
/** By the hour, so that one who looks again is answered from what was read before. */
const HOUR_MS = 3_600_000

/** The body of the page that says how a period went, or what in the question means nothing. */
export async function doraIndex(
  { views, clock }: ReadOptions,
  read: (filter: ReleaseFilter) => Promise<DoraAnswer>,
  query: Request['query'],
): Promise<Parsed<Html>> {
  const filter = parsePeriodFilter(query)
  if ('fault' in filter) return filter
  const { from, to, ...rest } = filter.value
  const newest = Math.floor((clock.now() - DEFAULT_MS) / HOUR_MS) * HOUR_MS
  const answer = await read({ ...rest, to, from: from === undefined && to === undefined ? newest : from })
  const clusters = views.map(({ cluster }) => cluster)
  return { value: renderDora(answer, periodControls('/dora', askedIn(query), clusters)) }
}
