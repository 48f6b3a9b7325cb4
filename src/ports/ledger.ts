import type { Announcement } from '../domain/announce/announcement.ts'
import type { Effect } from '../domain/effect.ts'
import type { PlacedCard } from '../domain/notice/placed-card.ts'
import type { Quarantine } from '../domain/quarantine/quarantine.ts'
import type { Release } from '../domain/release/release.ts'
import type { Version } from '../domain/release/version.ts'
import type { Revert } from '../domain/revert/revert.ts'
import type { RolloutRef } from '../domain/rollout/snapshots.ts'
import type { Storm } from '../domain/storm/storm.ts'

/** The documents that the ledger keeps, by kind. */
export interface LedgerDocuments {
  /** `experiments`: it was taken of the standalone Experiments, too; ledgers of before they were looked at do not say so. */
  baseline: { cluster: string; at: number; experiments?: true }
  version: Version
  release: Release
  revert: Revert
  effect: Effect
  card: PlacedCard
  storm: Storm
  quarantine: Quarantine
  announcement: Announcement
}

export type LedgerKind = keyof LedgerDocuments

/** One thing that happened, with the whole document as it is from now on. */
export type LedgerEntry = {
  [K in LedgerKind]: { kind: K; key: string; event: string; document: LedgerDocuments[K] }
}[LedgerKind]

/** An entry as it stands in the chain. */
export interface LedgerRecord {
  sequence: number
  /** Epoch ms, Kedge's own clock. */
  at: number
  kind: LedgerKind
  key: string
  event: string
  /** As it is stored: with the version of its schema. */
  document: unknown
  /** SHA-256 over the record and the hash before it. */
  hash: string
}

/** The newest record of the chain. */
export type LedgerHead = Pick<LedgerRecord, 'sequence' | 'hash'>

/** `after` is the last record that was archived, where the chain goes on after one: nothing is said of what is before it. */
export type LedgerVerdict =
  | { intact: true; records: number; head: string; after?: LedgerHead }
  | { intact: false; sequence: number; what: string }

/** A chain on its way from one place to another. */
export interface LedgerChain {
  /** The record that the first one follows: the last that was archived. Undefined for a whole chain. */
  after: LedgerHead | undefined
  /** Oldest first. */
  records: AsyncIterable<LedgerRecord>
}

/**
 * Where a document stands among those of its kind: by when it began (epoch ms, see the kind's own field), then by its first record. No
 * two stand at one place, and none ever moves by a later record unless its beginning does.
 */
export interface LedgerPlace {
  since: number
  sequence: number
}

/** The newest document of a key. */
export interface StoredDocument<K extends LedgerKind> {
  key: string
  document: LedgerDocuments[K]
  place: LedgerPlace
}

/** A {@link StoredDocument} of any kind. */
export type NewestDocument = { [K in LedgerKind]: StoredDocument<K> & { kind: K } }[LedgerKind]

/** Is given the newest document of a key, and the number of its record. */
export type TakeNewest = (newest: NewestDocument, record: number) => void

export interface LedgerQuery {
  key?: string | undefined
  /**
   * What it is about: of a release and a quarantine the Rollout, as `cluster/namespace/name` whatever its uid; of a revert and an
   * announcement the repository; of a card the release; of a version the hash of its template; of a baseline the cluster. As it is spelled,
   * to the letter. Nothing else has one.
   */
  subject?: string | undefined
  /** Not ended, not delivered. */
  open?: boolean | undefined
  /** Only what stands before this place: the page after the one whose last document stood there. */
  before?: LedgerPlace | undefined
  limit: number
}

/**
 * Where the ledger is kept: the append-only, hash-chained journal and the newest document of each key. One writer process. Promises
 * nothing about how fast it reads: the loop never waits for it, see {@link Ledger}.
 */
