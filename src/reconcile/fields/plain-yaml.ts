import { isMap, isScalar, isSeq, Lexer, parseAllDocuments, Scalar, type Document, type ParsedNode, type YAMLMap } from 'yaml'
import { createRecent } from '../../domain/recent.ts'
import { isCostlyYaml } from '../../domain/words/yaml-cost.ts'

/** A piece of plain YAML. A scalar is what stands in the file, quotes and all, and where: offsets in the text. */
export type Piece = Mapping | List | Text

export interface Mapping {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Piece>
}

export interface List {
  readonly kind: 'list'
  readonly items: readonly Piece[]
}

export interface Text {
  readonly kind: 'scalar'
  readonly source: string
  readonly start: number
  readonly end: number
  /** Something, in one line: what can stand in another's place. */
  readonly isSimple: boolean
}

/** Larger files are seldom written by hand. */
const MOST_CHARACTERS = 64 * 1024
/** Each costs a parser far more than its few characters. */
const MOST_DOCUMENTS = 200
const SEPARATOR = /^---|^\.\.\.(?!\r?\n---)/gm

class NotPlain extends Error {}

/**
 * The documents of a file that somebody else wrote, or why they are not plain YAML: a clause for people. Whatever may stand for something
 * else than it says (templates, anchors, tags, names that are given twice) is not plain. Never throws or warns.
 */
export function readPlainYaml(text: string): readonly Piece[] | string {
  const known = kept.get(text)
  if (known) return known.read
  const read = readAnew(text)
  kept.set(text, { text, read })
  return read
}

/** Texts that are kept read, in characters: what a release changed is looked at again and again while it is open. */
const MOST_KEPT = 500_000
const kept = createRecent<{ text: string; read: readonly Piece[] | string }>(MOST_KEPT, ({ text }) => 100 + text.length)

function readAnew(text: string): readonly Piece[] | string {
  if (text.length > MOST_CHARACTERS) return 'it is too large'
  // Bytes that are no text would be written back as others.
  if (text.includes('\ufffd')) return 'it is no UTF-8'
  if (text.includes('{{')) return 'it is a template'
  if (/^%/m.test(text)) return 'it has directives'
  if ((text.match(SEPARATOR) ?? []).length > MOST_DOCUMENTS) return `it has more than ${MOST_DOCUMENTS} documents`
  try {
    if (isCostlyYaml(text, (given) => new Lexer().lex(given))) return 'it is too large'
    const documents: readonly Document.Parsed[] = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' })
    if (documents.some(({ errors, warnings }) => errors.length + warnings.length > 0)) return 'it does not parse'
    return documents.map(({ contents }) => pieceOf(contents, text))
  } catch (error) {
    return error instanceof NotPlain ? error.message : 'it does not parse'
  }
}

function pieceOf(node: ParsedNode | null, text: string): Piece {
  if (node === null) return { kind: 'scalar', source: '', start: 0, end: 0, isSimple: false }
  insistOnPlain(node)
  if (isMap(node)) return { kind: 'map', entries: entriesOf(node, text) }
  if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => pieceOf(item, text)) }
  if (!isScalar(node)) throw new NotPlain('it has aliases')
  const [start, end] = node.range
  const source = text.slice(start, end)
  const isBlock = node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL
  return { kind: 'scalar', source, start, end, isSimple: !isBlock && source !== '' && !/[\r\n]/.test(source) }
}

function entriesOf({ items }: YAMLMap.Parsed, text: string): ReadonlyMap<string, Piece> {
  const entries = new Map<string, Piece>()
  for (const { key, value } of items) {
    const name = isScalar(key) && key.value !== null ? key.source : undefined
    if (name === undefined || name === '<<') throw new NotPlain('it has merges, or names that are no text')
    insistOnPlain(key)
    if (entries.has(name)) throw new NotPlain('it gives a name twice')
    entries.set(name, pieceOf(value, text))
  }
  return entries
}

function insistOnPlain(node: ParsedNode): void {
  if (node.tag !== undefined || node.anchor !== undefined) throw new NotPlain('it has anchors or tags')
}
