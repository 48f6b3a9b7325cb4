import { isSameImage } from '../quarantine/images.ts'
import type { Quarantine } from '../quarantine/quarantine.ts'
import type { Release } from '../release/release.ts'
import { dayOf } from '../words/calendar.ts'
import { newImages, type FailedBefore } from './failed-before.ts'

/** A version that was in quarantine when a release brought it back. */
export interface QuarantinedBefore {
  readonly key: string
  /** Epoch milliseconds. */
  readonly until: number
  /** What it has in common with the release, as the ledger's releases may not have it any more: another object of that name failed then. */
  readonly failed: FailedBefore
}

/** The quarantine in which a release's version was before it began; undefined where it was in none. */
export function quarantinedBefore(release: Release, standing: readonly Quarantine[]): QuarantinedBefore | undefined {
  const images = newImages(release)
  for (const one of standing) {
    if (one.since >= release.startedAt) continue
    const same = images.filter((image) => one.images.some((quarantined) => isSameImage(quarantined, image)))
    const isSameTemplate = release.podTemplateHash !== null && one.templates.includes(release.podTemplateHash)
    if (same.length === 0 && !isSameTemplate) continue
    // Once this release has failed, too, the commit is its own, and says nothing of the time before.
    const commit = one.release === release.key ? null : one.culprit
    return { key: one.key, until: one.until, failed: { isSameTemplate, images: same, commit } }
  }
  return undefined
}

/** For people, what a refusal adds; nothing where it was in none. */
export function quarantineWords(quarantined: QuarantinedBefore | undefined): string {
  return quarantined ? ` and is in quarantine until ${dayOf(quarantined.until)} (${quarantined.key})` : ''
}
