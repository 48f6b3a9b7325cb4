/**
 * An image as a package URL: `pkg:oci` where it has a digest, which that type asks for, else `pkg:docker` with its tag (purl-spec,
 * "oci" and "docker").
 */
export function packageUrl(image: string): string {
  const [reference = '', digest] = image.split('@')
  const slash = reference.lastIndexOf('/')
  const [name = '', tag] = reference.slice(slash + 1).split(':')
  const place = reference.slice(0, Math.max(0, slash))
  const where = place === '' ? [] : [`repository_url=${encodeURIComponent(digest === undefined ? hostOf(place) : `${place}/${name}`)}`]
  if (digest !== undefined) {
    const more = [...where, ...(tag === undefined ? [] : [`tag=${encodeURIComponent(tag)}`])]
    return `pkg:oci/${encodeURIComponent(name.toLowerCase())}@${encodeURIComponent(digest)}${asQuery(more)}`
  }
  const [host, folder] = [hostOf(place), place.slice(hostOf(place).length).replace(/^\//, '')]
  const path = [...folder.split('/').filter(Boolean), name].map(encodeURIComponent).join('/')
  return `pkg:docker/${path}${tag === undefined ? '' : `@${encodeURIComponent(tag)}`}${asQuery(host === '' ? [] : where)}`
}

/** The registry of `host/folder`, by the rule of the reference grammar: its first part has a dot or a port, or is localhost. */
function hostOf(place: string): string {
  const [first = ''] = place.split('/')
  return /[.:]/.test(first) || first === 'localhost' ? first : ''
}

function asQuery(parts: readonly string[]): string {
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}
