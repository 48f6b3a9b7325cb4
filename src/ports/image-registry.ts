import type { ImageSource } from '../domain/release/image-source.ts'

/**
 * Reads what images say of themselves, where the admin has named their registry. Never throws for what a registry holds or refuses: what
 * cannot be told is an answer. Does not promise that a tag leads to the image that ran:
 * whoever knows the digest asks by it.
 */
export interface ImageRegistry {
  /** Whether its registry may be asked at all. */
  mayRead(image: string): boolean
  /** @throws KedgeError E_REGISTRY_UNREACHABLE */
  sourceOf(image: string): Promise<ImageSource>
}
