import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Just enough of Slack to answer, and the time at which the first message of each name came in. `nameOf`: what a message is about. */
export async function startSlackClock(
  nameOf: (body: string) => string | undefined,
): Promise<AsyncDisposable & { apiUrl: string; arrived: ReadonlyMap<string, number> }> {
  const arrived = new Map<string, number>()
  let serial = 0
  const server = createServer((request, response) => {
    const at = performance.now()
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => void (body += text))
    request.on('end', () => {
      const name = nameOf(decodeURIComponent(body.replaceAll('+', ' ')))
      if (name !== undefined && !arrived.has(name)) arrived.set(name, at)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ ok: true, channel: 'C0BENCH', ts: `1.${String(++serial).padStart(6, '0')}`, messages: [] }))
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    arrived,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
