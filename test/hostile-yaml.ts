const SIZE = 32 * 1024

/** Texts of up to 32 kB, each of which costs some parser more than its size. */
export const HOSTILE_YAML: Record<string, string> = {
  'many keys': lines((index) => `k${index}: 1`),
  'many keys in braces': `{${lines((index) => `k${index}: 1`, ',')}`,
  'lists in lists': '['.repeat(SIZE),
  'lists in lists, a few': '['.repeat(5_500) + ']'.repeat(5_500),
  'lists in lists, by a few dashes': '- '.repeat(5_500),
  'names that are names, a few': '? '.repeat(5_500),
  'names that are names, by indentation': Array.from({ length: 199 }, (_, level) => `${' '.repeat(level)}?`).join('\n'),
  'names that are maps': `${'{? '.repeat(100)}a${'}'.repeat(100)}`,
  'lists in lists, by dashes': '- '.repeat(SIZE / 2),
  'dashes with wide gaps': `${'-  '.repeat(30)}\n`.repeat(SIZE / 91),
  'names that are names': '? '.repeat(SIZE / 2),
  'maps and lists by turns': '{a: ['.repeat(SIZE / 5),
  'a billion laughs': `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from(
    { length: 20 },
    (_, level) =>
      `${name(level + 1)}: &${name(level + 1)} [${Array(9)
        .fill(`*${name(level)}`)
        .join(',')}]`,
  ).join('\n')}`,
  'many anchors': '- &a a\n'.repeat(SIZE / 7),
  'many aliases': `- &a a\n${'- *a\n'.repeat(SIZE / 5)}`,
  'many merges': `a: &a {x: 1}\n${'b: {<<: *a}\n'.repeat(SIZE / 12)}`,
  'many tags': '!a '.repeat(SIZE / 3),
  'many properties': '&a '.repeat(SIZE / 3),
  'many comments': '#a\n'.repeat(SIZE / 3),
  'many directives': '%a\n'.repeat(SIZE / 3),
  'many quotes': '"a'.repeat(SIZE / 2),
  'many escapes': `"${'\\u0041'.repeat(SIZE / 6)}`,
  'many line ends': '\n'.repeat(SIZE),
  'many documents': '---\n'.repeat(5_900),
  'much space': `a:${' '.repeat(SIZE)}b`,
  'deep indentation': Array.from({ length: 250 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
  'a long number': `a: ${'1'.repeat(SIZE)}x`,
  'a long folded text': `a: >\n${'  x\n\n'.repeat(SIZE / 5)}`,
}

function lines(line: (index: number) => string, between = '\n'): string {
  return Array.from({ length: SIZE / 5 }, (_, index) => line(index))
    .join(between)
    .slice(0, SIZE - 100)
}

function name(level: number): string {
  return String.fromCharCode(97 + level)
}
