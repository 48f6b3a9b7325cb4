import { randomBytes } from 'node:crypto'
import { z } from 'zod'

/** Who works on the bench's Gitea. `argo-cd` reads, `kedge` writes, the others own the repositories. */
const PEOPLE = ['ada', 'grace', 'kedge', 'argo-cd'] as const
export type Person = (typeof PEOPLE)[number]

/** What Kedge's and Argo CD's tokens may do; docs/installation.md names Kedge's. */
const SCOPES: Readonly<Record<Person, readonly string[]>> = {
  ada: ['all'],
  grace: ['all'],
  kedge: ['write:repository', 'write:issue', 'read:user'],
  'argo-cd': ['read:repository'],
}

export const OWNER = 'acme'

/** A request to Gitea's API, below `/api/v1`, as somebody. @throws Error in Gitea's words */
export type Ask = (by: Person | 'admin', method: string, path: string, body?: unknown) => Promise<unknown>

/** The bench's Gitea, with its people. */
export interface BenchGitea {
  url: string
  tokens: Readonly<Record<Person, string>>
  ask: Ask
}

/** Lets people in, with new tokens: those of an earlier run of the scenarios are forgotten. */
export async function openGitea({ url, adminToken }: { url: string; adminToken: string }): Promise<BenchGitea> {
  const asAdmin = (method: string, path: string, body?: unknown) => request(url, `token ${adminToken}`, { method, path, body })
  const run = randomBytes(4).toString('hex')
  const tokens: [Person, string][] = []
  for (const person of PEOPLE) {
    const password = randomBytes(16).toString('hex')
    const account = { email: `${person}@example.com`, password, must_change_password: false }
    // 422: an earlier run has made it.
    await asAdmin('POST', '/admin/users', { username: person, ...account }).catch(ifAnswered(422))
    await asAdmin('PATCH', `/admin/users/${person}`, { login_name: person, source_id: 0, ...account })
    const basic = `Basic ${Buffer.from(`${person}:${password}`).toString('base64')}`
    const token = { method: 'POST', path: `/users/${person}/tokens`, body: { name: run, scopes: SCOPES[person] } }
    tokens.push([person, z.object({ sha1: z.string() }).parse(await request(url, basic, token)).sha1])
  }
  await asAdmin('POST', '/orgs', { username: OWNER }).catch(ifAnswered(422))
  const known = Object.fromEntries(tokens) as Record<Person, string>
  return {
    url,
    tokens: known,
    ask: (by, method, path, body) => request(url, `token ${by === 'admin' ? adminToken : known[by]}`, { method, path, body }),
  }
}

/** What Gitea has refused. */
class GiteaRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Lets one answer pass for a success. */
export function ifAnswered(status: number): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof GiteaRefusal && error.status === status) return undefined
    throw error
  }
}

async function request(url: string, authorization: string, { method, path, body }: { method: string; path: string; body?: unknown }) {
  const headers = { authorization, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const text = await answer.text()
  if (!answer.ok) throw new GiteaRefusal(answer.status, `Gitea answered ${answer.status} to ${method} ${path}: ${text.slice(0, 300)}`)
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}
