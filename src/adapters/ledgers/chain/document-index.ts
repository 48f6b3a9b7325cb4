import { rolloutKey } from '../../../domain/rollout/key.ts'
import type { LedgerDocuments, LedgerEntry, LedgerKind } from '../../../ports/ledger.ts'
import { assertKind } from './documents.ts'

/** What queries look for in a document. */
export interface DocumentIndex {
  /** A release's Rollout (`cluster/namespace/name`), a revert's repository; see `LedgerQuery`. */
  subject: string | null
  /** Not ended, not delivered. */
  open: 0 | 1
  /** When it began, epoch ms. */
  since: number
}

// `verify` compares these with the file: a change here needs a migration that brings old rows in line.
const INDEXERS: { [K in LedgerKind]: (document: LedgerDocuments[K]) => DocumentIndex } = {
  baseline: (baseline) => ({ subject: baseline.cluster, open: 0, since: baseline.at }),
  version: (version) => ({ subject: version.podTemplateHash, open: 0, since: version.healthyAt }),
  release: (release) => ({
    subject: rolloutKey({ cluster: release.cluster, namespace: release.namespace, name: release.rollout }),
    open: release.state === 'ended' ? 0 : 1,
    since: release.startedAt,
  }),
  revert: (revert) => ({ subject: revert.repository, open: revert.state === 'ended' ? 0 : 1, since: revert.plannedAt }),
  effect: (effect) => ({ subject: null, open: effect.state === 'pending' ? 1 : 0, since: effect.createdAt }),
  storm: (storm) => ({ subject: null, open: storm.state === 'over' ? 0 : 1, since: storm.begunAt }),
  quarantine: ({ cluster, namespace, rollout, state, since }) => ({
    subject: rolloutKey({ cluster, namespace, name: rollout }),
    open: state === 'over' ? 0 : 1,
    since,
  }),
  announcement: (announcement) => ({ subject: announcement.repository, open: 0, since: announcement.at }),
  card: (card) => ({ subject: card.releaseKey, open: 0, since: 0 }),
}

/** The index columns of an entry's document. Times are whole milliseconds there, whatever the clock gave. */
export function indexDocument(entry: LedgerEntry): DocumentIndex {
  const index = indexOf(entry.kind, entry.document)
  return { ...index, since: Math.round(index.since) }
}

/** Whether these are the index columns of a record's document. @throws KedgeError E_LEDGER_NEWER for a kind that nobody knows here */
export function isIndexOf(stored: DocumentIndex, kind: string, document: unknown): boolean {
  assertKind(kind, 'a record')
  const { subject, open, since } = indexDocument({ kind, document } as LedgerEntry)
  return stored.subject === subject && stored.open === open && stored.since === since
}

/** What is wrong where they are not. */
export const WRONG_INDEX = 'the index of its document does not match the record'

function indexOf<K extends LedgerKind>(kind: K, document: LedgerDocuments[K]): DocumentIndex {
  return INDEXERS[kind](document)
}
