/** Lines that are not blank, with how often they are there. */
export type Lines = ReadonlyMap<string, number>

/** @param texts whole files */
export function linesIn(texts: readonly string[]): Lines {
  return countAll(texts.flatMap((text) => text.split('\n').map((line) => line.trim().replace(/,$/, ''))).filter((line) => line !== ''))
}

function countAll(lines: readonly string[]): Lines {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

/** What there is more of in one than in the other. */
export function less(lines: Lines, other: Lines): Lines {
  return new Map([...lines].flatMap(([line, times]) => (times > (other.get(line) ?? 0) ? [[line, times - (other.get(line) ?? 0)]] : [])))
}

/** Lines by what stands before the value. */
export function namesOf(lines: Lines): Lines {
  return countAll([...lines].flatMap(([line, times]) => Array.from({ length: times }, () => nameOf(line))))
}

/** What stands before the value. */
export function nameOf(line: string): string {
  return line.replace(/(?<=[:=]).*/, '')
}
