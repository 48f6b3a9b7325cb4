import type { TraceAnswer, TracedSync } from '../../api/contract.ts'
import { applicationName } from '../../domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import type { Release } from '../../domain/release/release.ts'
import { imagesTold } from '../../domain/rollout/images-told.ts'
import type { ReadOptions } from '../request/options.ts'
import { summariseRelease } from './release-list.ts'
import { summariseRollout } from './rollout-summary.ts'

const MAX_SHOWN = 100

/**
 * Where a commit (by a prefix of at least four digits) or an image (whole, or its last parts such as `web:v1.8.0`)
 * went: the Rollouts that have it now, and the releases that wanted it, ran it or took it back.
 */
export async function trace(options: ReadOptions, query: string): Promise<TraceAnswer> {
  const asked = query.trim().toLowerCase()
  const isSha = /^[0-9a-f]{4,64}$/.test(asked)
  const isCommit = (revision: string | null | undefined): boolean => isSha && (revision ?? '').startsWith(asked)
  const isImage = (image: string): boolean => nameEndsWith(image.toLowerCase(), asked)
  const touches = (release: Release): boolean => {
    const revert = release.revertKey === null ? undefined : options.ledger.read('revert', release.revertKey)
    const commits = [
      release.revision,
      release.goodRevision,
      ...(release.applied?.revisions ?? []),
      ...(release.goodApplied?.revisions ?? []),
      revert?.commit,
      revert?.mergeCommit,
      ...(revert?.culprits.map(({ sha }) => sha) ?? []),
    ]
    return commits.some(isCommit) || release.images.some(isImage) || release.stableImages.some(isImage)
  }
  const found = await options.store.naming(asked, MAX_SHOWN)
  const releases = found.releases.filter(touches)
  const syncs = tracedSyncs(options, isCommit)
  return {
    query,
    rollouts: presentRollouts(options, releases, isImage),
    syncs: syncs.slice(0, MAX_SHOWN),
    releases: releases.map((release) => summariseRelease(release, options.ledger)),
    complete: found.complete && syncs.length <= MAX_SHOWN,
  }
}

/** What Argo CD itself says of a commit: a release may not know it yet, and another team's commit has none. */
function tracedSyncs({ views }: ReadOptions, isCommit: (revision: string) => boolean): readonly TracedSync[] {
  const found: TracedSync[] = []
  for (const view of views) {
    for (const application of view.applications()) {
      if (application.rollouts.length === 0) continue
      for (const { revision, what, at } of takenUp(application)) {
        if (isCommit(revision))
          found.push({
            cluster: view.cluster,
            application: applicationName(application),
            revision,
            what,
            at,
            rollouts: application.rollouts,
          })
      }
    }
  }
  return found.sort((a, b) => (b.at ?? Infinity) - (a.at ?? Infinity))
}

function takenUp({ history, operation, comparedRevisions }: ApplicationSnapshot): readonly Pick<TracedSync, 'revision' | 'what' | 'at'>[] {
  const synced = history.flatMap(({ revisions, deployedAt }) =>
    revisions.map((revision) => ({ revision, what: 'synced' as const, at: deployedAt })),
  )
  const known = new Set(synced.map(({ revision }) => revision))
  const running = (operation?.revisions ?? []).filter((revision) => !known.has(revision))
  const waiting = comparedRevisions.filter((revision) => !known.has(revision) && !running.includes(revision))
  return [
    ...synced,
    ...running.map((revision) => ({ revision, what: 'synced' as const, at: operation?.finishedAt ?? operation?.startedAt ?? null })),
    ...waiting.map((revision) => ({ revision, what: 'compared' as const, at: null })),
  ]
}

function presentRollouts(options: ReadOptions, releases: readonly Release[], isImage: (image: string) => boolean): TraceAnswer['rollouts'] {
  const uids = new Set(releases.map(({ uid }) => uid))
  const found = options.views.flatMap((view) =>
    [...view.rollouts()]
      .filter((rollout) => uids.has(rollout.uid) || imagesTold(rollout, view.replicaSets(rollout.uid)).some(isImage))
      .slice(0, MAX_SHOWN)
      .map((rollout) => ({ view, rollout, ...options.verdict(rollout) })),
  )
  return found.slice(0, MAX_SHOWN).map((assessed) => summariseRollout(assessed, options))
}

/** Whole, or from a boundary on: `web:v1.8.0` and `v1.8.0` name `registry.example/web:v1.8.0`, `eb:v1.8.0` does not. */
function nameEndsWith(image: string, asked: string): boolean {
  if (asked === '' || !image.endsWith(asked)) return false
  const before = image.at(image.length - asked.length - 1)
  return image.length === asked.length || before === '/' || before === ':' || before === '@'
}
