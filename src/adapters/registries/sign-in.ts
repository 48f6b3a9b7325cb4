import type { Answer } from './http.ts'

/** How one registry is signed in to. */
export interface Login {
  username: string
  password: string
}

/** What an answer with HTTP 401 asks for. */
export type Challenge = { scheme: 'basic' } | { scheme: 'bearer'; url: URL }

/**
 * Reads `WWW-Authenticate`; undefined where it asks for nothing that is known, or names no address.
 * Source: distribution, `docs/content/spec/auth/token.md`.
 * @param repository the only one that is asked for, to read, whatever the registry names
 */
export function challengeOf(answer: Answer, repository: string): Challenge | undefined {
  const header = answer.header('www-authenticate') ?? ''
  if (header.length > 2_000) return undefined
  if (/^basic\b/i.test(header)) return { scheme: 'basic' }
  if (!/^bearer\s/i.test(header)) return undefined
  const parameters = new Map([...header.matchAll(/([a-z]+)="([^"]*)"/gi)].map(([, name = '', value = '']) => [name.toLowerCase(), value]))
  const realm = parameters.get('realm') ?? ''
  if (!URL.canParse(realm)) return undefined
  const url = new URL(realm)
  url.searchParams.set('scope', `repository:${repository}:pull`)
  const service = parameters.get('service')
  if (service !== undefined) url.searchParams.set('service', service)
  return { scheme: 'bearer', url }
}

/** The header of a name and a password. */
export function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** The token of an answer; undefined where there is none. */
export function tokenIn({ status, body }: Answer): string | undefined {
  if (status !== 200) return undefined
  try {
    const { token, access_token: other } = JSON.parse(body.toString('utf8')) as { token?: unknown; access_token?: unknown }
    const found = token ?? other
    return typeof found === 'string' && /^[\x21-\x7e]{1,16384}$/.test(found) ? found : undefined
  } catch {
    return undefined
  }
}
