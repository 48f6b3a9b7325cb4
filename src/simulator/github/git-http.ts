import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Exchange } from '../loopback/server.ts'
import type { BareRepository } from './bare-repository.ts'
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
  const match =
    /^\/(?<owner>[\w.-]+(?:\/[\w.-]+)*)\/(?<name>[\w.-]+?)(?:\.git)?\/(?<path>info\/refs|git-upload-pack|git-receive-pack)$/.exec(
      exchange.url.pathname,
    )
  const { owner, name, path } = match?.groups ?? {}
  if (owner === undefined || name === undefined || path === undefined) return undefined
  const service = path === 'info/refs' ? exchange.url.searchParams.get('service') : path
  return { repository: `${owner}/${name}`, path, isPush: service === 'git-receive-pack' }
}

/** What Git says of itself to a client of protocol 2, branches not among it: asked for before every fetch, and always the same. */
const introductions = new WeakMap<BareRepository, Buffer>()

/**
 * Answers as git-http-backend(1) does, by the program that it would start: two processes less for each request. What Git says is streamed.
 * Source: https://git-scm.com/docs/http-protocol
 */
export async function serveGit(exchange: Exchange, repository: BareRepository, request: GitRequest): Promise<void> {
  const { response, isAnswerLost } = exchange
  const { 'git-protocol': version = '', 'content-encoding': encoding } = exchange.request.headers
  const service = request.isPush ? 'receive-pack' : 'upload-pack'
  const asksWho = request.path === 'info/refs'
  const isModern = asksWho && !request.isPush && version === 'version=2'
  const known = isModern ? introductions.get(repository) : undefined
  if (!isAnswerLost) {
    const type = `application/x-git-${service}-${asksWho ? 'advertisement' : 'result'}`
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache, max-age=0, must-revalidate' })
    if (asksWho && !isModern) response.write(`${lineOf(`# service=git-${service}\n`)}0000`)
  }
  if (known) return void (isAnswerLost || response.end(known))
  const options = asksWho ? ['--stateless-rpc', '--http-backend-info-refs'] : ['--stateless-rpc']
  const child = spawn('git', [service, ...options, repository.directory], {
    env: { ...GIT_ENVIRONMENT, GIT_PROTOCOL: String(version) },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  response.once('close', () => child.kill())
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    if (isModern) said.push(chunk)
    if (!isAnswerLost) response.write(chunk)
  })
  // git may stop reading early; its answer says why.
  child.stdin.on('error', () => undefined)
  if (asksWho) child.stdin.end()
  else if (encoding === 'gzip') pipeline(exchange.request, createGunzip(), child.stdin, () => undefined)
  else exchange.request.pipe(child.stdin)
  const [code] = (await once(child, 'close')) as [number | null]
  if (isModern && code === 0) introductions.set(repository, Buffer.concat(said))
  if (!isAnswerLost) response.end()
}

/** A line as Git's protocols send it, with its length before it. */
function lineOf(text: string): string {
  return `${(text.length + 4).toString(16).padStart(4, '0')}${text}`
}
