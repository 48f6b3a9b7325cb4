import type { Announcement } from '../../domain/announce/announcement.ts'

/** All announcements, in memory. */
export interface Announcements {
  get(key: string): Announcement | undefined
  take(announcement: Announcement): void
  ofRelease: (release: string) => readonly Announcement[]
}

/** See {@link Announcements}. */
export function createAnnouncements(): Announcements {
  const byKey = new Map<string, Announcement>()
  const keysOf = new Map<string, Set<string>>()
  return {
    get: (key) => byKey.get(key),
    take(announcement) {
      const { key, releases } = announcement
      for (const left of byKey.get(key)?.releases ?? []) if (!releases.includes(left)) keysOf.get(left)?.delete(key)
      for (const release of releases) keysOf.set(release, (keysOf.get(release) ?? new Set()).add(key))
      byKey.set(key, announcement)
    },
    ofRelease: (release) => [...(keysOf.get(release) ?? [])].flatMap((key) => byKey.get(key) ?? []),
  }
}
