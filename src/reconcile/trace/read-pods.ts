import { KedgeError } from '../../domain/errors.ts'
import { joinRan, ranImages, unreadRan, type RanImage } from '../../domain/release/ran-image.ts'
import type { Release } from '../../domain/release/release.ts'
import { replicaSetOf } from '../../domain/rollout/serving.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { recordRelease } from '../record/moves.ts'

/** Pods are gone soon, so an API server that is away for longer is told as that. */
const MOST_TRIES = 4

/**
 * Reads which images the pods of a release, and of the version before, really run, and writes that into the ledger. Reads only, and decides
 * nothing.
 * @param tries how often it was tried, this time included
 * @throws KedgeError E_CLUSTER_*
 */
export async function readPods(environment: Environment, releaseKey: string, tries: number): Promise<Delivered> {
  const release = environment.ledger.read('release', releaseKey)
  const view = environment.views.find(({ cluster }) => cluster === release?.cluster)
  if (!release || !view?.podImages) return { state: 'abandoned', event: 'pods-not-read' }
  const now = [
    ...(await ranOf(view, release, { of: 'release', hash: release.podTemplateHash, images: release.images }, tries)),
    ...(release.stableHash === release.podTemplateHash
      ? []
      : await ranOf(view, release, { of: 'before', hash: release.stableHash, images: release.stableImages }, tries)),
  ]
  const entries = (): readonly LedgerEntry[] => {
    const known = environment.ledger.read('release', releaseKey)?.ranImages ?? []
    return recordRelease(environment, releaseKey, { type: 'release-traced', facts: { ranImages: joinRan(known, now) } }).entries
  }
  return { state: 'done', event: 'pods-read', entries }
}

async function ranOf(
  view: ClusterView,
  release: Release,
  { of, hash, images }: { of: RanImage['of']; hash: string | null; images: readonly string[] },
  tries: number,
): Promise<readonly RanImage[]> {
  const set = hash === null ? undefined : replicaSetOf(view.replicaSets(release.uid), hash)
  if (!set) return ranImages(of, images, [])
  try {
    return ranImages(of, images, (await view.podImages?.(set)) ?? [])
  } catch (error) {
    if (!(error instanceof KedgeError) || (error.retryable && tries < MOST_TRIES)) throw error
    return images.map((image) => unreadRan(of, image, error.what))
  }
}
