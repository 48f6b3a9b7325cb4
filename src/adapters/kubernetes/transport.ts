import { createHash } from 'node:crypto'
import { pipeline, type Readable } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { createGunzip } from 'node:zlib'
import { buildConnector, Client, ProxyAgent, type Dispatcher } from 'undici'
import { ApiFault, asFault } from './api-fault.ts'
import type { Connection, Credentials } from './connection.ts'

/** The whole answer to a short call. */
export interface Answer {
  status: number
  retryAfter: string | undefined
  /** The server's clock, as its Date header has it. */
  date: string | undefined
  body: Buffer
}

/** The answer to a long call, as it comes in. */
export interface AnswerStream {
  status: number
  retryAfter: string | undefined
  /** Signs of life come without bytes (HTTP/2 pings), so that a quiet stream need not be suspected. */
  pings: boolean
  chunks: AsyncIterable<Buffer>
}

export interface Transport extends AsyncDisposable {
  /**
   * One short GET on the connection that all of them share; a failure closes it, so that the next has a new one. With `scratch` the body
   * lies there and is good until the next call with it. @throws ApiFault
   */
  get(path: string, signal: AbortSignal, scratch?: Scratch): Promise<Answer>
  /** The same for a question that is asked by POST, such as a SelfSubjectAccessReview. @throws ApiFault */
  ask(path: string, question: unknown, signal: AbortSignal): Promise<Answer>
  /** One long GET on a connection of its own, which ends with the signal. @throws ApiFault */
  open(path: string, signal: AbortSignal, onPing: () => void): Promise<AnswerStream>
}

/** Memory for one answer after another: the pages of a large list would leave hundreds of MB for the collector. */
export interface Scratch {
  bytes: Buffer
}

/** Largest answer to a short call that is taken in, in bytes. */
const ANSWER_CAP = 256 * 1024 * 1024

interface Line {
  dispatcher: Dispatcher
  isHttp2(): boolean
}

/**
 * HTTP to one API server. `pingMs`: time between HTTP/2 pings. Over TLS the server is offered HTTP/2 first; a black-holed connection would
 * live for ever in a pool, hence one connection a watch.
 */
export function createTransport(connection: Connection, pingMs: number): Transport {
  const server = new URL(connection.server)
  const prefix = server.pathname.replace(/\/+$/, '')
  const shared = createSharedLine((credentials) => connect(server, credentials, pingMs))

  async function call(
    question: { method: 'GET' | 'POST'; path: string; body?: string },
    signal: AbortSignal,
    scratch: Scratch,
  ): Promise<Answer> {
    const credentials = await within(signal, connection.credentials())
    const line = shared.line(credentials)
    try {
      // Compression is not asked for: it costs an API server more than the network does.
      const headers = {
        ...credentials.headers,
        accept: 'application/json',
        ...(question.body !== undefined && { 'content-type': 'application/json' }),
      }
      const response = await line.dispatcher.request({ ...question, path: prefix + question.path, headers, signal, origin: server.origin })
      const body = await readAll(plainBody(response.body, response.headers['content-encoding']), scratch)
      return {
        status: response.statusCode,
        retryAfter: single(response.headers['retry-after']),
        date: single(response.headers['date']),
        body,
      }
    } catch (error) {
      shared.discard(line)
      throw signal.aborted ? asFault(signal.reason) : asFault(error)
    }
  }

  return {
    get: (path, signal, scratch = { bytes: Buffer.alloc(0) }) => call({ method: 'GET', path }, signal, scratch),
    ask: (path, question, signal) => call({ method: 'POST', path, body: JSON.stringify(question) }, signal, { bytes: Buffer.alloc(0) }),
    async open(path, signal, onPing) {
      const credentials = await within(signal, connection.credentials())
      const line = connect(server, credentials, pingMs)
      line.dispatcher.on('ping' as 'connect', onPing)
      signal.addEventListener('abort', () => destroy(line), { once: true })
      try {
        const headers = { ...credentials.headers, accept: 'application/json' }
        const response = await line.dispatcher.request({ path: prefix + path, method: 'GET', headers, signal, origin: server.origin })
        return {
          status: response.statusCode,
          retryAfter: single(response.headers['retry-after']),
          pings: line.isHttp2(),
          chunks: plainBody(response.body, response.headers['content-encoding']),
        }
      } catch (error) {
        throw signal.aborted ? asFault(signal.reason) : asFault(error)
      }
    },
    async [Symbol.asyncDispose]() {
      await shared.close()
    },
  }
}

