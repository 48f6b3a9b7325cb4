import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { addressOf, optionsFor, type TestDatabase } from './database.ts'

const PAGE = new URL('../../docs/postgresql.md', import.meta.url)

/** The URLs of both roles, and what they are called on this server by their names on the page. */
export interface Roles {
  writer: string
  owner: string
  names: Readonly<Record<'kedge_owner' | 'kedge_writer', string>>
}

interface More {
  /** The roles are there already, from another database. */
  names?: Roles['names']
  /** The schema is to come with what is restored. */
  withoutSchema?: boolean
}

/** Makes the roles of docs/postgresql.md in a database, by the SQL that stands there. */
export async function rolesIn(database: TestDatabase, more: More = {}): Promise<Roles> {
  const suffix = randomBytes(4).toString('hex')
  const names = more.names ?? { kedge_owner: `owner_${suffix}`, kedge_writer: `writer_${suffix}` }
  const written = /```sql roles\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8'))?.[1]
  if (written === undefined) throw new Error('docs/postgresql.md has no SQL of the roles')
  const sql = Object.entries(names).reduce((text, [from, to]) => text.replaceAll(from, to), written)
  const left = [
    // A database of its own is there already, under a name of its own.
    /^CREATE DATABASE .*$/gm,
    ...(more.names ? [/^CREATE ROLE .*$/gm] : []),
    ...(more.withoutSchema ? [/^.* SCHEMA .*$/gm] : []),
  ]
  const toDo = left.reduce((text, line) => text.replaceAll(line, ''), sql)
  await database.ask(toDo.replaceAll('DATABASE kedge ', `DATABASE ${database.address.database} `))
  const urlOf = (user: string): string => {
    const url = new URL(database.url)
    url.username = user
    url.password = 'change-me'
    return url.href
  }
  return { writer: urlOf(names.kedge_writer), owner: urlOf(names.kedge_owner), names }
}

/** The same, and how a ledger is opened as the writer, with the owner for the migrations. */
export async function asRoles(database: TestDatabase) {
  const roles = await rolesIn(database)
  return { ...roles, options: { ...optionsFor(addressOf(roles.writer)), owner: addressOf(roles.owner) } }
}
