import { plainText } from '../words/plain-text.ts'

/** What the pods of one version ran, by the word of the nodes' container runtimes. */
export interface RanImage {
  /** `release`: N+1; `before`: N. */
  readonly of: 'release' | 'before'
  /** As the pod's spec names it. */
  readonly image: string
  /** `sha256:…` of the manifests that were pulled for it, each once: a tag that was moved meanwhile has several. */
  readonly digests: readonly string[]
  /** Why there are none, as a sentence. Absent where there are. */
  readonly unread?: string
}

/** A container of a pod: the image that its spec names, and what the runtime says that it runs. */
export interface PodImage {
  readonly image: string
  readonly digest: string
}

const MOST_IMAGES = 10
const MOST_DIGESTS = 5
const LONGEST_IMAGE = 300
const LONGEST_REASON = 300
const DIGEST = /^sha256:[0-9a-f]{64}$/

/**
 * The digest in a container's `imageID`, such as `registry.example/web@sha256:…`. Undefined for what names no manifest: an image that was
 * only loaded into the node has the hash of its configuration there, which no registry knows. Source: Kubernetes `pkg/apis/core/types.go`
 * ContainerStatus, and what containerd, CRI-O and cri-dockerd write.
 */
export function digestInImageId(imageId: unknown): string | undefined {
  if (typeof imageId !== 'string' || imageId.length > 1_000) return undefined
  const digest = imageId.slice(imageId.lastIndexOf('@') + 1)
  return imageId.includes('@') && DIGEST.test(digest) ? digest : undefined
}

/** What was seen of the images of one version, each with its digests. What no pod told of is said as that. */
export function ranImages(of: RanImage['of'], images: readonly string[], seen: readonly PodImage[]): readonly RanImage[] {
  return [...new Set(images)].slice(0, MOST_IMAGES).map((image) => {
    const found = seen.filter((one) => one.image === image && DIGEST.test(one.digest)).map(({ digest }) => digest)
    const digests = [...new Set(found)].toSorted().slice(0, MOST_DIGESTS)
    return digests.length > 0 ? harmlessRan({ of, image, digests }) : unreadRan(of, image, 'no pod of it was seen that names a digest')
  })
}

/** An image of which nothing is known. */
export function unreadRan(of: RanImage['of'], image: string, reason: string): RanImage {
  return { of, image: plainText(image, LONGEST_IMAGE), digests: [], unread: plainText(reason, LONGEST_REASON) }
}

/**
 * What is known of two looks: digests of both, in one list. Pods go, and an image that a later look does not see any more has run all the
 * same.
 */
export function joinRan(before: readonly RanImage[], now: readonly RanImage[]): readonly RanImage[] {
  const isSame = (a: RanImage, b: RanImage): boolean => a.of === b.of && a.image === b.image
  const joined = now.map((one) => {
    const known = before.find((other) => isSame(one, other))
    if (!known || known.digests.length === 0) return one
    const digests = [...new Set([...known.digests, ...one.digests])].toSorted().slice(0, MOST_DIGESTS)
    return { of: one.of, image: one.image, digests }
  })
  return [...joined, ...before.filter((one) => !now.some((other) => isSame(one, other)))]
}

/** The same with each of its texts as a harmless line, and what is no digest left out: a ledger may be anybody's. */
export function harmlessRan({ of, image, digests, unread }: RanImage): RanImage {
  return {
    of,
    image: plainText(image, LONGEST_IMAGE),
    digests: digests.filter((digest) => DIGEST.test(digest)),
    ...(unread !== undefined && { unread: plainText(unread, LONGEST_REASON) }),
  }
}

/** What ran of an image, as a harmless line. */
export function ranWords(told: RanImage): string {
  const { of, image, digests, unread } = harmlessRan(told)
  const before = of === 'before' ? ', the version before' : ''
  return digests.length > 0 ? `${digests.join(' and ')} of ${image}${before}` : `not known of ${image}${before}: ${unread ?? ''}`
}
