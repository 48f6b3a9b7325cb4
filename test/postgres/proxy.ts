import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/**
 * `before`: what was sent is not passed on. `after`: it is, and no answer comes back. `hold`: it is not, and the connection stays, as that
 * of a machine that is gone. `silent`: it is, and what is answered on that connection waits until `answer` is called. A function: it is
 * passed on, and the function is called instead of handing the answer back: with what hands back another one, and with what
 * ends the connection after that.
 */
export type Cut = 'before' | 'after' | 'hold' | 'silent' | ((answer: (data: Buffer) => void, end: () => void) => void) | undefined

/** Stands between Kedge and a server, and cuts connections. */
export interface CuttingProxy extends AsyncDisposable {
  /** The same address by way of this. */
  through(url: string): string
  /** Asked of everything that Kedge sends, as text, with the number of its connection. */
  cut: (sent: string, connection: number) => Cut
  /** Milliseconds that everything takes longer, each way. */
  delayMs: number
  /** Lets through what was answered meanwhile. */
  answer(): void
  /** Where new connections lead from now on, as the address of a service does. Those that are there stay. */
  leadTo(port: number): void
  /** Everything that Kedge has sent, as text. */
  readonly sent: readonly string[]
}

export async function startProxy(port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  const sent: string[] = []
  const silent = new Map<Socket, Buffer[]>()
  let leadsTo = port
  let connections = 0
  const later = (work: () => void): void => void (proxy.delayMs > 0 ? setTimeout(work, proxy.delayMs) : work())
  const proxy: CuttingProxy = {
    through(url) {
      const moved = new URL(url)
      moved.port = String((server.address() as AddressInfo).port)
      return moved.href
    },
    cut: () => undefined,
    delayMs: 0,
    answer() {
      for (const [client, answers] of silent) for (const data of answers) client.write(data)
      silent.clear()
    },
    leadTo: (other) => void (leadsTo = other),
    sent,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer((client) => {
    const connection = (connections += 1)
    const upstream = connect(leadsTo, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    const send = (data: Buffer): void => void client.write(data)
    const end = (): void => void client.destroy()
    upstream.on('data', (data) => later(() => silent.get(client)?.push(data) ?? send(data)))
    client.on('data', (data) => {
      const text = data.toString('latin1')
      sent.push(text)
      const cut = proxy.cut(text, connection)
      if (cut === 'before') return end()
      if (cut === 'hold') return undefined
      if (cut === 'silent') {
        if (!silent.has(client)) silent.set(client, [])
      } else if (cut !== undefined) {
        upstream.removeAllListeners('data')
        // Its answer says that the server has done it.
        upstream.once('data', () => (cut === 'after' ? end() : cut(send, () => client.end())))
      }
      return later(() => upstream.write(data))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return proxy
}
