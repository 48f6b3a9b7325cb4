import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { RELEASES_OF_EACH, type LedgerCheckpoint, type Taking } from '../../../ports/ledger-checkpoint.ts'
import type { LedgerHead, LedgerVerdict } from '../../../ports/ledger.ts'
import { GENESIS } from '../chain/chain.ts'
import { AT_ONCE, resumeFrom, WHOLE_KINDS, type LoneLink, type Pointer, type ResumeSource } from '../chain/resume.ts'
import { isDamage } from './faults.ts'
import type { GroupCommit } from './group-commit.ts'
import { readAnchor } from './links.ts'

/** Keeps the checkpoint of a ledger, beside what is appended. @param head the newest record; throws where nothing may be written */
export function createCheckpoint(
  database: DatabaseSync,
  commits: Pick<GroupCommit, 'run'>,
  head: () => LedgerHead | undefined,
): Omit<LedgerCheckpoint, 'resume'> {
  const write = async (work: (newest: LedgerHead | undefined) => void): Promise<void> => {
    head()
    await commits.run(() => work(head()))
  }
  return {
    keepCheckpoint: (given) => write(() => void database.prepare(KEEP).run(given?.sequence ?? 0, given?.hash ?? GENESIS)),
    raiseCheckpoint: () => write((newest) => newest && void database.prepare(RAISE).run(newest.sequence, newest.hash)),
    dropCheckpoint: () => write(() => forgetCheckpoint(database)),
  }
}

const KEEP = 'INSERT OR REPLACE INTO checkpoint (id, sequence, hash) VALUES (1, ?, ?)'
const RAISE = 'UPDATE checkpoint SET sequence = ?1, hash = ?2 WHERE sequence < ?1'

/** Within a transaction that is under way. */
export function forgetCheckpoint(database: DatabaseSync): void {
  database.exec('DELETE FROM checkpoint')
}

/** What is looked for comes from four trees: without room for their inner pages, each look reads them anew. Given back when it closes. */
const KIBIBYTES = 16_384

/** Begins at the checkpoint, in one snapshot of the file, which the connection is in until it has ended. See `LedgerCheckpoint`. */
export async function resumeDatabase(database: DatabaseSync, taking: Taking): Promise<LedgerVerdict | undefined> {
  database.exec(`PRAGMA cache_size = ${-KIBIBYTES}; BEGIN`)
  try {
    return await resumeFrom(createSource(database), taking)
  } catch (fault) {
    if (!isDamage(fault)) throw fault
    return { intact: false, sequence: 0, what: 'the file is damaged where what is decided on was looked for' }
  } finally {
    if (database.isTransaction) database.exec('COMMIT')
  }
}

const FITTING = 'SELECT checkpoint.sequence, checkpoint.hash FROM checkpoint JOIN record USING (sequence, hash)'

const OF_KIND = 'SELECT sequence, kind, key FROM document WHERE kind = ?'
/** By name: without statistics, SQLite would rather look through all of the kind that ever were. */
const OPEN = `document INDEXED BY document_by_open`
const PENDING = `SELECT sequence, kind, key FROM ${OPEN} WHERE kind = 'effect' AND open = 1`

/** A release with its card, if it has one. */
const WITH_CARD = `
SELECT release.sequence, release.key, card.sequence AS card FROM release
LEFT JOIN document AS card ON card.kind = 'card' AND card.key = release.key`
const OPEN_RELEASES = `WITH release AS (SELECT sequence, key FROM ${OPEN} WHERE kind = 'release' AND open = 1) ${WITH_CARD}`
const RELEASE = `WITH release AS (SELECT sequence, key FROM document WHERE kind = 'release' AND key = ?) ${WITH_CARD}`
const NEWEST_RELEASES = `
WITH release AS (
  SELECT sequence, key FROM document WHERE kind = 'release' AND subject = ?
  ORDER BY since DESC, first_sequence DESC LIMIT ${RELEASES_OF_EACH}
) ${WITH_CARD}`
const NEXT_ROLLOUT = `SELECT subject FROM document WHERE kind = 'release' AND subject > ? ORDER BY subject LIMIT 1`

/** Each part of the proof is found by the index of its own: nothing is walked. */
const LONE_LINK = `
SELECT record.sequence, record.at, record.kind, record.key, record.event, record.document, record.hash,
  (SELECT hash FROM record AS before WHERE before.sequence = record.sequence - 1) AS before,
  document.sequence AS newest, document.first_sequence AS first, document.subject, document.open, document.since,
  (SELECT max(sequence) FROM record AS own WHERE own.kind = record.kind AND own.key = record.key) AS latest,
  (SELECT min(sequence) FROM record AS own WHERE own.kind = record.kind AND own.key = record.key) AS earliest
FROM record LEFT JOIN document ON document.kind = record.kind AND document.key = record.key`

function createSource(database: DatabaseSync): ResumeSource {
  const fitting = database.prepare(FITTING).get()
  const pointed = { ofKind: database.prepare(OF_KIND), pending: database.prepare(PENDING), open: database.prepare(OPEN_RELEASES) }
  const [release, newest, nextRollout] = [RELEASE, NEWEST_RELEASES, NEXT_ROLLOUT].map((sql) => database.prepare(sql))
  const link = database.prepare(`${LONE_LINK} WHERE record.sequence = ?`)
  const following = database.prepare(`${LONE_LINK} WHERE record.sequence > ? ORDER BY record.sequence LIMIT ${AT_ONCE}`)

  async function* newestReleases(): AsyncGenerator<readonly Pointer[]> {
    const subjectAfter = (subject: string): string | undefined => nextRollout?.get(subject)?.['subject'] as string | undefined
    for (let subject = subjectAfter(''); subject !== undefined; subject = subjectAfter(subject)) {
      yield pointersOf((newest?.all(subject) ?? []) as unknown as readonly WithCard[])
      await setImmediate()
    }
  }

  return {
    checkpoint: fitting && { sequence: Number(fitting['sequence']), hash: String(fitting['hash']) },
    archived: readAnchor(database),
    async *decidedOn() {
      for (const kind of WHOLE_KINDS) yield* inPages(pointed.ofKind.iterate(kind) as unknown as Iterable<Pointer>)
      yield* inPages(pointed.pending.iterate() as unknown as Iterable<Pointer>)
      for await (const page of inPages(pointed.open.iterate() as unknown as Iterable<WithCard>)) yield pointersOf(page)
      yield* newestReleases()
    },
    ofReleases: async (keys) => keys.flatMap((key) => pointersOf((release?.all(key) ?? []) as unknown as readonly WithCard[])),
    async links(sequences) {
      await setImmediate()
      return sequences.flatMap((sequence) => link.all(sequence) as unknown as readonly LoneLink[])
    },
    async linksAfter(sequence) {
      await setImmediate()
      return following.all(sequence) as unknown as readonly LoneLink[]
    },
  }
}

interface WithCard {
  sequence: number
  key: string
  card: number | null
}

function pointersOf(releases: readonly WithCard[]): readonly Pointer[] {
  return releases.flatMap(({ sequence, key, card }) => [
    { sequence, kind: 'release', key },
    ...(card === null ? [] : [{ sequence: card, kind: 'card', key }]),
  ])
}

/** Pointers that are read before others get their turn. */
const PAGE = 1_000

async function* inPages<T>(rows: Iterable<T>): AsyncGenerator<readonly T[]> {
  let page: T[] = []
  for (const row of rows) {
    page.push(row)
    if (page.length < PAGE) continue
    yield page
    page = []
    await setImmediate()
  }
  yield page
}
