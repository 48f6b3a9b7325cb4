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
