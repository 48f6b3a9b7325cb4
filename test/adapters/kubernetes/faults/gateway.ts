import { once } from 'node:events'
import { createServer as createPlainServer, request, type RequestListener, type ServerResponse } from 'node:http'
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type SecureServerOptions,
} from 'node:http2'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createGzip, constants } from 'node:zlib'
import { makeSelfSigned, type SelfSigned } from './self-signed.ts'

export interface GatewayOptions {
  target: string
  protocol: 'http' | 'https' | 'h2'
  gzip?: boolean
  /** Only callers with a certificate signed by this one come in. */
  clientCa?: string
}

/** Stands before the simulator and speaks what it does not: TLS, HTTP/2, compression. */
export interface Gateway extends AsyncDisposable {
  port: number
  certificate: SelfSigned
  /** Protocols of the requests so far. */
  protocols: Set<string>
  /** Answers so many watches from now on with this status, asking to wait a second; returns how many it has met so far. */
  refuseWatches(status: number, times: number): () => number
  /** TLS or TCP connections ever accepted. */
  connections(): number
  /** HTTP/2 pings ever answered. */
  pings(): number
}

/** Starts on a free loopback port. */
export async function startGateway({ target, protocol, gzip = false, clientCa }: GatewayOptions): Promise<Gateway> {
  const certificate = makeSelfSigned('kedge test')
  const protocols = new Set<string>()
  const sockets = new Set<Socket>()
  let connections = 0
  let pings = 0
  const refusals: Refusal[] = []

  const tls = {
    key: certificate.key,
    cert: certificate.cert,
    ...(clientCa !== undefined && { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  }
  const server = createServerFor(protocol, tls, createRelay({ target, gzip, protocols, refusals }))
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('session', (session: ServerHttp2Session) => session.on('ping', () => (pings += 1)))
  server.on('tlsClientError', () => undefined)
  server.on('sessionError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    certificate,
    protocols,
    refuseWatches(status, times) {
      const refusal = { status, left: times, met: 0 }
      refusals.push(refusal)
      return () => refusal.met
    },
    connections: () => connections,
    pings: () => pings,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

type Relay = (from: Http2ServerRequest, to: Http2ServerResponse) => void

/** Watches that are answered with a status: how many still are, and how many were. */
interface Refusal {
  status: number
  left: number
  met: number
}

interface RelayOptions {
  target: string
  gzip: boolean
  protocols: Set<string>
  refusals: readonly Refusal[]
}

// node:http2's compatibility API is close enough to node:http's for one function to serve both.
function createRelay({ target, gzip, protocols, refusals }: RelayOptions): Relay {
  return (from, to) => {
    protocols.add(from.httpVersion)
    const refusal = /[?&]watch=/.test(from.url) ? refusals.find(({ left }) => left > 0) : undefined
    if (refusal !== undefined) {
      refusal.left -= 1
      refusal.met += 1
      to.writeHead(refusal.status, { 'retry-after': '1' })
      return void to.end('{"kind":"Status","message":"not now"}')
    }
    const headers = Object.fromEntries(
      Object.entries(from.headers).filter(([name]) => !name.startsWith(':') && name !== 'host' && name !== 'connection'),
    )
    const upstream = request(`${target}${from.url}`, { method: from.method, headers }, (answer) => {
      const type = answer.headers['content-type'] ?? 'application/json'
      to.writeHead(answer.statusCode ?? 502, { 'content-type': type, ...(gzip && { 'content-encoding': 'gzip' }) })
      // Node sends the head with the first byte of the body, an API server at once.
      ;(to as unknown as ServerResponse).flushHeaders()
      const body = gzip ? answer.pipe(createGzip({ flush: constants.Z_SYNC_FLUSH })) : answer
      body.pipe(to)
      answer.on('error', () => breakOff(to))
    })
    upstream.on('error', () => breakOff(to))
    to.on('close', () => upstream.destroy())
    from.pipe(upstream)
  }
}

// Http2ServerResponse has no destroy of its own; ServerResponse has no stream.
function breakOff(answer: Http2ServerResponse): void {
  const stream = answer.stream as Http2ServerResponse['stream'] | undefined
  if (stream === undefined) (answer as unknown as ServerResponse).destroy()
  else stream.destroy()
}

function createServerFor(protocol: GatewayOptions['protocol'], tls: SecureServerOptions, relay: Relay): Server {
  if (protocol === 'http') return createPlainServer(relay as unknown as RequestListener)
  if (protocol === 'https') return createTlsServer(tls, relay as unknown as RequestListener)
  return createSecureServer({ ...tls, allowHTTP1: true }, relay)
}
