import type { Release } from '../../domain/release/release.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { put, Timeline, type Placed } from './timeline.ts'

/** Releases of one Rollout that are kept for their age alone. */
const MOST_OF_ONE = 200
/** Whatever befalls a whole fleet: more are never walked at once. */
const MOST_OF_A_STORM = 10_000

/** Releases in memory: what is open or named, and the newest of each Rollout. */
export interface Releases {
  get(key: string): Release | undefined
  /** @param order see {@link Placed} */
  take(release: Release, order: number): void
  ofRollout: Ledger['releasesOf']
  ofStorm: Ledger['releasesOfStorm']
  list: Ledger['releases']
}

/** @param named the releases that are kept however old they are, because something that is going on names them */
export function createReleases(named: () => ReadonlySet<string>): Releases {
  const byKey = new Map<string, Placed<Release>>()
  const timelines = new Map<string, Timeline<Release>>()
  const open = new Set<string>()
  /** By the storm that they failed in: keys of releases, and the releases in order, where they were asked for since one of them moved. */
  const storms = new Map<string, { keys: Set<string>; listed: readonly Release[] | undefined }>()

  function timelineOf(rollout: RolloutRef): Timeline<Release> {
    const key = rolloutKey(rollout)
    const timeline = timelines.get(key) ?? new Timeline<Release>()
    timelines.set(key, timeline)
    return timeline
  }

  function forgetOldest(timeline: Timeline<Release>): void {
    const kept = named()
    const oldest = timeline.oldest(({ state, key }) => state === 'ended' && !kept.has(key))
    if (!oldest) return
    timeline.remove(oldest)
    byKey.delete(oldest.key)
    gather(oldest.document, undefined)
  }

  /** A release that fails anew may belong to another storm than before, or to none. */
  function gather(before: Release | undefined, after: Release | undefined): void {
    const [left, joined] = [before?.storm, after?.storm]
    if (before && left !== undefined) {
      const storm = storms.get(left)
      if (left !== joined) storm?.keys.delete(before.key)
      if (storm) storm.listed = undefined
    }
    if (after && joined !== undefined) {
      const keys = storms.get(joined)?.keys ?? new Set()
      storms.set(joined, { keys: keys.add(after.key), listed: undefined })
    }
  }

  function ofStorm(key: string): readonly Release[] {
    const storm = storms.get(key)
    if (!storm) return []
    storm.listed ??= listed(storm.keys, MOST_OF_A_STORM).toReversed()
    return storm.listed
  }

  function listed(keys: Iterable<string>, limit: number): readonly Release[] {
    return [...keys]
      .flatMap((key) => byKey.get(key) ?? [])
      .toSorted((a, b) => b.since - a.since || b.order - a.order)
      .slice(0, limit)
      .map(({ document }) => document)
  }

  return {
    get: (key) => byKey.get(key)?.document,
    take(release, order) {
      const { key, cluster, namespace, rollout: name } = release
      const timeline = timelineOf({ cluster, namespace, name })
      gather(byKey.get(key)?.document, release)
      put({ byKey, timeline }, { key, document: release, since: Math.round(release.startedAt), order })
      if (release.state === 'ended') open.delete(key)
      else open.add(key)
      if (timeline.length > MOST_OF_ONE) forgetOldest(timeline)
    },
    ofStorm,
    ofRollout: (rollout, limit = MOST_OF_ONE) => timelines.get(rolloutKey(rollout))?.documents(limit) ?? [],
    list({ open: isOpen, limit }) {
      if (isOpen) return listed(open, limit)
      return listed(isOpen === false ? [...byKey.keys()].filter((key) => !open.has(key)) : byKey.keys(), limit)
    },
  }
}
