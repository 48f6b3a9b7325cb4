import { canonicalJson } from '../../domain/canonical-json.ts'
import { readPlainYaml, type Piece } from './plain-yaml.ts'

/**
 * Whether two files of plain YAML say the same: the order of fields, comments and layout aside. A scalar counts as it is written, as what
 * it means depends on who reads it (`yes`). Never throws.
 */
export function isSameYaml(one: string, other: string): boolean {
  const [these, those] = [readPlainYaml(one), readPlainYaml(other)]
  return typeof these !== 'string' && typeof those !== 'string' && saidBy(these) === saidBy(those)
}

function saidBy(documents: readonly Piece[]): string {
  const written = documents.filter((document) => document.kind !== 'scalar' || document.source !== '')
  return canonicalJson(written.map(valueOf))
}

function valueOf(piece: Piece): unknown {
  if (piece.kind === 'scalar') return piece.source
  if (piece.kind === 'list') return piece.items.map(valueOf)
  return Object.fromEntries([...piece.entries].map(([name, value]) => [name, valueOf(value)]))
}
