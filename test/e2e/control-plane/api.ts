import { readFileSync } from 'node:fs'
import { Agent, ProxyAgent, request, type Dispatcher } from 'undici'
import type { Connection } from '../../../src/adapters/kubernetes/connection.ts'
import { pause } from './pause.ts'

/** A Kubernetes object, as far as the bench looks into it. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    uid?: string
    resourceVersion?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    deletionTimestamp?: string
    ownerReferences?: { kind: string; name: string }[]
  }
  [field: string]: unknown
}

/** Few calls of an API server, in few words. */
export interface Api extends AsyncDisposable {
  get(path: string): Promise<KubeObject>
  post(path: string, body: unknown): Promise<KubeObject>
  /** Merge patch. */
  patch(path: string, body: unknown): Promise<KubeObject>
  delete(path: string, body?: unknown): Promise<void>
  /** Server-side apply. `path` is the collection's. A dry run is checked in full and changes nothing. */
  apply(path: string, object: { metadata: { name: string }; [field: string]: unknown }, options?: { dryRun: boolean }): Promise<KubeObject>
  /** Lists, then watches, for ever; starts again where the server ends it. */
  follow(path: string, see: (type: string, object: KubeObject) => void, signal: AbortSignal): Promise<void>
}

/** An answer that is not a success. */
export class ApiRefusal extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(`${status} ${text.slice(0, 500)}`)
    this.status = status
  }
}

/** Access by a token, to a server with a certificate of its own making. */
export function tokenConnection({ server, token, caFile }: { server: string; token: string; caFile: string }): Connection {
  const credentials = { headers: { authorization: `Bearer ${token}` }, tls: { ca: readFileSync(caFile) } }
  return { server, credentials: () => Promise.resolve(credentials) }
}

export function createApi(connection: Connection): Api {
  const { server } = connection
  let opened: Dispatcher | undefined

  /** Credentials are asked for anew each time: tokens of a cloud last an hour. */
  async function signIn(): Promise<{ dispatcher: Dispatcher; headers: Readonly<Record<string, string>> }> {
    const { headers, tls, proxy } = await connection.credentials()
    const limits = { bodyTimeout: 0, pipelining: 0 }
    opened ??= proxy === undefined ? new Agent({ ...limits, connect: tls }) : new ProxyAgent({ ...limits, uri: proxy, requestTls: tls })
    return { dispatcher: opened, headers }
  }

  async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, type = 'application/json') {
    const { dispatcher, headers } = await signIn()
    const answer = await request(`${server}${path}`, {
      method,
      headers: { ...headers, 'content-type': type },
      dispatcher,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new ApiRefusal(answer.statusCode, `${method} ${path}: ${text}`)
    return (text.startsWith('{') ? JSON.parse(text) : { text }) as KubeObject
  }

  async function watchFrom(path: string, version: string, see: (type: string, object: KubeObject) => void, signal: AbortSignal) {
    const query = `?watch=1&resourceVersion=${version}`
    const { body, statusCode } = await request(`${server}${path}${query}`, { ...(await signIn()), signal })
    if (statusCode !== 200) throw new ApiRefusal(statusCode, await body.text())
    await readEvents(body, see)
  }

  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body, 'application/merge-patch+json'),
    async delete(path, body) {
      await call('DELETE', path, body)
    },
    apply(path, object, { dryRun } = { dryRun: false }) {
      const query = `fieldManager=bench&force=true${dryRun ? '&dryRun=All' : ''}`
      return call('PATCH', `${path}/${object.metadata.name}?${query}`, object, 'application/apply-patch+yaml')
    },
    async follow(path, see, signal) {
      while (!signal.aborted) {
        try {
          const list = (await call('GET', path)) as unknown as { metadata: { resourceVersion: string }; items: KubeObject[] }
          for (const item of list.items) see('ADDED', item)
          await watchFrom(path, list.metadata.resourceVersion, see, signal)
        } catch {
          // The server may be down for a while; that is one of the scenarios.
          await pause(250)
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await opened?.destroy()
    },
  }
}

/** Tells of each event, until the server ends the watch or says that it is too old. */
async function readEvents(body: AsyncIterable<unknown>, see: (type: string, object: KubeObject) => void): Promise<void> {
  let rest = ''
  for await (const chunk of body) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as { type: string; object: KubeObject }
      if (type === 'ERROR') return
      see(type, object)
    }
  }
}
