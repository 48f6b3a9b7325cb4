import { createRecent } from '../recent.ts'

/** What one part of a glob stands for. `folders` is always followed by `inside`, which is one of them being read. */
type Part = { kind: 'text'; character: string } | { kind: 'one' | 'run' | 'all' | 'folders' | 'inside' }

/**
 * Whether a glob matches a file's path as a whole: `*` is any run of characters within a folder, `**` crosses folders, with a
 * `/` after it none or several whole ones, `?` is one character of a name. All else stands for itself, and case counts.
 */
export function matchesPath(path: string, glob: string): boolean {
  return glob.includes('**') ? matches(path, partsOf(glob), '/') : matchesEach(path.split('/'), glob.split('/'))
}

/** Whether a glob matches a name as a whole, in which a `/` is a character like others: `*` is any run of them, `?` is one. */
export function matchesName(name: string, glob: string): boolean {
  return matches(name, partsOf(glob.replace(/\*+/g, '*')), undefined)
}

/** Folder by folder: mostly the first that differs tells, and strangers' patterns are held against thousands of names. */
function matchesEach(names: readonly string[], globs: readonly string[]): boolean {
  return names.length === globs.length && names.every((name, index) => matchesOne(characters(name), characters(globs[index] ?? '')))
}

/** One by one, of which a pair of surrogates is one. */
function characters(text: string): string | readonly string[] {
  return /[\uD800-\uDFFF]/.test(text) ? Array.from(text) : text
}

/** A star that has read too little reads one more; none before it has to be tried again, so the time is text times glob. */
function matchesOne(text: string | readonly string[], glob: string | readonly string[]): boolean {
  let [at, part] = [0, 0]
  let star: { part: number; at: number } | undefined
  while (at < text.length) {
    if (glob[part] === '*') {
      star = { part, at }
      part += 1
    } else if (part < glob.length && (glob[part] === '?' || glob[part] === text[at])) {
      at += 1
      part += 1
    } else if (star) {
      star.at += 1
      at = star.at
      part = star.part + 1
    } else return false
  }
  while (glob[part] === '*') part += 1
  return part === glob.length
}

/** What can be read next after each character, all ways at once: no text makes it go back, so the time is text times glob. */
function matches(text: string, parts: readonly Part[], separator: string | undefined): boolean {
  let reached = skipped(new Set([0]), parts)
  for (const character of text) {
    const next = new Set<number>()
    for (const at of reached) {
      const to = after(parts[at], at, { character, isSeparator: character === separator })
      if (to !== undefined) next.add(to)
    }
    if (next.size === 0) return false
    reached = skipped(next, parts)
  }
  return reached.has(parts.length)
}

function after(part: Part | undefined, at: number, read: { character: string; isSeparator: boolean }): number | undefined {
  switch (part?.kind) {
    case 'text':
      return part.character === read.character ? at + 1 : undefined
    case 'one':
      return read.isSeparator ? undefined : at + 1
    case 'run':
      return read.isSeparator ? undefined : at
    case 'all':
      return at
    case 'folders':
      return read.isSeparator ? undefined : at + 1
    case 'inside':
      return read.isSeparator ? at - 1 : at
    default:
      return undefined
  }
}

/** Those reached, and those behind parts that may stand for nothing. */
function skipped(reached: Set<number>, parts: readonly Part[]): Set<number> {
  // A set is walked in the order of adding, what is added meanwhile included.
  for (const at of reached) {
    const kind = parts[at]?.kind
    if (kind === 'run' || kind === 'all') reached.add(at + 1)
    if (kind === 'folders') reached.add(at + 2)
  }
  return reached
}

/** Patterns that are kept read, in characters: each is held against many names. */
const read = createRecent<readonly Part[]>(100_000, (parts) => 100 + parts.length)

function partsOf(glob: string): readonly Part[] {
  const known = read.get(glob)
  if (known) return known
  const parts: Part[] = []
  // At the end of a glob, `**/` is all that lies in the folder.
  for (const [text] of glob.replace(/\*\*\/$/, '**').matchAll(/(?<=^|\/)\*\*+\/|\*+|[^*]/gsu)) {
    if (text.length > 1 && text.endsWith('/')) parts.push({ kind: 'folders' }, { kind: 'inside' })
    else if (text.startsWith('*')) parts.push({ kind: text.length > 1 ? 'all' : 'run' })
    else parts.push(text === '?' ? { kind: 'one' } : { kind: 'text', character: text })
  }
  read.set(glob, parts)
  return parts
}
