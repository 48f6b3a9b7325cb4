/**
 * Splits text at line feeds, and at nothing else: JSON escapes them, but not U+2028 and U+2029, which clusters may send and other readers
 * of lines take for ends.
 */
export async function* splitLines(chunks: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let begun = ''
  for await (const chunk of chunks) {
    const [first = '', ...more] = chunk.split('\n')
    const last = more.pop()
    begun += first
    if (last === undefined) continue
    yield begun
    yield* more
    begun = last
  }
  if (begun !== '') yield begun
}
