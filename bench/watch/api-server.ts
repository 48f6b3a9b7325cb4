/**
 * A process of its own that speaks enough of the Kubernetes API to be listed and watched at full speed, and makes its objects as it goes.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resourceOf } from '../../src/adapters/kubernetes/resources.ts'
import { WATCHED_KINDS, type WatchedKind } from '../../src/adapters/kubernetes/tables.ts'
import { createObjectWriter } from './objects.ts'

const counts = JSON.parse(process.argv[2] ?? '{}') as Partial<Record<WatchedKind, number>>
const KINDS = new Map(WATCHED_KINDS.map((kind) => [resourceOf(kind).resource, kind]))
const FIRST_VERSION = 100_000_000_000
const DISTINCT = 500

const watches = new Map<WatchedKind, ServerResponse>()

function list(kind: WatchedKind, query: URLSearchParams): string {
  const write = createObjectWriter(kind)
  const from = Number(query.get('continue') ?? 0)
  const end = Math.min(counts[kind] ?? 0, from + Number(query.get('limit') ?? Infinity))
  const items = Array.from({ length: end - from }, (_, index) => write(from + index, String(FIRST_VERSION - 1)))
  const more = end < (counts[kind] ?? 0) ? `,"continue":"${end}"` : ''
  return `{"kind":"${kind}List","metadata":{"resourceVersion":"${FIRST_VERSION - 1}"${more}},"items":[${items.join(',')}]}`
}

/** Events of 500 Rollouts in turn; the version stands at a fixed place, so that writing one costs next to nothing. */
async function flood(to: ServerResponse, events: number, perSecond: number): Promise<void> {
  const write = createObjectWriter('Rollout')
  const lines = Array.from({ length: DISTINCT }, (_, index) =>
    Buffer.from(`{"type":"MODIFIED","object":${write(index, String(FIRST_VERSION))}}\n`),
  )
  const place = lines[0]?.indexOf(String(FIRST_VERSION)) ?? 0
  for (let event = 0; event < events; event += 1) {
    const line = Buffer.from(lines[event % DISTINCT] ?? '')
    line.write(String(FIRST_VERSION + event), line.indexOf('"resourceVersion":"', Math.max(0, place - 400)) + 19)
    if (event % 20 === 19 && perSecond < Infinity) await new Promise((resolve) => setTimeout(resolve, 20_000 / perSecond))
    if (!to.write(line)) await new Promise((resolve) => to.once('drain', resolve))
  }
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const kind = KINDS.get(url.pathname.split('/').at(-1) ?? '')
  if (kind === undefined) return response.writeHead(404).end('{}')
  if (url.searchParams.get('watch') === null) return response.end(list(kind, url.searchParams))
  response.writeHead(200).flushHeaders()
  watches.set(kind, response)
  process.send?.({ watching: kind })
})
process.on('message', (message: { flood: number; perSecond?: number }) => {
  const watch = watches.get('Rollout')
  if (watch !== undefined) void flood(watch, message.flood, message.perSecond ?? Infinity)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
