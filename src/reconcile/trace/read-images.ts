import { KedgeError } from '../../domain/errors.ts'
import { unreadSource, type ImageSource } from '../../domain/release/image-source.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { imagesToRead } from '../outbox/intend-images.ts'
import { recordRelease } from '../record/moves.ts'

/** A registry that is away for longer is told as that: nobody waits for it for ever. */
const MOST_TRIES = 8

/**
 * Reads what the images of a release were built from, and writes that into the ledger. Reads only, and decides nothing.
 * @param tries how often it was tried, this time included
 * @throws KedgeError E_REGISTRY_UNREACHABLE
 */
export async function readImages(environment: Environment, releaseKey: string, tries: number): Promise<Delivered> {
  const release = environment.ledger.read('release', releaseKey)
  const images = release ? imagesToRead(environment, release) : []
  if (images.length === 0) return { state: 'abandoned', event: 'images-not-read' }
  const imageSources: ImageSource[] = []
  for (const image of images) imageSources.push(await sourceOf(environment, image, tries))
  const entries = (): readonly LedgerEntry[] =>
    recordRelease(environment, releaseKey, { type: 'release-traced', facts: { imageSources } }).entries
  return { state: 'done', event: 'images-read', entries }
}

async function sourceOf({ images }: Environment, image: string, tries: number): Promise<ImageSource> {
  try {
    return (await images?.sourceOf(image)) ?? unreadSource(image, 'no registry may be asked')
  } catch (error) {
    if (!(error instanceof KedgeError) || tries < MOST_TRIES) throw error
    return unreadSource(image, error.what)
  }
}
