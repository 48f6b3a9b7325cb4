import { canonicalJson } from '../../../domain/canonical-json.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { LedgerChain, LedgerEntry, LedgerRecord } from '../../../ports/ledger.ts'
import { createChainWalk } from './chain.ts'
import { indexDocument } from './document-index.ts'
import { assertKind, parseDocument } from './documents.ts'
import { namesOf } from './names.ts'
import type { Row, StoredLink } from './row.ts'

/** A record of another ledger as a store writes it. */
export interface ImportedLink {
  link: StoredLink
  row: Row
}

/**
 * Checks a chain while it is read, see `LedgerStore.importChain`: each record follows from the one before it, and could be read again.
 * @throws KedgeError E_LEDGER_BROKEN, E_LEDGER_DOCUMENT, E_LEDGER_NEWER
 */
export async function* importedLinks({ after, records }: LedgerChain): AsyncGenerator<ImportedLink> {
  const walk = createChainWalk(after)
  for await (const record of records) {
    const imported = toImported(record)
    const wrong = walk.step(imported.link)
    if (wrong !== undefined) throw new KedgeError('E_LEDGER_BROKEN', `the chain breaks at record ${walk.next()}: ${wrong}`)
    yield imported
  }
}

function toImported({ sequence, at, kind, key, event, document, hash }: LedgerRecord): ImportedLink {
  assertKind(kind, `record ${sequence}`)
  const text = canonicalJson(document)
  const entry = { kind, document: parseDocument(kind, key, text) } as LedgerEntry
  const row = { kind, key, event, document: text, index: indexDocument(entry), names: namesOf(entry) }
  return { link: { sequence, at, kind, key, event, document: text, hash }, row }
}

/** Why nothing is taken over by a ledger that has records of its own. */
export function notEmpty(name: string, newest: number): KedgeError {
  return new KedgeError('E_LEDGER_NOT_EMPTY', `${name} has records already, up to ${newest}`)
}
