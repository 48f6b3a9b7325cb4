import { isLoopbackName } from '../../../domain/words/host-name.ts'
import { fail, failure, ok, warn, type Finding } from '../../../ports/finding.ts'
import { nameOf, type Address } from './address.ts'
import { openDatabase, READING, type DatabaseOptions } from './database.ts'
import { openFault } from './faults.ts'
import { isUpToDate } from './migrate.ts'
import { readPostgresLedger } from './postgres-ledger.ts'

const SUBJECT = 'ledger'
const PAGE = 'docs/postgresql.md has the SQL.'

/** What the server says of itself and of the role. */
interface Server {
  isStandby: boolean
  fsync: string
}

const SERVER = `SELECT pg_is_in_recovery() AS "isStandby", current_setting('fsync') AS fsync`

interface Rights {
  mayAdd: boolean
  mayChange: boolean
}

const RIGHTS = `
SELECT (
    SELECT bool_and(has_table_privilege('kedge.' || name, needed)) FROM (VALUES
      ('record', '{INSERT}'::text[]), ('name', '{INSERT}'), ('document', '{INSERT,UPDATE}'), ('leader', '{INSERT,UPDATE}'),
      ('replica', '{INSERT,UPDATE,DELETE}'), ('inbox', '{INSERT,UPDATE,DELETE}'),
      ('checkpoint', '{SELECT,INSERT,UPDATE,DELETE}')
    ) AS written (name, rights), unnest(rights) AS needed
  ) AS "mayAdd",
  has_table_privilege('kedge.record', 'UPDATE') OR has_table_privilege('kedge.record', 'DELETE')
    OR has_table_privilege('kedge.anchor', 'INSERT') AS "mayChange"`

/** Whether the database can be reached, takes what Kedge writes, and holds a ledger that is intact. Writes nothing. */
export async function examinePostgres(connection: () => DatabaseOptions): Promise<Finding> {
  try {
    const options = connection()
    return await examine(options).catch((fault: unknown) => failure(SUBJECT, openFault(nameOf(options.address), fault)))
  } catch (fault) {
    return failure(SUBJECT, fault)
  }
}

async function examine(options: DatabaseOptions): Promise<Finding> {
  const name = nameOf(options.address)
  await using database = openDatabase({ ...options, poolSize: 1 })
  const [server] = await database.transact(READING, (query) => query<Server>(SERVER))
  if (server?.isStandby) return fail(SUBJECT, `${name} is a standby, which takes no writes`, 'Let the URL lead to the primary.')
  if (!(await isUpToDate(database, name))) return ok(SUBJECT, `${name} has no schema of this version yet; the next start makes it`)
  const [rights] = await database.transact(READING, (query) => query<Rights>(RIGHTS))
  if (!rights?.mayAdd) return fail(SUBJECT, `${name}: the role lacks rights that Kedge needs`, PAGE)
  await using ledger = await readPostgresLedger({ ...options, poolSize: 2 })
  const verdict = await ledger.verify()
  if (!verdict.intact) {
    const advice = 'See E_LEDGER_BROKEN in docs/runbook.md. Kedge refuses to act on it.'
    return fail(SUBJECT, `is broken at record ${verdict.sequence}: ${verdict.what}`, advice)
  }
  const found = `is intact: ${verdict.records} record(s), head ${verdict.head.slice(0, 12)}`
  return worry(options.address, server, rights, found) ?? ok(SUBJECT, `${found}; ${name}, by ${options.address.ssl ? 'TLS' : 'loopback'}`)
}

/** What works and is less safe than it could be. */
function worry({ ssl, host }: Address, server: Server | undefined, rights: Rights, found: string): Finding | undefined {
  if (server?.fsync === 'off') return warn(SUBJECT, `${found}, but the server may forget what it has acknowledged`, 'Set fsync to on.')
  if (!ssl && !isLoopbackName(host))
    return warn(
      SUBJECT,
      `${found}, but records and password travel in clear`,
      'Leave sslmode=disable out of the URL, and name ledger.caFile.',
    )
  if (rights.mayChange)
    return warn(
      SUBJECT,
      `${found}, but the role that Kedge writes with may change what is written`,
      `Let another role own the tables. ${PAGE}`,
    )
  return undefined
}
