import type { ReleasePage, ReleaseSummary } from '../../api/contract.ts'
import type { ReleaseFilter } from '../../api/filters.ts'
import type { Release } from '../../domain/release/release.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import { shortWhy } from '../../domain/words/why-failed.ts'
import { hasVersionBefore } from '../../domain/words/wording.ts'
import type { Ledger, LedgerPlace } from '../../ports/ledger.ts'
import type { ReadOptions } from '../request/options.ts'
import { encodeId, encodePlace } from '../request/paging.ts'
import { hasWords, wordsOf } from './fleet-filter.ts'
import { pullRequestOf } from './rollout-summary.ts'
import { turn } from './turn.ts'

/** Documents that are read at once where a filter leaves few of them over, and for one page in all; of one Rollout where it is named. */
const AT_ONCE = 500
const MOST_READ = 2_000

/** One release as a row of a list. */
export function summariseRelease(release: Release, ledger: Ledger): ReleaseSummary {
  const { cluster, namespace, podTemplateHash, rolloutRevision, state, outcome, cause } = release
  const { revision, goodRevision, images, stableImages, startedAt, endedAt, recurrence, preExisting } = release
  return {
    id: encodeId(release.key),
    cluster,
    namespace,
    name: release.rollout,
    podTemplateHash,
    rolloutRevision,
    state,
    outcome,
    cause,
    revision,
    goodRevision,
    images,
    stableImages: hasVersionBefore(release) ? stableImages : [],
    startedAt,
    endedAt,
    recurrence,
    preExisting,
    author: release.sourcePr?.author ?? release.author,
    attempts: release.attempts.length,
    why: shortWhy(release.attempts.at(-1)) ?? null,
    pullRequest: pullRequestOf(release.revertKey, ledger),
  }
}

/** Which page of which releases. `before` is where the page before ended. */
export type AskedPage = ReleaseFilter & { limit: number; before: LedgerPlace | undefined }

/** A page of the releases that match, as rows of a list; see {@link findReleases}. */
export async function listReleases({ ledger, store }: Pick<ReadOptions, 'ledger' | 'store'>, asked: AskedPage): Promise<ReleasePage> {
  const { releases, next } = await findReleases(store, asked)
  return { items: releases.map((release) => summariseRelease(release, ledger)), continue: next }
}

/**
 * A page of the releases that match, newest first. Where few of many match, a page ends after {@link MOST_READ} documents, with a place to
 * go on from. `looked`: how many documents that took.
 */
export async function findReleases(
  store: Pick<ReadOptions['store'], 'load'>,
  { limit, before, ...filter }: AskedPage,
): Promise<{ releases: readonly Release[]; next: string | null; looked: number }> {
  const isMeant = meantBy(filter)
  const subject = subjectOf(filter)
  const releases: Release[] = []
  let place = firstPlace(filter.to, before)
  let looked = 0
  const ends = (next: LedgerPlace | undefined) => ({ releases, next: next ? encodePlace(next) : null, looked })
  while (looked < MOST_READ) {
    await turn()
    // Most of what one Rollout has is meant, as a rule.
    const size = looked === 0 && (!isMeant || subject !== undefined) ? limit + 1 : AT_ONCE
    const found = await store.load('release', { limit: size, subject, open: filter.open, before: place })
    looked += found.length
    for (const one of found) {
      if (filter.from !== undefined && one.document.startedAt < filter.from) return ends(undefined)
      if (releases.length === limit) return ends(place)
      place = one.place
      if (!isMeant || isMeant(one.document)) releases.push(one.document)
    }
    if (found.length < size) return ends(undefined)
  }
  return ends(place)
}

/** The place after the newest that may be listed. */
function firstPlace(to: number | undefined, before: LedgerPlace | undefined): LedgerPlace | undefined {
  if (to === undefined || (before && before.since <= to)) return before
  return { since: Math.floor(to) + 1, sequence: 0 }
}

/** The Rollout that is asked for; undefined where it may be several: a namesake in any cluster that the ledger has ever known. */
function subjectOf({ cluster, namespace, name }: ReleaseFilter): string | undefined {
  return cluster === undefined || namespace === undefined || name === undefined ? undefined : rolloutKey({ cluster, namespace, name })
}

/** Undefined where everything is meant. */
function meantBy({ q, cluster, namespace, name, outcome, cause }: ReleaseFilter): ((release: Release) => boolean) | undefined {
  const words = wordsOf(q)
  if (words.length === 0 && [cluster, namespace, name, outcome, cause].every((one) => one === undefined)) return undefined
  return (release) =>
    (cluster === undefined || cluster === release.cluster) &&
    (namespace === undefined || namespace === release.namespace) &&
    (name === undefined || name === release.rollout) &&
    (outcome === undefined || outcome === release.outcome) &&
    (cause === undefined || cause === release.cause) &&
    (words.length === 0 || hasWords(words, textsOf(release)))
}

function textsOf({ cluster, namespace, rollout, images, revision, author, sourcePr }: Release): readonly string[] {
  return [`${cluster}/${namespace}/${rollout}`, ...images, revision ?? '', author ?? '', sourcePr?.author ?? '']
}
