import { isScalar, Lexer, parseDocument, visit, type Document } from 'yaml'
import { isCostlyYaml } from '../../domain/words/yaml-cost.ts'

/**
 * The document of a YAML file that somebody else wrote; empty for one that does not parse, is no mapping or may cost too much. Never throws
 * or warns.
 */
export function parseQuietly(text: string): Record<string, unknown> {
  try {
    if (isCostlyYaml(text, (given) => new Lexer().lex(given))) return {}
    // Keys are compared with each other otherwise, which costs the square of their number.
    const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false })
    if (document.errors.length > 0 || hasOtherNames(document)) return {}
    return record(document.toJS({ maxAliasCount: 50 }))
  } catch {
    return {}
  }
}

/** A list or a map for a name: neither Kustomize nor Helm has any, and writing it out as one costs the most of all. */
function hasOtherNames(document: Document): boolean {
  let found = false
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key)) return undefined
      found = true
      return visit.BREAK
    },
  })
  return found
}

/** The value as a mapping; empty for anything else. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
}

/** The value as a list; empty for anything else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The texts of a list. */
export function strings(value: unknown): readonly string[] {
  return list(value).filter((one) => typeof one === 'string')
}
