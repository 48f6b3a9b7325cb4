import type { CommitSha } from '../application/commit.ts'
import { hasFailed } from '../release/attempts.ts'
import type { Release } from '../release/release.ts'
import type { ReplicaSetSnapshot } from '../rollout/snapshots.ts'

/** Another release of the Rollout that failed, by what it may have in common with the one in question. */
export interface FailedBefore {
  /** It was the very same template. */
  readonly isSameTemplate: boolean
  /** Images that were new with it. */
  readonly images: readonly string[]
  /** N+1's commit; null where it was not told. */
  readonly commit: CommitSha | null
}

/**
 * What has failed of this Rollout and never made it: a template or an image that has served since, in whichever release, is none. A bot may
 * push the tag that failed again together with somebody's change, which makes another template of it: so images count as well.
 */
export function failedBefore(release: Release, releases: readonly Release[]): readonly FailedBefore[] {
  const own = releases.filter(({ uid }) => uid === release.uid)
  const promoted = own.filter(({ outcome }) => outcome === 'promoted')
  const servedTemplates = new Set([...own.map(({ stableHash }) => stableHash), ...promoted.map(({ podTemplateHash }) => podTemplateHash)])
  const servedImages = new Set([...own.flatMap(({ stableImages }) => stableImages), ...promoted.flatMap(({ images }) => images)])
  return own
    .filter((one) => one.key !== release.key && one.outcome !== 'promoted' && hasFailed(one))
    .map((one) => ({
      isSameTemplate: one.templateKey === release.templateKey && !servedTemplates.has(one.podTemplateHash),
      images: newImages(one).filter((image) => !servedImages.has(image)),
      commit: one.revision,
    }))
    .filter(({ isSameTemplate, images }) => isSameTemplate || images.length > 0)
}

/** `stood`: it may have served, and nobody has seen whether it did. */
export type ServedBefore = 'served' | 'stood' | undefined

/**
 * Whether this very template has served before, as far as that is known: by the ledger, or where that has nothing of it, because its
 * ReplicaSet (`failing`) has stood under another number. Whatever files bring it back, that is a revert. What was undone by hand has
 * served, too, and Git asks for it still.
 */
export function servedBefore(release: Release, releases: readonly Release[], failing: ReplicaSetSnapshot | undefined): ServedBefore {
  const { podTemplateHash: hash } = release
  if (hash === null || hash === release.stableHash || release.cause === 'undone') return undefined
  const others = releases.filter(({ uid, key }) => uid === release.uid && key !== release.key)
  if (others.some(({ stableHash }) => stableHash === hash)) return 'served'
  const tries = others.filter(({ podTemplateHash }) => podTemplateHash === hash)
  if (tries.length > 0) return tries.some(({ outcome }) => outcome === 'promoted') ? 'served' : undefined
  return (failing?.formerRevisions.length ?? 0) > 0 ? 'stood' : undefined
}

/** Those images of a release that the version before does not run. */
export function newImages({ images, stableImages }: Pick<Release, 'images' | 'stableImages'>): readonly string[] {
  return images.filter((image) => !stableImages.includes(image))
}
