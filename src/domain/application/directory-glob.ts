/** A pattern in the language of Argo CD's `include` and `exclude`. */
export type Glob = (text: string) => boolean

type Token =
  | { kind: 'one' | 'any'; but: string | undefined }
  | { kind: 'char'; char: string }
  | { kind: 'class'; negated: boolean; ranges: readonly (readonly [string, string])[] }

/** Bounds: patterns are written by whoever may write Applications. */
const LONGEST_PATTERN = 1_000
const MOST_ALTERNATIVES = 64
const MOST_STEPS = 2_000_000

/**
 * What globs may still cost, in steps of text times pattern, and of braces written out. Once it is spent, nothing matches, and that is no
 * answer.
 */
export interface Budget {
  left: number
}

/** Enough for what a person writes; a hostile pattern has spent it within a tenth of a second. */
export function createBudget(): Budget {
  return { left: MOST_STEPS }
}

/**
 * Compiles a pattern as github.com/gobwas/glob does without separators: `*` and `**` stand for any text, slashes too, `?` for one
 * character, `[a-z]` and `[!abc]` for one of a class, `{a,b}` for one of several patterns. With a separator, only `**` stands for it, too.
 * Undefined for what is no pattern, or too large a one.
 */
export function compileGlob(pattern: string, budget: Budget = createBudget(), separator?: string): Glob | undefined {
  if (pattern.length > LONGEST_PATTERN) return undefined
  const alternatives = expand(Array.from(pattern), budget)
  const compiled = alternatives?.map((one) => tokens(one, separator))
  if (!compiled?.every((one) => one !== undefined)) return undefined
  return (text) => {
    const characters = Array.from(text)
    return compiled.some((one) => matches(one, characters, budget))
  }
}

/** Writes out the braces; undefined where they do not match. */
function expand(pattern: readonly string[], budget: Budget): readonly (readonly string[])[] | undefined {
  budget.left -= pattern.length
  const open = find(pattern, '{', 0)
  if (open < 0) return [pattern]
  const found = alternativesAt(pattern, open)
  if (!found) return undefined
  const all: (readonly string[])[] = []
  for (const part of found.parts) {
    const inner = expand([...pattern.slice(0, open), ...part, ...pattern.slice(found.end + 1)], budget)
    if (inner === undefined || all.length + inner.length > MOST_ALTERNATIVES) return undefined
    all.push(...inner)
  }
  return all
}

/** The parts between a brace and the one that closes it; undefined where none does. */
function alternativesAt(pattern: readonly string[], open: number): { parts: readonly (readonly string[])[]; end: number } | undefined {
  const parts: (readonly string[])[] = []
  let depth = 0
  let from = open + 1
  for (let at = open; at < pattern.length; at += 1) {
    const char = pattern[at]
    if (char === '\\') at += 1
    if (char === '{') depth += 1
    if (char === '}') depth -= 1
    const isEnd = char === '}' && depth === 0
    if (isEnd || (char === ',' && depth === 1)) {
      parts.push(pattern.slice(from, at))
      from = at + 1
    }
    if (isEnd) return { parts, end: at }
  }
  return undefined
}

/** The first such character that is not escaped. */
function find(pattern: readonly string[], wanted: string, from: number): number {
  for (let at = from; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1
    else if (pattern[at] === wanted) return at
  }
  return -1
}

function tokens(pattern: readonly string[], separator: string | undefined): readonly Token[] | undefined {
  const found: Token[] = []
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? ''
    if (char === '*') {
      const isDouble = pattern[at + 1] === '*'
      while (pattern[at + 1] === '*') at += 1
      found.push({ kind: 'any', but: isDouble ? undefined : separator })
    } else if (char === '?') found.push({ kind: 'one', but: separator })
    else if (char === '[') {
      const end = find(pattern, ']', at + 2)
      const token = end < 0 ? undefined : classOf(pattern.slice(at + 1, end))
      if (!token) return undefined
      found.push(token)
      at = end
    } else {
      if (char === '\\') at += 1
      const literal = pattern[at]
      if (literal === undefined) return undefined
      found.push({ kind: 'char', char: literal })
    }
  }
  return found
}

/** Either one range or single characters, in which a dash is one of them. */
function classOf(inside: readonly string[]): Token | undefined {
  const negated = inside[0] === '!'
  const chars = (negated ? inside.slice(1) : inside).filter((char) => char !== '\\')
  const [low = '', dash, high] = chars
  if (chars.length === 0 || low === ']') return undefined
  if (dash !== '-') return { kind: 'class', negated, ranges: chars.map((char) => [char, char] as const) }
  return high === undefined || chars.length > 3 || low > high ? undefined : { kind: 'class', negated, ranges: [[low, high]] }
}

/** In steps of text times pattern, whatever the pattern: no backtracking. */
function matches(pattern: readonly Token[], text: readonly string[], budget: Budget): boolean {
  let reached = closure(pattern, new Set([0]))
  for (const char of text) {
    const next = new Set<number>()
    budget.left -= reached.size
    if (budget.left < 0) return false
    for (const at of reached) {
      const token = pattern[at]
      if (token === undefined || !takes(token, char)) continue
      next.add(token.kind === 'any' ? at : at + 1)
    }
    if (next.size === 0) return false
    reached = closure(pattern, next)
  }
  return reached.has(pattern.length)
}

/** A star may stand for nothing. */
function closure(pattern: readonly Token[], reached: Set<number>): Set<number> {
  for (const at of reached) if (pattern[at]?.kind === 'any') reached.add(at + 1)
  return reached
}

function takes(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char
  if (token.kind !== 'class') return char !== token.but
  return token.ranges.some(([low, high]) => low <= char && char <= high) !== token.negated
}
