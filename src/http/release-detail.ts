import type { Freshness, ReleaseDetail, ReleasePage, ReleaseSummary } from '../api/contract.ts'
import type { Release } from '../domain/release/release.ts'
import { shortEvidence } from '../domain/words/evidence.ts'
import { hasVersionBefore } from '../domain/words/wording.ts'
import type { Ledger, LedgerPlace } from '../ports/ledger.ts'
import type { ReadOptions } from './options.ts'
import { encodeId, encodePlace } from './paging.ts'
import { quarantineOf } from './quarantine-summary.ts'
import { pullRequestOf } from './rollout-summary.ts'
import { stormOf } from './storms.ts'

/** One release as a row of a list. */
export function summariseRelease(release: Release, ledger: Ledger): ReleaseSummary {
  const evidence = release.attempts.at(-1)?.evidence[0]
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
    why: evidence ? shortEvidence(evidence) : null,
    pullRequest: pullRequestOf(release.revertKey, ledger),
  }
}

/** A page of releases, newest first; `before` is where the last release of the page before stands. */
export async function listReleases(
  { ledger, store }: Pick<ReadOptions, 'ledger' | 'store'>,
  { limit, open, before }: { limit: number; open: boolean | undefined; before: LedgerPlace | undefined },
): Promise<ReleasePage> {
  const found = await store.load('release', { limit: limit + 1, open, before })
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(({ document }) => summariseRelease(document, ledger)),
    continue: found.length > limit && last ? encodePlace(last.place) : null,
  }
}

/** Everything the ledger has about one release; undefined when there is no such key. */
export async function findRelease(options: ReadOptions, key: string): Promise<ReleaseDetail | undefined> {
  const { ledger, store, links } = options
  const [found] = await store.load('release', { key, limit: 1 })
  if (!found) return undefined
  const release = found.document
  const revert = release.revertKey === null ? undefined : ledger.read('revert', release.revertKey)
  const pendingEffects = ledger
    .pendingEffects()
    .filter(({ action }) => ('releaseKey' in action ? action.releaseKey === key : action.revertKey === release.revertKey))
  const history = [
    ...(await store.history('release', key)),
    ...(release.revertKey === null ? [] : await store.history('revert', release.revertKey)),
    ...(await store.history('card', key)),
  ].sort((a, b) => a.sequence - b.sequence)
  const commitLink = (revision: string | null) =>
    (revision && release.repository ? links.commit(release.repository, revision) : undefined) ?? null
  const view = options.views.find(({ cluster }) => cluster === release.cluster)
  const [namespace, name] = release.applied?.application.split('/') ?? []
  return {
    id: encodeId(key),
    freshness: view?.freshness('rollouts') ?? notWatched(history.at(-1)?.at ?? release.startedAt),
    release,
    revert: revert ?? null,
    storm: stormOf(release, ledger),
    quarantine: quarantineOf(release, ledger),
    pendingEffects,
    history,
    links: {
      application: (namespace && name ? links.application(namespace, name) : undefined) ?? null,
      goodCommit: commitLink(release.goodRevision),
      badCommit: commitLink(release.revision),
      more: links.more?.(release) ?? [],
    },
  }
}

/** A cluster that has left the configuration: the ledger's last word is the last that is known of it. */
function notWatched(since: number): Freshness {
  return { fresh: false, asOf: since, blind: [{ kind: 'cluster', reason: 'it is not in the configuration', since }] }
}
