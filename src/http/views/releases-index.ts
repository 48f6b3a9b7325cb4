import type { Request } from 'express'
import { parseReleaseFilter, type Parsed } from '../../api/filters.ts'
import type { Html } from '../../ui/html.ts'
import { renderReleases } from '../../ui/releases-html.ts'
import { releasesPageOf, type AskedReleases } from '../../ui/releases-page.ts'
import type { ReadOptions } from '../request/options.ts'
import { parsePlace, RELEASES_A_PAGE } from '../request/paging.ts'
import { listReleases } from './release-list.ts'

/** The body of the index of releases, or what in the question means nothing. */
export async function releasesIndex(options: ReadOptions, query: Request['query']): Promise<Parsed<Html>> {
  const filter = parseReleaseFilter(query, ['continue'])
  if ('fault' in filter) return filter
  const place = parsePlace(query['continue'], RELEASES_A_PAGE)
  if ('fault' in place) return place
  const { value: before } = place
  const found = await listReleases(options, { ...filter.value, limit: RELEASES_A_PAGE, before })
  const clusters = options.views.map(({ cluster }) => cluster)
  return {
    value: renderReleases(
      releasesPageOf({ items: found.items, next: found.continue, asked: askedIn(query), clusters }, options.clock.now()),
    ),
  }
}

/** The texts of a filter. Only after the question was found to be one: each value is then one text, or absent. */
export function askedIn({ continue: _place, ...query }: Request['query']): AskedReleases {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => typeof value === 'string' && value.trim() !== ''))
}
