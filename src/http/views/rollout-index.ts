import type { Request } from 'express'
import type { Freshness, ReleasePage } from '../../api/contract.ts'
import { parseOwnReleaseFilter, type Parsed, type ReleaseFilter } from '../../api/filters.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import type { LedgerPlace } from '../../ports/ledger.ts'
import { rolloutHref } from '../../ui/board.ts'
import type { Html } from '../../ui/html.ts'
import { ownReleasesOf } from '../../ui/releases-page.ts'
import { renderRollout } from '../../ui/rollout-html.ts'
import { rolloutPageOf } from '../../ui/rollout-page.ts'
import type { ReadOptions } from '../request/options.ts'
import { encodePlace, parsePlace, RELEASES_A_PAGE } from '../request/paging.ts'
import { besideOf } from './beside.ts'
import { findRollout } from './fleet.ts'
import { listReleases, summariseRelease } from './release-list.ts'
import { askedIn } from './releases-index.ts'
import { summariseRollout } from './rollout-summary.ts'

/** The body of a Rollout's page, or what in the question means nothing; undefined where neither a cluster nor the ledger has it. */
export async function rolloutBody(options: ReadOptions, ref: RolloutRef, query: Request['query']): Promise<Parsed<Html> | undefined> {
  const { ledger, links, clock } = options
  const found = findRollout(options, ref)
  if (!found && ledger.releasesOf(ref, 1).length === 0) return undefined
  const filter = parseOwnReleaseFilter(query, ['continue'])
  if ('fault' in filter) return filter
  const place = parsePlace(query['continue'], RELEASES_A_PAGE)
  if ('fault' in place) return place
  const { value: before } = place
  const { cluster, namespace, name } = ref
  const releases = await releasesOf(options, { cluster, namespace, name }, { filter: filter.value, before })
  const rollout = found && summariseRollout(found, options)
  const [owner, application] = rollout?.application?.split('/') ?? []
  const now = clock.now()
  return {
    value: renderRollout(
      rolloutPageOf({
        ref,
        rollout,
        freshness: freshnessOf(options, cluster),
        beside: found && (await besideOf(found.view, found.rollout)),
        releases: ownReleasesOf(
          {
            path: rolloutHref(ref),
            rollout: { cluster, namespace, name },
            items: releases.items,
            next: releases.continue,
            asked: askedIn(query),
            isLater: before !== undefined,
          },
          now,
        ),
        applicationHref: owner && application ? links.application(owner, application) : undefined,
        now,
      }),
    ),
  }
}

/**
 * A page of a Rollout's releases. The newest are at hand; what is older, or narrowed down, is looked for as the index does, among all that
 * the ledger has.
 */
async function releasesOf(
  { ledger, store }: ReadOptions,
  ref: RolloutRef,
  { filter, before }: { filter: ReleaseFilter; before: LedgerPlace | undefined },
): Promise<ReleasePage> {
  const isNarrowed = before !== undefined || Object.values(filter).some((one) => one !== undefined)
  if (isNarrowed) return listReleases({ ledger, store }, { ...filter, ...ref, limit: RELEASES_A_PAGE, before })
  const newest = ledger.releasesOf(ref, RELEASES_A_PAGE)
  const last = newest.length < RELEASES_A_PAGE ? undefined : newest.at(-1)
  const [stored] = last ? await store.load('release', { key: last.key, limit: 1 }) : []
  return { items: newest.map((release) => summariseRelease(release, ledger)), continue: stored ? encodePlace(stored.place) : null }
}

function freshnessOf({ views }: ReadOptions, cluster: string): Freshness | undefined {
  return views.find((view) => view.cluster === cluster)?.freshness('rollouts')
}
