import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { openListener } from '../../../src/http/servers/listener.ts'

/** One span as it came in; times are left out. */
export interface ReceivedSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  attributes: Readonly<Record<string, string | number>>
  status: { code?: number; message?: string }
}

interface Batch {
  resourceSpans: {
    resource: { attributes: Pair[] }
    scopeSpans: { spans: (Omit<ReceivedSpan, 'attributes'> & { attributes: Pair[] })[] }[]
  }[]
}
type Pair = { key: string; value: { stringValue?: string; intValue?: number; doubleValue?: number } }

/** A collector of OTLP over HTTP on loopback, which keeps what it is sent. `answer` is the status of each reply. */
export async function startCollector({ answer = 200 }: { answer?: number } = {}) {
  const requests: { path: string; headers: IncomingHttpHeaders; body: string }[] = []
  const state = { answer }
  const listener = await openListener(
    (request, response) => {
      void text(request).then((body) => {
        requests.push({ path: request.url ?? '', headers: request.headers, body })
        response.writeHead(state.answer, { 'content-type': 'application/json' }).end('{}')
      })
    },
    { host: '127.0.0.1', port: 0 },
  )
  const batches = (): readonly Batch[] => requests.map(({ body }) => JSON.parse(body) as Batch)
  return {
    url: `http://127.0.0.1:${listener.port}`,
    requests,
    state,
    spans: (): readonly ReceivedSpan[] =>
      batches().flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, attributes: toRecord(span.attributes) }))),
        ),
      ),
    resource: () => toRecord(batches()[0]?.resourceSpans[0]?.resource.attributes ?? []),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  }
}

function toRecord(pairs: readonly Pair[]): Readonly<Record<string, string | number>> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.doubleValue ?? '']))
}
