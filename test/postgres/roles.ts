import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TestDatabase } from './database.ts'

const PAGE = new URL('../../docs/postgresql.md', import.meta.url)

/**
 * Makes the roles of docs/postgresql.md in a database, by the SQL that stands there.
 * @returns the URLs of both
 */
export async function rolesIn(database: TestDatabase): Promise<{ writer: string; owner: string }> {
  const names = { kedge_owner: `owner_${randomBytes(4).toString('hex')}`, kedge_writer: `writer_${randomBytes(4).toString('hex')}` }
  const written = /```sql roles\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8'))?.[1]
  if (written === undefined) throw new Error('docs/postgresql.md has no SQL of the roles')
  const sql = Object.entries(names).reduce((text, [from, to]) => text.replaceAll(from, to), written)
  // A database of its own is there already, under a name of its own.
  await database.ask(sql.replace(/^CREATE DATABASE .*$/m, '').replaceAll('DATABASE kedge ', `DATABASE ${database.address.database} `))
  const urlOf = (user: string): string => {
    const url = new URL(database.url)
    url.username = user
    url.password = 'change-me'
    return url.href
  }
  return { writer: urlOf(names.kedge_writer), owner: urlOf(names.kedge_owner) }
}
