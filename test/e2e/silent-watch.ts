import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { KubeConfig } from '@kubernetes/client-node'

/** What stands between Kedge and the API server, and can keep the events of some kinds for a while, as a proxy does that stalls. */
export interface SilentWatch {
  /** From now on no event of these resources gets through; nothing is closed, and nothing is lost once they are heard again. */
  hush(resources: readonly string[]): void
  hearAgain(): void
  /** The kubeconfig is as it was, and nothing gets through any more. */
  leave(): Promise<void>
}

/** @param file a kubeconfig, which is made to lead through here: plain HTTP on loopback to here, and its own TLS from here on. */
export async function startSilentWatch(file: string): Promise<SilentWatch> {
  const config = new KubeConfig()
  config.loadFromString(await readFile(file, 'utf8'))
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error(`${file} names no cluster`)
  const target = new URL(cluster.server)
  const ca = Buffer.from(cluster.caData ?? '', 'base64')
  const watches = new Map<IncomingMessage, string>()
  let hushed: readonly string[] = []

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', target)
    const { method = 'GET', headers } = request
    const onward = secureRequest(url, { method, ca, headers: { ...headers, host: target.host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      if (url.searchParams.has('watch')) {
        const resource = url.pathname.slice(url.pathname.lastIndexOf('/') + 1)
        watches.set(answer, resource)
        answer.once('close', () => watches.delete(answer))
        response.flushHeaders()
        answer.on('data', (chunk: Buffer) => void response.write(chunk))
        answer.on('end', () => void response.end())
        if (hushed.includes(resource)) answer.pause()
      } else answer.pipe(response)
    })
    onward.once('error', () => response.destroy())
    response.once('close', () => onward.destroy())
    request.pipe(onward)
  }

  const server = createServer(pass)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const original = await readFile(file, 'utf8')
  const led = new KubeConfig()
  const users = config.users.map(({ name, token }) => ({ name, ...(token !== undefined && { token }) }))
  led.loadFromOptions({
    // Without this word client-node takes no token over plain HTTP.
    clusters: [{ name: cluster.name, server: through, skipTLSVerify: true }],
    users,
    contexts: config.contexts,
    currentContext: config.currentContext,
  })
  await writeFile(file, led.exportConfig(), { mode: 0o600 })
  return {
    hush(resources) {
      hushed = resources
      for (const [answer, resource] of watches) if (resources.includes(resource)) answer.pause()
    },
    hearAgain() {
      hushed = []
      for (const answer of watches.keys()) answer.resume()
    },
    async leave() {
      await writeFile(file, original, { mode: 0o600 })
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
