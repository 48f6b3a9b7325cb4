import { spawn } from 'node:child_process'
import type { Exchange } from '../loopback/server.ts'
import { GIT_ENVIRONMENT } from './git.ts'

/** A request of git's smart HTTP protocol. */
export interface GitRequest {
  /** `owner/name` */
  repository: string
  /** Below the repository: info/refs, git-upload-pack or git-receive-pack. */
  path: string
  isPush: boolean
}

/** Reads the URL of a git client's request; undefined where it is none. */
export function parseGitRequest(exchange: Exchange): GitRequest | undefined {
  const match = /^\/(?<owner>[\w.-]+)\/(?<name>[\w.-]+?)(?:\.git)?\/(?<path>info\/refs|git-upload-pack|git-receive-pack)$/.exec(
    exchange.url.pathname,
  )
  const { owner, name, path } = match?.groups ?? {}
  if (owner === undefined || name === undefined || path === undefined) return undefined
  const service = path === 'info/refs' ? exchange.url.searchParams.get('service') : path
  return { repository: `${owner}/${name}`, path, isPush: service === 'git-receive-pack' }
}

/** Hands the request to `git http-backend`, which speaks CGI, and streams its answer. */
export function serveGit(
  exchange: Exchange,
  repository: { root: string; directory: string },
  request: GitRequest & { login: string },
): Promise<void> {
  const { response } = exchange
  const headers = exchange.request.headers
  const environment: Record<string, string> = {
    ...GIT_ENVIRONMENT,
    GIT_PROJECT_ROOT: repository.root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `${repository.directory}/${request.path}`,
    REQUEST_METHOD: exchange.method,
    QUERY_STRING: exchange.url.search.slice(1),
    CONTENT_TYPE: headers['content-type'] ?? '',
    REMOTE_USER: request.login,
    REMOTE_ADDR: '127.0.0.1',
    ...(headers['content-encoding'] !== undefined && { HTTP_CONTENT_ENCODING: headers['content-encoding'] }),
    ...(headers['content-length'] !== undefined && { CONTENT_LENGTH: headers['content-length'] }),
    ...(typeof headers['git-protocol'] === 'string' && { GIT_PROTOCOL: headers['git-protocol'] }),
  }
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], { env: environment, stdio: ['pipe', 'pipe', 'ignore'] })
    let head: Buffer | undefined = Buffer.alloc(0)
    child.once('error', reject)
    response.once('close', () => child.kill())
    child.stdout.on('data', (chunk: Buffer) => {
      if (exchange.isAnswerLost) return
      if (head === undefined) return void response.write(chunk)
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      writeHead(exchange, head.subarray(0, end).toString('latin1'))
      response.write(head.subarray(end + 4))
      head = undefined
    })
    child.once('close', () => {
      if (head === undefined) response.end()
      else response.destroy()
      resolve()
    })
    // git may stop reading early; its answer says why.
    child.stdin.on('error', () => undefined)
    exchange.request.pipe(child.stdin)
  })
}

/** CGI says its status in a header of that name, 200 where it says none. */
function writeHead(exchange: Exchange, head: string): void {
  const headers = new Map(
    head.split('\r\n').map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const status = Number.parseInt(headers.get('status') ?? '200', 10)
  headers.delete('status')
  exchange.response.writeHead(status, Object.fromEntries(headers))
}
