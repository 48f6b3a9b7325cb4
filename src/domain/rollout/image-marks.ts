/**
 * How the images that only one of two versions has are told in files: by digest, tag, or name, whichever the other version does not have
 * as well. Files hold these parts alone where a tool puts an image together.
 */
export function imageMarks(own: readonly string[], other: readonly string[]): readonly string[] {
  const others = other.map(partsOf)
  return own
    .filter((image) => !other.includes(image))
    .map((image) => partsOf(image).find((part, kind) => part !== undefined && !others.some((parts) => parts[kind] === part)) ?? image)
}

/** Digest, tag, last part of the name. */
function partsOf(image: string): readonly (string | undefined)[] {
  const [reference = '', digest] = image.split('@')
  const name = reference.slice(reference.lastIndexOf('/') + 1)
  const [short, tag] = name.split(':')
  return [digest, tag, short].map((part) => part || undefined)
}

/** Whether a text holds a mark as a word of its own: `1.2` is not in `1.2.3`. A tool may put a `v` before a version. */
export function holdsMark(text: string, mark: string): boolean {
  const bare = /^v\d+\.\d/.test(mark) ? mark.slice(1) : mark
  if (bare === '') return false
  for (let at = text.indexOf(bare); at >= 0; at = text.indexOf(bare, at + 1)) {
    if (
      /(?:^|[^A-Za-z0-9._-])v?$/.test(text.slice(Math.max(0, at - 2), at)) &&
      !/^(?:[A-Za-z0-9_]|[.-][A-Za-z0-9])/.test(text.slice(at + bare.length))
    )
      return true
  }
  return false
}

/**
 * Whether files name an image in full, and with other tags only: then its mark stands for something else there, such as another Rollout's
 * image of the same tag.
 */
export function namesOtherTags(texts: readonly string[], image: string): boolean {
  const [reference = ''] = image.split('@')
  const [, tag] = partsOf(image)
  if (tag === undefined) return false
  const name = reference.slice(0, -tag.length)
  const tags = texts.flatMap((text) => tagsAfter(text, name))
  return tags.length > 0 && !tags.includes(tag)
}

/** @param name up to the colon, and with it */
function tagsAfter(text: string, name: string): readonly string[] {
  const tags: string[] = []
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const [tag = ''] = /^[\w.-]{0,128}/.exec(text.slice(at + name.length, at + name.length + 128)) ?? []
    if (tag !== '' && !/[\w./-]$/.test(text.charAt(at - 1))) tags.push(tag)
  }
  return tags
}
