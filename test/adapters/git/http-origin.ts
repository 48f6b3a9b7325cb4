import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Origin } from '../../contract/git/origin.ts'

export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string
}

/** What the server does instead of serving Git: an answer, or nothing at all for ever. */
export type Fault = (request: IncomingMessage) => Answer | 'hang' | undefined

/** A repository over real HTTP: Git's own http-backend behind basic auth, as hosts do it. */
export interface HttpOrigin extends AsyncDisposable {
  url: string
  /** Each request: method, path and the credential it came with. */
  requests: { method: string; url: string; credential: string | undefined }[]
  fault: Fault | undefined
}

/** Serves an origin at `/acme/gitops.git`. Without `credential` ("user:password") anybody may read and write. */
export async function serveOverHttp(origin: Origin, credential: string | undefined): Promise<HttpOrigin> {
  const served: Pick<HttpOrigin, 'requests' | 'fault'> = { requests: [], fault: undefined }
  const server = createServer((request, response) => {
    const sent = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    const given = sent === undefined ? undefined : Buffer.from(sent, 'base64').toString('utf8')
    served.requests.push({ method: request.method ?? '', url: request.url ?? '', credential: given })
    const fault = served.fault?.(request)
    if (fault === 'hang') return
    if (fault) return void response.writeHead(fault.status, fault.headers).end(fault.body)
    if (credential !== undefined && given !== credential)
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end('who are you')
    runBackend(origin, request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(served, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme/gitops.git`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** The CGI of git-http-backend(1). */
function runBackend(origin: Origin, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      HOME: origin.dir,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: origin.dir,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'kedge',
      REMOTE_ADDR: '127.0.0.1',
      PATH_INFO: url.pathname.replace('/acme/gitops.git', ''),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      ...(request.headers['content-length'] && { CONTENT_LENGTH: request.headers['content-length'] }),
    },
  })
  child.stdin.on('error', () => undefined)
  request.pipe(child.stdin)
  let head = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) return void response.write(chunk)
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    const headers = Object.fromEntries(
      head
        .subarray(0, end)
        .toString()
        .split('\r\n')
        .map((line) => line.split(/:\s*/, 2) as [string, string]),
    )
    response.writeHead(Number.parseInt(headers['Status'] ?? '200', 10), headers)
    response.write(head.subarray(end + 4))
  })
  child.stdout.on('end', () => response.end())
}
