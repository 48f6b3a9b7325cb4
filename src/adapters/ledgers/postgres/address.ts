import type { ConnectionOptions } from 'node:tls'
import { isLoopbackName } from '../../../domain/words/host-name.ts'

/** Where a database is and how Kedge signs in there. A secret: it holds the password. */
export interface Address {
  host: string
  port: number
  user: string
  password: string
  database: string
  /** False: in clear. */
  ssl: false | ConnectionOptions
}

/** What `sslmode` may say. All that ask for TLS get it with the name and the authority checked: less only looks safe. */
const TLS_MODES: ReadonlyMap<string, boolean> = new Map([
  ['disable', false],
  ['require', true],
  ['verify-ca', true],
  ['verify-full', true],
])

/**
 * Reads the URL of a database. TLS unless it says `sslmode=disable` or names this very machine.
 * @param authority certificates in PEM that are trusted in place of the usual ones
 * @returns the address, or what is wrong with the URL; nothing of it is in the words
 */
export function readAddress(url: string, authority: string | undefined): Address | { wrong: string } {
  if (!URL.canParse(url)) return { wrong: 'is not a URL (not shown)' }
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(url)
  if (protocol !== 'postgresql:' && protocol !== 'postgres:') return { wrong: 'is not a URL that begins with postgresql:// (not shown)' }
  const database = decode(pathname.slice(1))
  const parts = [decode(hostname), decode(username), decode(password), database]
  if (parts.includes(undefined)) return { wrong: 'has a % that is not followed by two hexadecimal digits (not shown)' }
  if (!hostname || !username || !database)
    return { wrong: 'needs a host, a user and a database: postgresql://user:password@host:5432/name' }
  for (const name of searchParams.keys()) if (name !== 'sslmode') return { wrong: 'may say nothing after ? but sslmode (not shown)' }
  const mode = searchParams.get('sslmode')
  const host = (decode(hostname) ?? '').replace(/^\[|\]$/g, '')
  const isTls = mode === null ? !isLoopbackName(host) : TLS_MODES.get(mode)
  if (isTls === undefined) return { wrong: `has an sslmode that is none of ${[...TLS_MODES.keys()].join(', ')}` }
  return {
    host,
    port: port === '' ? 5_432 : Number(port),
    user: decode(username) ?? '',
    password: decode(password) ?? '',
    database: database ?? '',
    // The name that the certificate has to be for; `pg` says none where the host is an address.
    ssl: isTls && { host, rejectUnauthorized: true, ...(authority !== undefined && { ca: authority }) },
  }
}

/** What an address is called in messages: nothing of who signs in, or how. */
export function nameOf({ host, port, database }: Address): string {
  return `PostgreSQL ${host}:${port}/${database}`
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
