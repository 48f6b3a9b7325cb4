import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

interface Pair {
  client: Socket
  upstream: Socket
  lastByteAt: number
}

/** A TCP proxy that misbehaves on request. */
export interface FaultProxy extends AsyncDisposable {
  port: number
  /** Connections that are open now, and ever. */
  open(): number
  opened(): number
  /** RST on every connection. */
  reset(): void
  /** FIN on every connection, in the middle of whatever is going on. */
  finish(): void
  /** The server's side is gone, and the client is not told. */
  halfOpen(): void
  /** Existing connections stay open and carry nothing any more, either way. New ones are fine. */
  blackHole(): void
  /** New connections are taken and carry nothing, until turned off. */
  blackHoleNew(on: boolean): void
  /** New connections are refused with a RST, until turned off. */
  refuse(on: boolean): void
  /** Connections refused so far. */
  refused(): number
  /** What the server sends comes one byte at a time. */
  dribble(on: boolean): void
  /** Connections without a byte for so long are closed, as load balancers do. 0 turns it off. */
  closeIdleAfter(ms: number): void
}

/** What is open, how new connections fare, and how bytes do. */
interface Manners {
  readonly pairs: Set<Pair>
  opened: number
  refused: number
  isRefusing: boolean
  isSwallowing: boolean
  isDribbling: boolean
}

/** A proxy on a free loopback port before the given one. */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const pairs = new Set<Pair>()
  const manners: Manners = { pairs, opened: 0, refused: 0, isRefusing: false, isSwallowing: false, isDribbling: false }
  let idleTimer: NodeJS.Timeout | undefined
  const server = createServer({ noDelay: true }, (client) => take(client, target, manners))

  function each(act: (pair: Pair) => void): void {
    for (const pair of pairs) act(pair)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    open: () => pairs.size,
    opened: () => manners.opened,
    reset: () => each(({ client }) => client.resetAndDestroy()),
    finish: () => each(({ client }) => client.end()),
    halfOpen: () =>
      each((pair) => {
        abandon(pair)
        pair.upstream.destroy()
      }),
    blackHole: () => each(abandon),
    blackHoleNew: (on) => void (manners.isSwallowing = on),
    refuse: (on) => void (manners.isRefusing = on),
    refused: () => manners.refused,
    dribble: (on) => void (manners.isDribbling = on),
    closeIdleAfter(ms) {
      clearInterval(idleTimer)
      if (ms === 0) return
      idleTimer = setInterval(() => each((pair) => void (Date.now() - pair.lastByteAt >= ms && pair.client.end())), Math.max(5, ms / 20))
    },
    async [Symbol.asyncDispose]() {
      clearInterval(idleTimer)
      each(({ client, upstream }) => {
        client.destroy()
        upstream.destroy()
      })
      server.close()
      await once(server, 'close')
    },
  }
}

/** Joins a new connection to one to the target. */
function take(client: Socket, target: number, manners: Manners): void {
  if (manners.isRefusing) {
    manners.refused += 1
    return void client.resetAndDestroy()
  }
  manners.opened += 1
  const { pairs } = manners
  const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true })
  const pair: Pair = { client, upstream, lastByteAt: Date.now() }
  pairs.add(pair)
  const swallow = manners.isSwallowing

  function forward(to: Socket, chunk: Buffer): void {
    pair.lastByteAt = Date.now()
    if (pairs.has(pair) && to.writable && chunk.length > 0) to.write(chunk)
  }

  async function forwardSlowly(chunk: Buffer): Promise<void> {
    upstream.pause()
    for (const byte of chunk) {
      forward(client, Buffer.of(byte))
      await new Promise(setImmediate)
    }
    upstream.resume()
  }

  client.on('data', (chunk) => forward(upstream, swallow ? Buffer.alloc(0) : chunk))
  upstream.on('data', (chunk) => (manners.isDribbling ? void forwardSlowly(chunk) : forward(client, swallow ? Buffer.alloc(0) : chunk)))
  client.on('end', () => upstream.end())
  upstream.on('end', () => client.end())
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.on('error', () => undefined)
    one.on('close', () => {
      pairs.delete(pair)
      other.destroy()
    })
  }
}

/** Leaves the client's connection open, with nobody behind it. */
function abandon({ client, upstream }: Pair): void {
  client.removeAllListeners('data')
  client.on('data', () => undefined)
  upstream.removeAllListeners()
  upstream.on('error', () => undefined)
}
