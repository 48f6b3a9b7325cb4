import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a metric's provider says: a value, or a status that makes the measurement an Error. */
export type MetricAnswer = { value: number } | { status: number }

/** A metrics backend that a scenario steers, for AnalysisTemplates of the web provider. */
export interface Metrics extends AsyncDisposable {
  /** Address for one application's metric. */
  urlOf(name: string): string
  /** What it says from now on. Default 0.99. */
  set(name: string, answer: MetricAnswer): void
}

/** `host`: what those who measure call this machine; see the forge's. */
export async function startMetrics(host = '127.0.0.1'): Promise<Metrics> {
  const answers = new Map<string, MetricAnswer>()
  const server = createServer((request, response) => {
    const answer = answers.get((request.url ?? '').slice(1)) ?? { value: 0.99 }
    if ('status' in answer) return void response.writeHead(answer.status).end('no metrics today')
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, host === '127.0.0.1' ? host : '0.0.0.0', resolve))
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (name) => `http://${host}:${port}/${name}`,
    set: (name, answer) => void answers.set(name, answer),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
