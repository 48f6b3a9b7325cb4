import type { Release } from '../../domain/release/release.ts'

/** Which releases failed in which storm. */
export interface ByStorm {
  /** A release has come to be another, is known for the first time, or is forgotten. */
  move(before: Release | undefined, after: Release | undefined): void
  releases(storm: string): readonly Release[]
}

/** @param listed the releases of some keys, in order */
export function createByStorm(listed: (keys: Iterable<string>) => readonly Release[]): ByStorm {
  /** The releases themselves where they were asked for since one of them moved: a storm is read far more often than it moves. */
  const storms = new Map<string, { keys: Set<string>; releases: readonly Release[] | undefined }>()

  return {
    move(before, after) {
      const left = before?.storm
      const storm = left === undefined ? undefined : storms.get(left)
      if (before && storm) {
        if (left !== after?.storm) storm.keys.delete(before.key)
        storm.releases = undefined
      }
      if (after?.storm === undefined) return
      const keys = storms.get(after.storm)?.keys ?? new Set()
      storms.set(after.storm, { keys: keys.add(after.key), releases: undefined })
    },
    releases(key) {
      const storm = storms.get(key)
      if (!storm) return []
      storm.releases ??= listed(storm.keys)
      return storm.releases
    },
  }
}
