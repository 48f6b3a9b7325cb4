/** An index of images for several machines. */
export const INDEX_TYPES: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]

/** What is asked for. Source: OCI image-spec, `media-types.md`. */
export const TYPES: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  ...INDEX_TYPES,
]

type Json = Readonly<Record<string, unknown>>

/** What stands in bytes of a stranger; an empty object where that is no JSON object. */
export function readJson(body: Buffer): Json {
  try {
    return objectOf(JSON.parse(body.toString('utf8')))
  } catch {
    return {}
  }
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

/** Of a manifest the digest of its configuration; of an index that of one of its images. */
export function partsOf(document: Json): { config: string | undefined; image: string | undefined; annotations: Json } {
  const manifests = Array.isArray(document['manifests']) ? document['manifests'].slice(0, 1_000).map(objectOf) : []
  const images = manifests.filter((one) => objectOf(one['platform'])['os'] !== 'unknown')
  // All are built from one commit, so any says which: Linux is what clusters run.
  const linux = images.find((one) => objectOf(one['platform'])['os'] === 'linux')
  return {
    config: digestIn(objectOf(document['config'])),
    image: digestIn(linux ?? images[0] ?? {}),
    annotations: objectOf(document['annotations']),
  }
}

/** The labels of an image's configuration. */
export function labelsIn(configuration: Json): Json {
  return objectOf(objectOf(configuration['config'])['Labels'])
}

function digestIn({ digest }: Json): string | undefined {
  return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined
}
