import { copyFileSync, existsSync, statSync, symlinkSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { GENESIS, hashLink } from '../../../../src/adapters/ledgers/chain/chain.ts'
import { sqlite } from '../../../../src/adapters/ledgers/sqlite/manifest.ts'
import { FIRST } from '../../../../src/adapters/ledgers/sqlite/migrations/0001-first.ts'
import { MIGRATIONS } from '../../../../src/adapters/ledgers/sqlite/migrations/index.ts'
import { openAside } from '../../../../src/adapters/ledgers/sqlite/open-aside.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSystemClock } from '../../../../src/adapters/system/clock.ts'
import { countingClock, tempFolder } from './temp.ts'

const openForService = (path: string) => sqlite.open({ path }, 'none', { ...createSystemClock(), random: () => 0 })

/** A ledger of the first schema, of so many documents. Its newest record alone is hashed: whoever opens it looks no further. */
function writeOld(path: string, documents: number): void {
  using database = new DatabaseSync(path)
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${FIRST}`)
  database.exec(`CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT; INSERT INTO meta VALUES ('schema', 1)`)
  database.exec(`
    DROP TRIGGER record_grows_by_one;
    WITH RECURSIVE row (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM row WHERE at < ${documents})
    INSERT INTO record SELECT at, at, 'card', printf('r%09d', at), 'card-published', '{}', '${GENESIS}' FROM row;
    CREATE TRIGGER record_grows_by_one BEFORE INSERT ON record BEGIN SELECT 1; END;
    INSERT INTO document SELECT kind, key, sequence, sequence, NULL, 0, at FROM record`)
  const last = { sequence: documents, at: documents, kind: 'card', key: `r${String(documents).padStart(9, '0')}` }
  const hash = hashLink(GENESIS, { ...last, event: 'card-published', document: '{}' })
  database.exec(`DROP TRIGGER record_is_not_changed; UPDATE record SET hash = '${hash}' WHERE sequence = ${documents}`)
  database.exec(`CREATE TRIGGER record_is_not_changed BEFORE UPDATE ON record BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END`)
  database.exec('PRAGMA journal_mode = WAL')
}

/** Undefined while it is closed, when nobody else may read it. */
function schemaOf(path: string): unknown {
  using database = new DatabaseSync(path, { readOnly: true })
  try {
    return database.prepare(`SELECT value FROM meta WHERE name = 'schema'`).get()?.['value']
  } catch {
    return undefined
  }
}

/** Whoever migrates takes the lock first: where the loop itself did both, no turn would see the one without the other. */
const isMigrated = (path: string) => existsSync(`${path}.lock`) && schemaOf(path) === 1

/** The turns that others get while something is done. */
async function turnsDuring(work: Promise<unknown>, counts: () => boolean): Promise<number> {
  let turns = 0
  let isDone = false
  const others = (): void => {
    if (counts()) turns += 1
    if (!isDone) setImmediate(others)
  }
  setImmediate(others)
  await work.finally(() => (isDone = true))
  return turns
}

it('others get their turns while a large ledger of an older schema is brought up to date', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  writeOld(path, 300_000)
  const turns = await turnsDuring(openAside(path), () => isMigrated(path))
  expect(turns).toBeGreaterThan(20)
  expect(schemaOf(path)).toBe(MIGRATIONS.length)
})

it('a service opens an older ledger by that, and has it whole', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  writeOld(path, 200_000)
  const opening = openForService(path)
  const turns = await turnsDuring(opening, () => isMigrated(path))
  await using ledger = await opening
  expect(turns).toBeGreaterThan(0)
  expect(await ledger.head()).toMatchObject({ sequence: 200_000 })
})

it.each(['by its own name', 'by a link'])('a long log that a killed process has left is folded in aside, %s', async (how) => {
  using folder = tempFolder()
  const [path, killed] = [folder.file('ledger.db'), folder.file('killed.db')]
  await createSqliteLedger({ path, clock: countingClock() }).close()
  {
    using database = new DatabaseSync(path)
    database.exec(`PRAGMA wal_autocheckpoint = 0; INSERT INTO inbox VALUES ('github', 'd1', 1, hex(zeroblob(9000000)), NULL)`)
    for (const end of ['', '-wal']) copyFileSync(path + end, killed + end)
  }
  const { size } = statSync(killed)
  const link = folder.file('link.db')
  symlinkSync(killed, link)
  await openAside(how === 'by a link' ? link : killed)
  expect([existsSync(`${killed}-wal`), statSync(killed).size - size > 16_000_000]).toEqual([false, true])
  await using ledger = createSqliteLedger({ path: killed, clock: countingClock() })
  expect((await ledger.pending()).map(({ id }) => id)).toEqual(['d1'])
})

it('what keeps an older ledger from being opened is told by its code, and the file is left as it was', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  writeOld(path, 10)
  using lock = new DatabaseSync(`${path}.lock`)
  lock.exec('BEGIN IMMEDIATE')
  await expect(openAside(path)).rejects.toMatchObject({ code: 'E_LEDGER_LOCKED', retryable: false })
  await expect(openForService(path)).rejects.toMatchObject({ code: 'E_LEDGER_LOCKED' })
  expect(schemaOf(path)).toBe(1)
})

it('a ledger that opens at once is not opened aside, and none is made', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await openAside(path)
  expect(existsSync(path)).toBe(false)
  await using _ledger = createSqliteLedger({ path, clock: countingClock() })
  // Else it would be told that the ledger is in use.
  await openAside(path)
})
