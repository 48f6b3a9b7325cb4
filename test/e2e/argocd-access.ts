import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { until } from '../until.ts'
import type { Api } from './control-plane/api.ts'

/** An answer of Argo CD's own API. */
export interface ArgocdAnswer {
  status: number
  body: string
}

export interface ArgocdCall {
  /** Default that of its administrator. */
  token?: string
  method?: string
  body?: object
  headers?: Readonly<Record<string, string>>
}

/** Argo CD's own API on the bench, where everybody has to sign in. */
export interface Argocd {
  url: string
  /** Of the account that docs/installation.md has people make. */
  kedgeToken: string
  /** Of an account without any right. */
  strangerToken: string
  ask(path: string, call?: ArgocdCall): Promise<ArgocdAnswer>
}

const INSTALLATION = new URL('../../docs/installation.md', import.meta.url)
const STRANGER = 'stranger'

/** Makes the accounts as people do: two ConfigMaps, and a token from Argo CD's API with the administrator's password. */
export async function openArgocd(api: Api, { url, namespace }: { url: string; namespace: string }): Promise<Argocd> {
  const home = `/api/v1/namespaces/${namespace}`
  const { 'policy.csv': policy, ...accounts } = documented()
  await api.patch(`${home}/configmaps/argocd-cm`, { data: { ...accounts, [`accounts.${STRANGER}`]: 'apiKey' } })
  await api.patch(`${home}/configmaps/argocd-rbac-cm`, { data: { 'policy.csv': policy } })
  const initial = (await api.get(`${home}/secrets/argocd-initial-admin-secret`))['data'] as { password: string }
  const password = Buffer.from(initial.password, 'base64').toString('utf8')
  const session = await send(url, '/api/v1/session', { method: 'POST', body: { username: 'admin', password } })
  const admin = tokenIn(session)
  const accountToken = (name: string): Promise<string> => {
    const call = { token: admin, method: 'POST', body: { expiresIn: 0 } }
    // The ConfigMaps reach the server a moment later.
    return until(async () => tokenIn(await send(url, `/api/v1/account/${name}/token`, call)), {
      what: `a token for ${name}`,
      timeoutMs: 20_000,
    })
  }
  return {
    url,
    kedgeToken: await accountToken('kedge'),
    strangerToken: await accountToken(STRANGER),
    ask: (path, call = {}) => send(url, path, { token: admin, ...call }),
  }
}

/** What the page about the installation has an operator write into the two ConfigMaps. */
function documented(): Record<string, string> {
  const block = /```yaml\n(# argocd-cm\n.*?)```/s.exec(readFileSync(INSTALLATION, 'utf8'))?.[1]
  if (block === undefined) throw new Error('docs/installation.md has no block that begins with "# argocd-cm"')
  return parse(block) as Record<string, string>
}

async function send(url: string, path: string, { token, method = 'GET', body, headers }: ArgocdCall): Promise<ArgocdAnswer> {
  // What goes through its proxy signs in as a page does.
  const signIn = path.startsWith('/extensions/') ? { cookie: `argocd.token=${token}` } : { authorization: `Bearer ${token}` }
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers, ...(token !== undefined && signIn) },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.text() }
}

function tokenIn({ status, body }: ArgocdAnswer): string {
  const { token } = JSON.parse(body) as { token?: string }
  if (status !== 200 || token === undefined) throw new Error(`Argo CD gives no token: ${status} ${body.slice(0, 300)}`)
  return token
}
