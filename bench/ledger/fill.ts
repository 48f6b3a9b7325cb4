import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { syntheticReleases, type SyntheticRelease } from './synthetic.ts'

/** Takes releases in bulk, without the store's own checks, and makes the indices once all are in. */
interface Filler {
  take(release: SyntheticRelease): void
  /** Hands on what was taken. */
  flush(): Promise<void>
  finish(): Promise<void>
}

/** Releases that are handed on at once. */
const RELEASES_A_CHUNK = 20_000

/** Fills both stores, whose schemas are there, with the same records. */
export async function fillBoth(releases: number, stores: { sqlite: string; postgres: { url: string; folder: string } }): Promise<void> {
  const fillers = [fillSqlite(stores.sqlite), await fillPostgres(stores.postgres)]
  let taken = 0
  for (const release of syntheticReleases(releases)) {
    for (const filler of fillers) filler.take(release)
    taken += 1
    if (taken % RELEASES_A_CHUNK !== 0) continue
    for (const filler of fillers) await filler.flush()
    process.stderr.write(`  ${taken} of ${releases} releases\r`)
  }
  for (const filler of fillers) await filler.finish()
}

function fillSqlite(path: string): Filler {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA foreign_keys = OFF')
  const own = database
    .prepare(`SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL`)
    .all()
    .map(({ type, name, sql }) => ({ type: String(type), name: String(name), sql: String(sql) }))
  for (const { type, name } of own) database.exec(`DROP ${type} ${name}`)
  database.exec('CREATE TEMP TABLE unsorted (term INTEGER, sequence INTEGER); BEGIN')
  const record = database.prepare('INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)')
  const document = database.prepare('INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?)')
  const name = database.prepare('INSERT INTO unsorted VALUES (?, ?)')
  return {
    take({ links, documents }) {
      for (const { sequence, at, kind, key, event, document: text, hash } of links) record.run(sequence, at, kind, key, event, text, hash)
      for (const { kind, key, first, last, index, names } of documents) {
        document.run(kind, key, first, last, index.subject, index.open, index.since)
        for (const term of names) name.run(term, first)
      }
    },
    flush: async () => undefined,
    async finish() {
      database.exec('INSERT INTO name SELECT DISTINCT term, sequence FROM unsorted ORDER BY term, sequence; COMMIT; DROP TABLE unsorted')
      for (const { sql } of own) database.exec(sql)
      database.close()
    },
  }
}

const TABLES = {
  record: 'sequence, at, kind, key, event, document, hash',
  document: 'kind, key, first_sequence, sequence, subject, open, since',
  unsorted: 'term, sequence',
} as const

/** By files that the server reads: rows over a connection take ten times as long. */
async function fillPostgres({ url, folder }: { url: string; folder: string }): Promise<Filler> {
  const client = new Client(url)
  client.on('error', () => undefined)
  await client.connect()
  await client.query('SET session_replication_role = replica; CREATE UNLOGGED TABLE kedge.unsorted (term bigint, sequence bigint)')
  const { rows: indices } = await client.query<{ name: string; sql: string }>(
    `SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE schemaname = 'kedge' AND indexname NOT LIKE '%pkey'`,
  )
  for (const { name } of indices) await client.query(`DROP INDEX kedge.${name}`)
  let lines = emptyLines()
  async function flush(): Promise<void> {
    for (const [table, columns] of Object.entries(TABLES)) {
      const file = join(folder, `${table}.tsv`)
      const stream = createWriteStream(file, { mode: 0o644 })
      for (const line of lines[table as keyof typeof TABLES]) if (!stream.write(line)) await once(stream, 'drain')
      stream.end()
      await once(stream, 'close')
      await client.query(`COPY kedge.${table} (${columns}) FROM '${file}'`)
      await rm(file)
    }
    lines = emptyLines()
  }
  return {
    take({ links, documents }) {
      for (const { sequence, at, kind, key, event, document, hash } of links)
        lines.record.push(row([sequence, at, kind, key, event, document, hash]))
      for (const { kind, key, first, last, index, names } of documents) {
        lines.document.push(row([kind, key, first, last, index.subject, index.open, index.since]))
        for (const term of names) lines.unsorted.push(row([term, first]))
      }
    },
    flush,
    async finish() {
      await flush()
      await client.query(
        'INSERT INTO kedge.name SELECT DISTINCT term, sequence FROM kedge.unsorted ORDER BY 1, 2; DROP TABLE kedge.unsorted',
      )
      for (const { sql } of indices) await client.query(sql)
      await client.query('VACUUM (ANALYZE)')
      await client.end()
    },
  }
}

const emptyLines = (): Record<keyof typeof TABLES, string[]> => ({ record: [], document: [], unsorted: [] })

const row = (cells: readonly (string | number | null)[]): string =>
  `${cells.map((cell) => (cell === null ? '\\N' : String(cell).replaceAll('\\', '\\\\'))).join('\t')}\n`
