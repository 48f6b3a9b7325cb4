import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Person } from './merge.ts'

/** Somebody on the forge. */
export interface Account {
  id: number
  login: string
  type: 'User' | 'Bot'
  name: string
  email: string
}

/** What a token may do and until when. */
interface Grant {
  account: Account
  /** `owner/name` of each repository it reaches; absent means all. */
  repositories?: readonly string[]
  /** Milliseconds since the epoch. */
  expiresAt?: number
}

export interface Accounts {
  /** The account of this name, made where there is none. A name that ends in [bot] is a Bot. */
  ensure(login: string): Account
  find(login: string): Account | undefined
  findByEmail(email: string): Account | undefined
  findById(id: unknown): Account | undefined
  /** Makes `token` act as `login`, where given only on these repositories. */
  grant(token: string, login: string, limits?: { repositories?: readonly string[]; expiresAt?: number }): void
  revoke(token: string): void
  /** A fresh installation token of an App, good for an hour. */
  issue(login: string, repositories?: readonly string[]): { token: string; expiresAt: number }
  /** Who calls with this token; undefined where it is unknown or expired. */
  authenticate(token: string): Grant | undefined
}

/** A forge with no people yet. */
export function createAccounts(clock: Clock): Accounts {
  const accounts = new Map<string, Account>()
  const grants = new Map<string, Grant>()

  function ensure(login: string): Account {
    const known = accounts.get(login)
    if (known !== undefined) return known
    const isBot = login.endsWith('[bot]')
    const id = accounts.size + 1
    const email = isBot ? `${id}+${login}@users.noreply.example.com` : `${login}@example.com`
    const account: Account = {
      id,
      login,
      type: isBot ? 'Bot' : 'User',
      name: isBot ? login : capitalised(login),
      email,
    }
    accounts.set(login, account)
    return account
  }

  return {
    ensure,
    find: (login) => accounts.get(login),
    findById: (id) => [...accounts.values()].find((account) => account.id === id),
    findByEmail: (email) => [...accounts.values()].find((account) => account.email === email),
    grant(token, login, limits = {}) {
      grants.set(token, { account: ensure(login), ...limits })
    },
    revoke: (token) => void grants.delete(token),
    issue(login, repositories) {
      const token = `ghs_${randomUUID().replaceAll('-', '')}`
      const expiresAt = clock.now() + 3_600_000
      grants.set(token, { account: ensure(login), expiresAt, ...(repositories && { repositories }) })
      return { token, expiresAt }
    },
    authenticate(token) {
      const grant = grants.get(token)
      return grant?.expiresAt !== undefined && grant.expiresAt <= clock.now() ? undefined : grant
    },
  }
}

/** How an account signs its commits. */
export function toPerson(account: Account): Person {
  return { name: account.name, email: account.email }
}

function capitalised(login: string): string {
  return login.charAt(0).toUpperCase() + login.slice(1)
}
