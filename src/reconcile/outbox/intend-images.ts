import type { Effect } from '../../domain/effect.ts'
import type { Release } from '../../domain/release/release.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { intend } from './intent.ts'

/** A pod has rarely more containers; what more there are is not read. */
const MOST_IMAGES = 10

/** Asks, once, what the images of a release were built from, where their registries may be read: when it fails, or ends. */
export function intendImages(environment: Environment, release: Release): readonly LedgerEntry[] {
  const key = `images|${release.key}`
  const isDue = release.attempts.length > 0 || (release.state === 'ended' && release.outcome !== 'gone')
  // The ledger in memory knows an effect no more once it is over: what it has told is known by the release.
  if (!isDue || release.preExisting || release.imageSources || environment.ledger.read('effect', key)) return []
  if (readableImages(environment, release).length === 0) return []
  return [intend(key, { type: 'read-images', releaseKey: release.key }, environment.clock.now())]
}

/** Those of a release's images whose registry may be asked. */
function readableImages({ images }: Environment, release: Release): readonly string[] {
  return [...new Set(release.images)].filter((image) => images?.mayRead(image))
}

/** A tag may lead elsewhere by now, so what the pods are about to tell is waited for: for as long as it is tried to read them. */
export function arePodsTold({ ledger }: Pick<Environment, 'ledger'>, { action }: Effect): boolean {
  if (action.type !== 'read-images') return true
  return !ledger.pendingEffects().some((other) => other.action.type === 'read-pods' && other.action.releaseKey === action.releaseKey)
}

/**
 * The images of a release whose registry may be asked, each by the digest that its pods ran where they have told one, and by its tag where
 * nobody knows: a tag that was pushed over since leads to another image. One of several digests is asked for each.
 */
export function imagesToRead(environment: Environment, release: Release): readonly string[] {
  const ran = (release.ranImages ?? []).filter(({ of }) => of === 'release')
  const named = readableImages(environment, release).flatMap((image) => {
    const digests = image.includes('@') ? [] : ran.filter((one) => one.image === image).flatMap((one) => one.digests)
    return digests.length > 0 ? digests.map((digest) => `${image}@${digest}`) : [image]
  })
  return named.slice(0, MOST_IMAGES)
}
