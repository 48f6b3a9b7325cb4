import type { LedgerKind, NewestDocument, TakeNewest } from '../../../ports/ledger.ts'
import type { ChainLink } from './chain.ts'
import type { DocumentIndex } from './document-index.ts'
import { parseDocument } from './documents.ts'
import { createSharing } from './sharing.ts'

/** What is known of the newest document of a key beside it. */
export interface NewestIndex extends DocumentIndex {
  /** Sequence of the key's first record. */
  first: number
}

/**
 * Hands over the newest documents that a walk meets, as `LedgerStore.verify` does, and gives back what it handed over. Equal parts of them
 * are one object.
 * @throws KedgeError E_LEDGER_DOCUMENT, E_LEDGER_NEWER
 */
export function createHandOver(take: TakeNewest): (link: ChainLink, index: NewestIndex) => object | undefined {
  const share = createSharing()
  return (link, { first, open, since }) => {
    const kind = link.kind as LedgerKind
    // Of what is delivered there is far the most, and nobody reads it again.
    if (kind === 'effect' && !open) return undefined
    const document = parseDocument(kind, link.key, link.document)
    share(kind, document)
    // A document is what its kind says: the schema was asked.
    const key = 'templateKey' in document && document.templateKey === link.key ? document.templateKey : link.key
    take({ kind, key, document, place: { since, sequence: first } } as NewestDocument, link.sequence)
    return document
  }
}
