import { plainText } from '../domain/words/plain-text.ts'

/** A commit as people write it: seven digits. */
export function shortSha(revision: string | null): string | undefined {
  return revision === null ? undefined : plainText(revision, 64).slice(0, 7)
}

/** The part of an image that tells versions apart: its tag, else the head of its digest, else `latest`. */
export function imageTag(image: string): string {
  const [name = '', digest] = image.split('@')
  const tag = /:([^/:]+)$/.exec(name)?.[1]
  if (tag) return plainText(tag, 40)
  return digest
    ? plainText(digest, 80)
        .replace(/^sha256:/, '')
        .slice(0, 12)
    : 'latest'
}

/**
 * The tag to show for one side: of the first image that the other side does not have, else of the first. With a count
 * of the others that differ too.
 */
export function versionTag(images: readonly string[], other: readonly string[]): string | undefined {
  const different = images.filter((image) => !other.includes(image))
  const shown = different[0] ?? images[0]
  if (shown === undefined) return undefined
  return different.length > 1 ? `${imageTag(shown)} +${different.length - 1}` : imageTag(shown)
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const

/**
 * A length of time in its two largest units: `4m12s`, `3h05m`, `2d07h`, `8s`. Takes milliseconds; nothing is shorter
 * than `0s`.
 */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const at = UNITS.findIndex(([, size]) => seconds >= size)
  const [unit, size] = UNITS[at] ?? ['s', 1]
  const next = UNITS[at + 1]
  if (!next || at === -1) return `${seconds}s`
  const [smaller, smallerSize] = next
  const rest = Math.floor((seconds % size) / smallerSize)
  return `${Math.floor(seconds / size)}${unit}${String(rest).padStart(2, '0')}${smaller}`
}

/** RFC 3339 in UTC, to the second. Takes epoch milliseconds; an impossible time is a dash. */
export function formatTime(at: number): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? '–' : `${time.toISOString().slice(0, 19)}Z`
}
