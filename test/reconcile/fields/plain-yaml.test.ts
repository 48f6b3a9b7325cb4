import { expect, it } from 'vitest'
import { readPlainYaml, type Piece } from '../../../src/reconcile/fields/plain-yaml.ts'
import { HOSTILE_YAML } from '../../hostile-yaml.ts'

/** A piece of a text, as the text has it from `start` on. */
const text = (source: string, start: number, isSimple = true): Piece => ({
  kind: 'scalar',
  source,
  start,
  end: start + source.length,
  isSimple,
})
const map = (entries: Readonly<Record<string, Piece>>): Piece => ({ kind: 'map', entries: new Map(Object.entries(entries)) })
const list = (...items: readonly Piece[]): Piece => ({ kind: 'list', items })

it.each<[string, string, readonly Piece[]]>([
  ['nothing', '', []],
  ['comments alone', '# why\n', []],
  ['a text with a number', 'a: 1 # why\n"b": "x"\n', [map({ a: text('1', 3), b: text('"x"', 16) })]],
  ['an empty text in quotes, which is something', 'a: ""\n', [map({ a: text('""', 3) })]],
  ['maps and lists, as blocks and in braces', 'a:\n- {b: 1}\n- x\n', [map({ a: list(map({ b: text('1', 9) }), text('x', 14)) })]],
  ['no value after its name', 'a:\n', [map({ a: text('', 2, false) })]],
  ['a name alone', '? a\n', [map({ a: text('', 0, false) })]],
  ['no value after a dash', '-\n- a\n', [list(text('', 1, false), text('a', 4))]],
  ['text of several lines', 'a: |\n  x\n', [map({ a: text('|\n  x\n', 3, false) })]],
  ['text of several lines that has none', 'a: |', [map({ a: text('|', 3, false) })]],
  ['text that is folded, and has no lines', 'a: >-', [map({ a: text('>-', 3, false) })]],
  ['text in quotes over two lines', 'a: "x\n  y"\n', [map({ a: text('"x\n  y"', 3, false) })]],
  ['a name of several lines', '? |\n  a\n: 1\n', [map({ 'a\n': text('1', 10) })]],
  ['documents, of which one is empty', '---\n---\na: 1\n', [text('', 3, false), map({ a: text('1', 11) })]],
])('%s is read as it stands there', (_, given, pieces) => {
  expect(readPlainYaml(given)).toEqual(pieces)
})

const PROPERTIES = 'it has anchors or tags'
const NO_TEXT = 'it has merges, or names that are no text'

it.each([
  ['bytes that are no text', 'a: \ufffd\n', 'it is no UTF-8'],
  ['a template', 'a: "{{ .b }}"\n', 'it is a template'],
  ['directives', '# why\n%YAML 1.2\n---\na: 1\n', 'it has directives'],
  ['more than 200 documents', '---\n'.repeat(201), 'it has more than 200 documents'],
  ['a document of several that does not parse', 'a: 1\n---\nb: [\n', 'it does not parse'],
  ['a tag that nobody knows', 'a: !x 1\n', 'it does not parse'],
  ['lists in lists, which would cost a parser much', '['.repeat(101) + ']'.repeat(101), 'it is too large'],
  ['many lines, which would cost a parser much', HOSTILE_YAML['many line ends'] ?? '', 'it is too large'],
  ['an alias', 'b: *a\n', 'it has aliases'],
  ['an anchor', 'a: &a 1\n', PROPERTIES],
  ['an anchor of a map', 'a: &a {b: 1}\n', PROPERTIES],
  ['an anchor of a name', '&a a: 1\n', PROPERTIES],
  ['a tag', 'a: !!str 1\n', PROPERTIES],
  ['a tag of a name', '!!str a: 1\n', PROPERTIES],
  ['a merge', '<<: {a: 1}\n', NO_TEXT],
  ['a merge in quotes', '"<<": {a: 1}\n', NO_TEXT],
  ['a name that is a map', '? {a: b}\n: 1\n', NO_TEXT],
  ['a name that is an alias', '? *a\n: 1\n', NO_TEXT],
  ['no name', ': 1\n', NO_TEXT],
  ['the name that is nothing', '~: 1\n', NO_TEXT],
  ['a name that is given twice', 'a: 1\n"a": 2\n', 'it gives a name twice'],
])('%s is not plain', (_, given, why) => {
  expect(readPlainYaml(given)).toBe(why)
})

it('64 kB are read, and not a character more', () => {
  const [most, value] = [64 * 1024, 'a: 1 #']
  expect(readPlainYaml(value.padEnd(most, '-'))).toEqual([map({ a: text('1', 3) })])
  expect(readPlainYaml(value.padEnd(most + 1, '-'))).toBe('it is too large')
})

it('a text is read once, and what was read of it is kept, in bounds', () => {
  const given = 'a: {b: [1, 2]}\n'
  const read = readPlainYaml(given)
  expect(readPlainYaml(given)).toBe(read)
  for (let index = 0; index < 8; index += 1) readPlainYaml(`a: ${index} #`.padEnd(64 * 1024, '-'))
  expect(readPlainYaml(given)).not.toBe(read)
  expect(readPlainYaml(given)).toEqual(read)
})
