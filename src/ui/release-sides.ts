import type { VersionSide } from '../api/contract.ts'
import type { KeptWish, Release } from '../domain/release/release.ts'

/** The two sides of a release; once it has ended, what it was and what was before. */
export interface ReleaseSides {
  readonly wants: VersionSide
  readonly runs: VersionSide
  /** Git asks for something else than the release. */
  readonly isElsewhere: boolean
}

/** What Git asks for, and what the cluster runs, as the release is kept. */
export function sidesOf(release: Release): ReleaseSides {
  const { podTemplateHash, revision, applied, images, sourcePr, stableHash, goodRevision, goodApplied, stableImages } = release
  const own = { podTemplateHash, ...commitOf(revision, applied), author: sourcePr?.author ?? release.author, images }
  const runs = { podTemplateHash: stableHash, ...commitOf(goodRevision, goodApplied), author: null, images: stableImages }
  const { instead: byHand } = release
  const side = {
    podTemplateHash: byHand?.podTemplateHash ?? null,
    revision: null,
    revisionBy: null,
    author: null,
    images: byHand?.images ?? [],
  }
  const instead = release.outcome === 'open' ? release.wish : undefined
  return {
    wants: instead ? sideOf(instead) : own,
    runs: release.outcome === 'open' && byHand ? side : runs,
    isElsewhere: instead !== undefined,
  }
}

/** What Git asks for instead of the release. */
function sideOf({ podTemplateHash, images, revisions, by = 'compared' }: KeptWish): VersionSide {
  const [revision = null] = revisions
  return { podTemplateHash, images, revision, revisionBy: revision === null ? null : by, author: null }
}

/** As Git says, else as Argo CD synced it. */
function commitOf(revision: string | null, applied: Release['applied']): Pick<VersionSide, 'revision' | 'revisionBy'> {
  if (revision !== null) return { revision, revisionBy: 'git' }
  const [synced] = applied?.revisions ?? []
  return synced === undefined ? { revision: null, revisionBy: null } : { revision: synced, revisionBy: 'synced' }
}