/** The one line of all short calls, for as long as what belongs to the connection itself stays the same. */
function createSharedLine(open: (credentials: Credentials) => Line) {
  let shared: (Line & { key: string }) | undefined
  return {
    line(credentials: Credentials): Line {
      const key = fingerprint(credentials)
      if (shared?.key === key) return shared
      const replaced = shared
      shared = { ...open(credentials), key }
      // Calls under way may end on the old one.
      replaced?.dispatcher.close().catch(() => undefined)
      return shared
    },
    discard(line: Line): void {
      if (shared?.dispatcher === line.dispatcher) shared = undefined
      destroy(line)
    },
    async close(): Promise<void> {
      await shared?.dispatcher.destroy()
    },
  }
}

function connect(server: URL, { tls, proxy }: Credentials, pingMs: number): Line {
  const limits = { headersTimeout: 0, bodyTimeout: 0, h2Options: { pingInterval: pingMs } }
  // keepAlive finds a dead peer in about 15 s where pings cannot: probes after 5 s, ten of them a second apart (libuv).
  const socket = { ...tls, keepAlive: true, keepAliveInitialDelay: 5_000, timeout: 10_000 }
  if (proxy !== undefined) return { dispatcher: new ProxyAgent({ ...limits, uri: proxy, requestTls: socket }), isHttp2: () => false }
  const connector = buildConnector({ ...socket, allowH2: true, preferH2: true })
  let isHttp2 = false
  const dispatcher = new Client(server.origin, {
    ...limits,
    connect(options, callback) {
      connector(options, (...result) => {
        isHttp2 = result[1] instanceof TLSSocket && result[1].alpnProtocol === 'h2'
        callback(...result)
      })
    },
  })
  return { dispatcher, isHttp2: () => isHttp2 }
}

// Nobody asked for compression, but a proxy may do it. Whoever stops reading early must not be hit by an error that comes later.
function plainBody(body: Readable, encoding: string | string[] | undefined): AsyncIterable<Buffer> {
  body.on('error', () => undefined)
  return encoding === 'gzip' ? pipeline(body, createGunzip(), () => undefined) : body
}

function destroy(line: Line): void {
  line.dispatcher.destroy().catch(() => undefined)
}

// Headers travel with each call; only what belongs to the connection itself makes a new one necessary.
function fingerprint({ tls, proxy }: Credentials): string {
  const material = Object.values(tls).map((value) => (Buffer.isBuffer(value) ? value.toString('base64') : value))
  return createHash('sha256')
    .update(JSON.stringify([material, proxy]))
    .digest('hex')
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

async function readAll(body: AsyncIterable<Buffer>, scratch: Scratch): Promise<Buffer> {
  let size = 0
  for await (const chunk of body) {
    const needed = size + chunk.length
    if (needed > ANSWER_CAP) throw new ApiFault('malformed', `the server's answer is larger than ${ANSWER_CAP} bytes`)
    if (needed > scratch.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, scratch.bytes.length * 2))
      scratch.bytes.copy(larger, 0, 0, size)
      scratch.bytes = larger
    }
    chunk.copy(scratch.bytes, size)
    size = needed
  }
  return scratch.bytes.subarray(0, size)
}

/** The promise, or the signal's reason when that comes first: an exec plugin may hang. */
function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(asFault(signal.reason))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
