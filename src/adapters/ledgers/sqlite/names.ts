import type { DatabaseSync } from 'node:sqlite'
import type { LedgerEntry, LedgerStore } from '../../../ports/ledger.ts'
import { parseDocument } from '../chain/documents.ts'
import { askedName, namesOf, revertName, type NameRange } from '../chain/names.ts'
import { entryOf, type StoredLink } from '../chain/row.ts'
import type { Guard } from './guard.ts'

/** Commits that begin with the digits that were asked for, and reverts of them: with more, they have to be named more closely. */
const MOST_COMMITS = 100

/** Finds releases by what they name. @returns see `LedgerStore.naming` */
export function createNaming(database: DatabaseSync, guard: Guard): LedgerStore['naming'] {
  // Not before it is asked for: a file of an older schema that is only read has no such table.
  let find: Find | undefined
  return async (name, limit) => guard(() => (find ??= prepare(database))(name, limit))
}

type Find = (...asked: Parameters<LedgerStore['naming']>) => Awaited<ReturnType<LedgerStore['naming']>>

function prepare(database: DatabaseSync): Find {
  const next = database.prepare('SELECT min(term) AS term FROM name WHERE term >= ? AND term < ?')
  const newest = database.prepare('SELECT sequence FROM name WHERE term = ? ORDER BY sequence DESC LIMIT ?')
  const keyAt = database.prepare('SELECT key FROM record WHERE sequence = ?')
  // In this order: without statistics, SQLite might go through all documents instead.
  const releasesAt = database.prepare(`
    SELECT document.key, record.document, first.sequence FROM json_each(?) AS asked
    CROSS JOIN record AS first ON first.sequence = asked.value
    CROSS JOIN document ON document.kind = 'release' AND document.key = first.key
    CROSS JOIN record ON record.sequence = document.sequence`)
  for (const statement of [next, newest, releasesAt]) statement.setReturnArrays(true)

  function termsIn(range: NameRange | undefined): number[] {
    const terms: number[] = []
    let from = range?.from
    while (range && from !== undefined && terms.length <= MOST_COMMITS) {
      const [term] = next.get(from, range.to) as unknown as readonly [number | null]
      if (term === null) break
      terms.push(term)
      from = term + 1
    }
    return terms
  }
  const sequencesOf = (terms: readonly number[], limit: number): number[] => {
    const found = terms.flatMap((term) => (newest.all(term, limit) as unknown as readonly [number][]).flat())
    return [...new Set(found)].toSorted((a, b) => b - a)
  }

  return (name, limit) => {
    const asked = askedName(name)
    const commits = termsIn(asked.commits)
    const revertCommits = termsIn(asked.revertCommits)
    const reverts = sequencesOf(revertCommits, MOST_COMMITS + 1)
    const keys = reverts.slice(0, MOST_COMMITS).map((sequence) => revertName(String(keyAt.get(sequence)?.['key'])))
    const sequences = sequencesOf([...commits.slice(0, MOST_COMMITS), asked.image, ...keys], limit + 1)
    const found = releasesAt.all(JSON.stringify(sequences.slice(0, limit))) as unknown as readonly [string, string, number][]
    // Not by SQLite, which would carry whole documents through its sorting.
    const sorted = found.toSorted(([, , a], [, , b]) => b - a)
    const releases = sorted.map(([key, document]) => parseDocument('release', key, document))
    const most = Math.max(commits.length, revertCommits.length, reverts.length)
    return { releases, complete: most <= MOST_COMMITS && sequences.length <= limit }
  }
}

/** Names a document by its first record. */
export function createNamer(database: DatabaseSync): (names: readonly number[], kind: string, key: string) => void {
  const firstOf = database.prepare('SELECT first_sequence AS first FROM document WHERE kind = ? AND key = ?')
  const insert = database.prepare('INSERT OR IGNORE INTO name (term, sequence) VALUES (?, ?)')
  return (names, kind, key) => {
    if (names.length === 0) return
    const first = Number(firstOf.get(kind, key)?.['first'])
    for (const term of names) insert.run(term, first)
  }
}

/**
 * Whether a document, in its newest record, is found by all that it names: so is everything in a file of a schema without names, and what
 * is still to be named.
 */
export function createIsNamed(database: DatabaseSync): (link: StoredLink, first: number) => boolean {
  if (!database.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'name'`).get()) return () => true
  const until = database.prepare(`SELECT value FROM meta WHERE name = 'named_until'`).get()?.['value'] ?? Infinity
  const has = database.prepare('SELECT 1 FROM name WHERE term = ? AND sequence = ?')
  return (link, first) =>
    (link.kind !== 'release' && link.kind !== 'revert') ||
    link.sequence > Number(until) ||
    namesOf(entryOf(link)).every((term) => has.get(term, first) !== undefined)
}

/** Documents that are named before others get their turn: some ten milliseconds. */
const DOCUMENTS_A_TURN = 200

const OLDER = `
SELECT document.kind, document.key, document.sequence, record.document FROM document JOIN record USING (sequence)
WHERE document.sequence > ? ORDER BY document.sequence LIMIT ${DOCUMENTS_A_TURN}`

/**
 * Names some of the documents that were written before there were names, and notes how far it has come: all of one call in one transaction.
 * @returns whether there are more
 */
export function nameOlder(database: DatabaseSync): boolean {
  const mark = database.prepare(`SELECT value FROM meta WHERE name = 'named_until'`).get()
  if (!mark) return false
  const name = createNamer(database)
  let last = Number(mark['value'])
  const older = database.prepare(OLDER).all(last) as unknown as readonly { kind: string; key: string; sequence: number; document: string }[]
  for (const { kind, key, sequence, document } of older) {
    last = sequence
    if (kind === 'release' || kind === 'revert')
      name(namesOf({ kind, document: parseDocument(kind, key, document) } as LedgerEntry), kind, key)
  }
  const isAll = older.length < DOCUMENTS_A_TURN
  database
    .prepare(isAll ? `DELETE FROM meta WHERE name = 'named_until'` : `UPDATE meta SET value = ? WHERE name = 'named_until'`)
    .run(...(isAll ? [] : [last]))
  return !isAll
}
