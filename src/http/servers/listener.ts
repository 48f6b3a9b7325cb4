import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { KedgeError } from '../../domain/errors.ts'
import type { ListenAddress } from '../request/options.ts'

/** A server that listens. Dispose: no new connections, idle ones closed, requests under way get a grace to end. Again: nothing more. */
export interface Listener extends AsyncDisposable {
  readonly port: number
  readonly url: string
}

export interface ListenerTimes {
  /** A peer that dribbles its header or body for longer is dropped … */
  headersTimeout: number
  requestTimeout: number
  /** … and looked for this often: Node's own default is half a minute. */
  connectionsCheckingInterval: number
  /** How long a connection waits for a next request. */
  keepAliveTimeout: number
  /** How long requests under way may take when the listener ends. */
  graceMs: number
}

const TIMES: ListenerTimes = {
  headersTimeout: 5_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  graceMs: 3_000,
}

/**
 * Opens one HTTP/1.1 listener with limits that a thousand slow or greedy peers cannot exceed.
 * @throws KedgeError E_LISTEN when the address is taken or not ours
 */
export async function openListener(
  handler: RequestListener,
  address: ListenAddress,
  times: Partial<ListenerTimes> = {},
): Promise<Listener> {
  const { graceMs, ...timeouts } = { ...TIMES, ...times }
  let isClosing = false
  const server = createServer(
    {
      ...timeouts,
      maxHeaderSize: 16_384,
    },
    (request, response) => {
      // A connection kept alive for a next request would hold the end up: once closing, none gets one.
      response.once('close', () => isClosing && setImmediate(() => server.closeIdleConnections()))
      handler(request, response)
    },
  )
  server.maxHeadersCount = 100
  server.maxRequestsPerSocket = 1_000
  server.maxConnections = 2_048
  await listen(server, address)
  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : address.port
  let closed: Promise<void> | undefined
  return {
    port,
    url: `http://${urlHost(address.host)}:${port}`,
    [Symbol.asyncDispose]: () => {
      isClosing = true
      closed ??= close(server, graceMs)
      return closed
    },
  }
}

async function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new KedgeError('E_LISTEN', `cannot listen on ${urlHost(host)}:${port} (${code})`, { cause })
  }
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(cut)
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
