import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../clock.ts'
import { createFaults, type Faults } from './faults.ts'

/** One request, with what every stand-in needs of it. */
export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  method: string
  url: URL
  /** The answer will be lost: a handler that streams must do its work and write nothing. */
  isAnswerLost: boolean
  /** The whole body. May be called more than once. */
  body(): Promise<Buffer>
}

/** An answer as data, so that a fault can lose it after its effect. `body` is sent as JSON unless it is a string. */
export interface Reply {
  status: number
  headers?: Record<string, string>
  body?: unknown
}

/** Answers a request. `streamed` says that the handler wrote to the response itself. */
export type Handler = (exchange: Exchange) => Promise<Reply | 'streamed'>

export interface LoopbackServer {
  /** `http://HOST:PORT`, without a slash at the end. */
  url: string
  faults: Faults
  /** Refuses new connections and cuts the open ones. */
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/**
 * Serves `handler` on a free port of 127.0.0.1, with faults where they were injected. Where somebody else has to reach it, `host` is what
 * they call this machine; then it listens on all of its addresses.
 */
export async function listenOnLoopback(handler: Handler, clock: Clock, host = LOOPBACK): Promise<LoopbackServer> {
  const faults = createFaults()
  const server = createServer((request, response) => {
    answer(toExchange(request, response), { handler, faults, clock }).catch((error: unknown) => {
      // A fault of the stand-in itself must be seen in a test, not hang it.
      if (!response.headersSent) send(response, { status: 500, body: { message: `simulator: ${String(error)}` } })
      else response.destroy()
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host === LOOPBACK ? LOOPBACK : '0.0.0.0', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(exchange: Exchange, server: { handler: Handler; faults: Faults; clock: Clock }): Promise<void> {
  const { response } = exchange
  const fault = server.faults.take(exchange.method, exchange.url.pathname)
  if (fault?.kind === 'drop-before') return void response.destroy()
  if (fault?.kind === 'status') {
    await exchange.body()
    return send(response, {
      status: fault.status,
      ...(fault.headers && { headers: fault.headers }),
      body: fault.body ?? { message: 'injected fault' },
    })
  }
  if (fault?.kind === 'delay') await new Promise<void>((resolve) => server.clock.setTimer(fault.ms, resolve))
  exchange.isAnswerLost = fault?.kind === 'drop-after'
  const reply = await server.handler(exchange)
  if (fault?.kind === 'drop-after') return void response.destroy()
  if (reply !== 'streamed') send(response, reply)
}

function toExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  let body: Promise<Buffer> | undefined
  return {
    request,
    response,
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://127.0.0.1'),
    isAnswerLost: false,
    body: () => (body ??= readAll(request)),
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, reply: Reply): void {
  const text = reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
  const type = typeof reply.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'
  response.writeHead(reply.status, { ...(text !== '' && { 'content-type': type }), ...reply.headers })
  response.end(text)
}
