/** An image's name, in its parts. */
export interface ImageReference {
  /** Of the registry, in lower case, with a port where one is named; `docker.io` where none is. */
  readonly host: string
  /** Below it, such as `library/nginx`. */
  readonly repository: string
  /** `latest` where neither a tag nor a digest is named. */
  readonly tag: string
  /** Names the very content; the tag says nothing then. */
  readonly digest: string | undefined
}

const LONGEST = 1_000
const PART = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/
const DIGEST = /^sha256:[0-9a-f]{64}$/

/**
 * Reads an image as a container names it. Undefined for what no registry has: it is anybody's text.
 * Source: distribution/reference, `normalize.go` (`docker.io`, `library/`, `latest`) and `regexp.go`.
 */
export function imageReference(image: string): ImageReference | undefined {
  if (image.length > LONGEST) return undefined
  const [named = '', digest, ...more] = image.split('@')
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  const [path, tag] = colon < 0 ? [named, 'latest'] : [named.slice(0, colon), named.slice(colon + 1)]
  if (!/^\w[\w.-]{0,127}$/.test(tag)) return undefined
  const [first = '', ...rest] = path.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const host = isHost ? first.toLowerCase() : 'docker.io'
  const parts = isHost ? rest : [first, ...rest]
  const repository = (host === 'docker.io' && parts.length === 1 ? ['library', ...parts] : parts).join('/')
  if (!HOST.test(host) || repository.length > 255 || !parts.every((part) => PART.test(part))) return undefined
  return { host, repository, tag, digest }
}
