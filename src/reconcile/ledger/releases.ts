import type { Release } from '../../domain/release/release.ts'
import { rolloutKey } from '../../domain/rollout/key.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import { RELEASES_OF_EACH } from '../../ports/ledger-checkpoint.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { createByStorm } from './by-storm.ts'
import { put, Timeline, type Placed } from './timeline.ts'

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

/**
 * @param named the releases that are kept however old they are, because something that is going on names them
 * @param forget is told the key of one that is kept no more
 */
export function createReleases(named: () => ReadonlySet<string>, forget: (key: string) => void): Releases {
  const byKey = new Map<string, Placed<Release>>()
  const timelines = new Map<string, Timeline<Release>>()
  const open = new Set<string>()
  const byStorm = createByStorm((keys) => listed(keys, MOST_OF_A_STORM).toReversed())

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
    byStorm.move(oldest.document, undefined)
    forget(oldest.key)
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
      byStorm.move(byKey.get(key)?.document, release)
      put({ byKey, timeline }, { key, document: release, since: Math.round(release.startedAt), order })
      if (release.state === 'ended') open.delete(key)
      else open.add(key)
      if (timeline.length > RELEASES_OF_EACH) forgetOldest(timeline)
    },
    ofStorm: (key) => byStorm.releases(key),
    ofRollout: (rollout, limit = RELEASES_OF_EACH) => timelines.get(rolloutKey(rollout))?.documents(limit) ?? [],
    list({ open: isOpen, limit }) {
      if (isOpen) return listed(open, limit)
      return listed(isOpen === false ? [...byKey.keys()].filter((key) => !open.has(key)) : byKey.keys(), limit)
    },
  }
}
