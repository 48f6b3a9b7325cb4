import { plainText } from '../words/plain-text.ts'
import { webAddress } from '../words/web-address.ts'

/** What an image says that it was built from, by its labels. Whoever built it wrote them: it is told, and nothing is decided by it. */
export interface ImageSource {
  readonly image: string
  /** `org.opencontainers.image.revision`, as a commit's full or shortened name. Absent where there is none. */
  readonly revision?: string
  /** `org.opencontainers.image.source`, an https address without credentials. Absent where there is none. */
  readonly source?: string
  /** Why nothing is known, as a sentence. Absent where something is. */
  readonly unread?: string
}

/** Names of the labels; source: OCI image-spec, `annotations.md`. */
const REVISION = 'org.opencontainers.image.revision'
const SOURCE = 'org.opencontainers.image.source'

const LONGEST_ADDRESS = 500
const LONGEST_IMAGE = 300
const LONGEST_REASON = 300

/** What labels say of where an image came from. Values that are no commit, and no address, are left out. */
export function imageSource(image: string, labels: Readonly<Record<string, unknown>>): ImageSource {
  const [revision, source] = [labels[REVISION], labels[SOURCE]]
  const found = {
    ...(typeof revision === 'string' && /^[0-9a-f]{7,64}$/i.test(revision) && { revision: revision.toLowerCase() }),
    ...(typeof source === 'string' && isAddress(source) && { source }),
  }
  if (Object.keys(found).length === 0) return unreadSource(image, 'the image has no label that names the commit or the repository')
  return { image: plainText(image, LONGEST_IMAGE), ...found }
}

/** An image of whose source nothing is known. */
export function unreadSource(image: string, reason: string): ImageSource {
  return { image: plainText(image, LONGEST_IMAGE), unread: plainText(reason, LONGEST_REASON) }
}

/** The same with each of its texts as a harmless line: a ledger may be anybody's. */
export function harmlessSource({ image, revision, source, unread }: ImageSource): ImageSource {
  return {
    image: plainText(image, LONGEST_IMAGE),
    ...(revision !== undefined && { revision: plainText(revision, 64) }),
    ...(source !== undefined && { source: plainText(source, LONGEST_ADDRESS) }),
    ...(unread !== undefined && { unread: plainText(unread, LONGEST_REASON) }),
  }
}

/** Where an image says it is from, as a harmless line that names the image where nothing is known. */
export function builtFromWords(told: ImageSource): string {
  const { image, revision, source, unread } = harmlessSource(told)
  if (revision === undefined && source === undefined) return `not known for ${image}: ${unread ?? ''}`
  return `${revision ?? 'a commit that it does not name'}${source === undefined ? '' : ` of ${source}`}, by the labels of ${image}`
}

function isAddress(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && !/[\s\p{C}]/u.test(text) && webAddress(text)?.protocol === 'https:'
}
