import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** The requests that an application gets, as its metrics will tell of them. */
export interface Traffic {
  perSecond: number
  /** The part of them that is answered with 500, 0 to 1. */
  errors: number
}

/** What an application exports for Prometheus, steered by a scenario; and where Alertmanager tells what fires. */
export interface Exporter extends AsyncDisposable {
  /** `host:port` of `/metrics`. */
  address: string
  /** Where Alertmanager posts: what comes is kept, and passed on to {@link Exporter.passTo}. */
  alertsUrl: string
  /** From now on. An application that was never given any is not in the metrics at all. */
  set(namespace: string, traffic: Traffic): void
  /** Passes on what Alertmanager posts, headers and all. */
  passTo(url: string): void
  /** What Alertmanager has posted so far. */
  posted: readonly string[]
}

interface Counted extends Traffic {
  since: number
  good: number
  bad: number
}

/** Starts an exporter on loopback. Its counters rise with the time, so that how often they are scraped changes nothing. */
export async function startExporter(): Promise<Exporter> {
  const counted = new Map<string, Counted>()
  const posted: string[] = []
  let target: string | undefined

  /** The counters as they are now. */
  function count(one: Counted): Counted {
    const now = performance.now()
    const requests = (one.perSecond * (now - one.since)) / 1_000
    return { ...one, since: now, good: one.good + requests * (1 - one.errors), bad: one.bad + requests * one.errors }
  }

  function metrics(): string {
    const lines = ['# TYPE http_requests_total counter']
    for (const [namespace, one] of counted) {
      const now = count(one)
      for (const [code, value] of [['200', now.good] as const, ['500', now.bad] as const])
        lines.push(`http_requests_total{namespace="${namespace}",rollout="web",code="${code}"} ${value}`)
    }
    return `${lines.join('\n')}\n`
  }

  async function passOn(request: IncomingMessage): Promise<number> {
    const body = await text(request)
    posted.push(body)
    if (target === undefined) return 200
    const { authorization, 'content-type': type = 'application/json' } = request.headers
    const headers = { 'content-type': type, ...(authorization !== undefined && { authorization }) }
    return (await fetch(target, { method: 'POST', headers, body })).status
  }

  const server = createServer((request, response) => {
    if (request.method !== 'POST') return void response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics())
    // 503: Alertmanager tries again.
    passOn(request).then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(503).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    address,
    alertsUrl: `http://${address}/alerts`,
    posted,
    set(namespace, traffic) {
      const before = counted.get(namespace)
      const { good, bad } = before === undefined ? { good: 0, bad: 0 } : count(before)
      counted.set(namespace, { ...traffic, since: performance.now(), good, bad })
    },
    passTo: (url) => void (target = url),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
