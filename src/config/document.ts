import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document, type Node, type YAMLError } from 'yaml'
import type { ConfigFault, ConfigPath } from './faults.ts'

/** A YAML file that was read. `value` is plain JSON data. */
export interface ConfigDocument {
  value: unknown
  faults: readonly ConfigFault[]
  /** Line of a path, or of the nearest thing above it that is there. */
  lineOf: (path: ConfigPath) => number | undefined
}

/** Where the parser's own words speak to programmers. */
const WORDS: Partial<Record<YAMLError['code'], string>> = {
  DUPLICATE_KEY: 'has a key twice in one block',
  MULTIPLE_DOCS: 'has several documents; one is read',
}

const MAX_BYTES = 1_048_576

/** Reads YAML 1.2: one document, no key twice. Its own faults come back, never thrown. */
export function readDocument(text: string): ConfigDocument {
  if (text.length > MAX_BYTES) return broken('is longer than 1 MiB')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true })
  const lineAt = (offset: number | undefined) => (offset === undefined ? undefined : lines.linePos(offset).line)
  const faults = document.errors.map((error) => ({
    path: '',
    line: lineAt(error.pos[0]),
    reason: WORDS[error.code] ?? `is not YAML: ${error.message}`,
  }))
  if (faults.length > 0) return { value: undefined, faults, lineOf: () => undefined }
  try {
    // There and back: what is left is JSON data; an anchor that holds itself is refused here.
    const value: unknown = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 })) ?? 'null')
    return { value, faults: [], lineOf: (path) => lineAt(findOffset(document, path)) }
  } catch (fault) {
    return broken(`is not usable YAML: ${fault instanceof Error ? fault.message : String(fault)}`)
  }
}

function broken(reason: string): ConfigDocument {
  return { value: undefined, faults: [{ path: '', reason }], lineOf: () => undefined }
}

function findOffset(document: Document, path: ConfigPath): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    const key = isMap(parent) ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === last)?.key : undefined
    const node: unknown = key ?? document.getIn(path.slice(0, length), true)
    const offset = isNode(node) ? startOf(node) : undefined
    if (offset !== undefined) return offset
  }
  return document.contents ? startOf(document.contents) : undefined
}

function startOf(node: Node): number | undefined {
  return node.range?.[0]
}