export interface LedgerStore extends AsyncDisposable {
  /**
   * Writes all entries in one durable transaction, or none. Those of calls that were made together may share one; the chain has them in
   * the order of the calls.
   * @throws KedgeError E_LEDGER_*; E_LEDGER_DOCUMENT for a document that does not fit its schema
   */
  append(entries: readonly LedgerEntry[]): Promise<void>
  /** The newest documents of one kind, newest first. @throws KedgeError E_LEDGER_DOCUMENT for one that does not fit its schema */
  load<K extends LedgerKind>(kind: K, query: LedgerQuery): Promise<readonly StoredDocument<K>[]>
  /**
   * Takes over the chain of another ledger as it is, with its times and hashes, in one durable transaction, or nothing of it. Into an
   * empty ledger only, and nobody else appends meanwhile.
   * @throws KedgeError E_LEDGER_NOT_EMPTY; E_LEDGER_BROKEN for a record that does not follow from the one before it; E_LEDGER_DOCUMENT,
   * E_LEDGER_NEWER for a document that could not be read again
   */
  importChain(chain: LedgerChain): Promise<void>
  /**
   * The releases that name a commit or an image, in their own documents or in those of their reverts; the newest by their first records
   * come first. A few may be among them that named it in an earlier record alone, so whoever asks looks for itself.
   * @param name a commit by its first digits (four at least), an image, or the end of one from a `/`, `:` or `@` on
   * @returns `complete` where there are no more
   */
  naming(name: string, limit: number): Promise<{ releases: readonly Release[]; complete: boolean }>
  /** All records of one key that were not archived, oldest first. */
  history(kind: LedgerKind, key: string): Promise<readonly LedgerRecord[]>
  /** The newest records of all kinds, newest first: those before this sequence, where one is given. @throws KedgeError E_LEDGER_* */
  newest(query: { before?: number | undefined; limit: number }): Promise<readonly LedgerRecord[]>
  /** The last record that was archived, which the first of `records` follows. Undefined while the chain is whole. */
  archived(): Promise<LedgerHead | undefined>
  /**
   * Removes the records up to this one, all of which were exported; the rest of the chain, one record at least, follows it from then on.
   * Nobody appends meanwhile.
   * @throws KedgeError E_LEDGER_*; E_INTERNAL where something that is decided on has no newer record, and nothing is removed
   */
  forget(last: LedgerHead): Promise<void>
  /** The whole chain, or what was not archived of it, oldest first. What is appended while it is read may or may not be in it. */
  records(): AsyncIterable<LedgerRecord>
  /** Undefined while there is no record. Must be cheap. */
  head(): Promise<LedgerHead | undefined>
  /**
   * Walks the whole chain. The program refuses to go on with a broken one.
   * @param take is given, on the way and in the order of their records, the newest document of each key, but for effects that are no longer
   * pending, and the number of its record. What it was given is worth nothing unless the verdict is that the ledger is intact
   * @param interrupted ends the walk before long; its reason is thrown
   * @throws KedgeError E_LEDGER_DOCUMENT, E_LEDGER_NEWER for a document that is to be taken and cannot be read; E_LEDGER_NEWER for a kind
   * that this program does not know
   */
  verify(take?: TakeNewest, interrupted?: AbortSignal): Promise<LedgerVerdict>
  /**
   * Writes what has been appended to a file of its own, which `kedge ledger verify` can check; the ledger may be written to meanwhile.
   * @throws KedgeError E_LEDGER_WRITE; also when the file is there already
   */
  backup(file: string): Promise<void>
}

/**
 * The ledger as the loop sees it: what it decides on, in memory, and the way to add to it. A read sees everything that `append` has
 * returned for. Documents are never changed by anybody.
 *
 * In memory are: baselines, versions, reverts, storms, quarantines and announcements, all of them; effects while they are pending;
 * releases while they are open or something that is going on names them (a live revert, a pending effect), and the newest 200 of each
 * Rollout; cards as long as their releases. Anything older is read from the {@link LedgerStore}, by whoever has the time.
 */
export interface Ledger {
  /** Writes all entries in one durable transaction, or none. @throws KedgeError E_LEDGER_* */
  append(entries: readonly LedgerEntry[]): Promise<void>
  read<K extends LedgerKind>(kind: K, key: string): LedgerDocuments[K] | undefined
  /** The newest releases of the Rollouts of this name (an object made anew has another uid), newest first, 200 at most. */
  releasesOf(rollout: RolloutRef, limit?: number): readonly Release[]
  /** Newest first; `open` = not ended. */
  releases(filter: { open?: boolean; limit: number }): readonly Release[]
  /** Reverts of one repository (normalised), or of all, newest first. */
  reverts(filter: { repository?: string; open?: boolean; since?: number }): readonly Revert[]
  /** Newest first; `open` = not over. */
  storms(filter: { open?: boolean }): readonly Storm[]
  /** Quarantines of one Rollout, or of all, the newest first; `standing` = not over. */
  quarantines(filter: { rollout?: RolloutRef; standing?: boolean }): readonly Quarantine[]
  /** The releases that failed in a storm, the first to begin first; ended ones too. */
  releasesOfStorm(key: string): readonly Release[]
  /** What is said of a release at the forge: of one commit, as a rule. */
  announcementsOf(release: string): readonly Announcement[]
  /** Pending effects, oldest first. */
  pendingEffects(): readonly Effect[]
}
