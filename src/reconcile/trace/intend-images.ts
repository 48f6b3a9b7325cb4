import type { Release } from '../../domain/release/release.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import { intend } from '../act/intent.ts'
import type { Environment } from '../environment.ts'

/** A pod has rarely more containers; what more there are is not read. */
const MOST_IMAGES = 10

/** Asks, once, what the images of a release were built from, where their registries may be read: when it fails, or ends. */
export function intendImages(environment: Environment, release: Release): readonly LedgerEntry[] {
  const key = `images|${release.key}`
  const isDue = release.attempts.length > 0 || (release.state === 'ended' && release.outcome !== 'gone')
  if (!isDue || release.preExisting || readableImages(environment, release).length === 0 || environment.ledger.read('effect', key))
    return []
  return [intend(key, { type: 'read-images', releaseKey: release.key }, environment.clock.now())]
}

/** Those of a release's images whose registry may be asked. */
export function readableImages({ images }: Environment, release: Release): readonly string[] {
  return [...new Set(release.images)].filter((image) => images?.mayRead(image)).slice(0, MOST_IMAGES)
}
