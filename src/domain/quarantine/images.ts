/** Name and tag, and digest, of an image as templates write it. */
function partsOf(image: string): { reference: string; digest: string | undefined } {
  const [reference = '', digest] = image.split('@')
  return { reference, digest: digest || undefined }
}

/**
 * Whether a template's image is one that stands in quarantine: by digest where that one has a digest, whatever tag is put before it; else
 * by name and tag, whatever digest is put behind.
 */
export function isSameImage(quarantined: string, image: string): boolean {
  const [one, other] = [partsOf(quarantined), partsOf(image)]
  return one.digest === undefined ? one.reference === other.reference : one.digest === other.digest
}

/** The images that N+1 changed against N. What both run is innocent, under whatever tag. */
export function changedImages(images: readonly string[], stableImages: readonly string[]): readonly string[] {
  return [...new Set(images)].filter((image) => !stableImages.some((stable) => image === stable || isSameImage(image, stable)))
}

/** Those of the quarantined images that are among a template's. */
export function imagesAmong(quarantined: readonly string[], images: readonly string[]): readonly string[] {
  return quarantined.filter((one) => images.some((image) => isSameImage(one, image)))
}
