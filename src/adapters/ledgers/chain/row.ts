import { KedgeError } from '../../../domain/errors.ts'
import type { LedgerEntry, LedgerKind, LedgerRecord } from '../../../ports/ledger.ts'
import { GENESIS, hashLink, type ChainLink } from './chain.ts'
import { indexDocument, type DocumentIndex } from './document-index.ts'
import { parseDocument, spellDocument } from './documents.ts'
import { namesOf } from './names.ts'

/** An entry as a store writes it: its document spelled out, and what queries look for beside it. */
export interface Row {
  kind: LedgerKind
  key: string
  event: string
  /** Canonical JSON, the version of its schema in it. */
  document: string
  index: DocumentIndex
  /** See `namesOf`. */
  names: readonly number[]
}

/** A link as it is stored. */
export type StoredLink = ChainLink & { hash: string }

/**
 * Spells an entry out.
 * @throws KedgeError E_LEDGER_DOCUMENT, and E_INTERNAL for a key or an event that a database would not give back as it was
 */
export function toRow(entry: LedgerEntry): Row {
  const { kind, key, event } = entry
  // Databases store UTF-8: half a surrogate pair would come back as another character and break the chain.
  if (!key.isWellFormed() || !event.isWellFormed() || key.includes('\0') || event.includes('\0')) {
    throw new KedgeError('E_INTERNAL', `the key or event of a ledger entry is not plain text: ${JSON.stringify([kind, key, event])}`)
  }
  return { kind, key, event, document: spellDocument(entry), index: indexDocument(entry), names: namesOf(entry) }
}

/** The link that a row becomes after the last one. @param at epoch ms, whole */
export function linkAfter(
  last: Pick<StoredLink, 'sequence' | 'hash'> | undefined,
  row: Omit<Row, 'index' | 'names'>,
  at: number,
): StoredLink {
  const { kind, key, event, document } = row
  const link: ChainLink = { sequence: (last?.sequence ?? 0) + 1, at, kind, key, event, document }
  return { ...link, hash: hashLink(last?.hash ?? GENESIS, link) }
}

/** What was appended. @throws KedgeError E_LEDGER_DOCUMENT, E_LEDGER_NEWER for a document that cannot be read */
export function entryOf({ sequence, kind, key, event, document }: StoredLink): LedgerEntry & { sequence: number } {
  const known = kind as LedgerKind
  // A document is what its kind says: the schema was asked.
  return { sequence, kind, key, event, document: parseDocument(known, key, document) } as LedgerEntry & { sequence: number }
}

/** A link with its document parsed. */
export function toRecord(link: StoredLink): LedgerRecord {
  return { ...link, kind: link.kind as LedgerKind, document: JSON.parse(link.document) as unknown }
}
