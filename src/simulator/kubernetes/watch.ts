import type { Clock } from '../clock.ts'
import type { Exchange } from '../loopback/server.ts'
import type { StoreEvent } from './history.ts'
import { ApiError, toStatus, type KubeObject } from './object.ts'
import { isTrue, type ResourcePath } from './path.ts'
import { apiVersionOf } from './resources.ts'
import { parseLabelSelector } from './selector.ts'
import type { ObjectStore } from './store.ts'

/** The two ways in which a real API server says that a resourceVersion is too old. */
export type GoneForm = 'http' | 'event'

export interface WatchOptions {
  store: ObjectStore
  clock: Clock
  bookmarkMs: number
  goneForm(): GoneForm
}

/** Every watch that is open, and what a test may do to all of them. */
export interface Watches {
  /** Opens a watch on the response, which it keeps. Throws ApiError 410 in the HTTP form. */
  open(exchange: Exchange, path: ResourcePath): void
  count(): number
  /** Bookmarks sent so far, over all watches: the beat of a cluster in which nothing happens. */
  bookmarks(): number
  /** Ends all watches cleanly, as the server does when their time is up. */
  closeAll(): void
  /** Cuts all connections without an end. */
  cutAll(): void
  /** Writes a raw line to every watch: half an object, or no JSON at all. */
  writeRaw(line: string): void
  /** From now on open watches say nothing more and stay open, as behind a lost NAT entry. */
  stallAll(): void
}

interface OpenWatch {
  send(event: unknown): void
  raw(line: string): void
  end(): void
  cut(): void
  stall(): void
}

/** Serves WATCH: chunked JSON lines, resumed from a resourceVersion, with bookmarks and timeoutSeconds. */
export function createWatches(options: WatchOptions): Watches {
  const { store, clock } = options
  const open = new Set<OpenWatch>()
  let bookmarks = 0

  function tooOld(from: number): ApiError {
    return new ApiError(410, 'Expired', `too old resource version: ${from} (${store.oldestVersion()})`)
  }

  return {
    open(exchange, path) {
      const query = exchange.url.searchParams
      const from = Number(query.get('resourceVersion') ?? 0)
      const gone = from > 0 && from < store.oldestVersion()
      if (gone && options.goneForm() === 'http') throw tooOld(from)
      const watch = openStream(exchange, () => open.delete(watch))
      open.add(watch)
      if (gone) {
        watch.send({ type: 'ERROR', object: toStatus(tooOld(from)) })
        return watch.end()
      }
      follow(watch, { exchange, path, from })
    },
    count: () => open.size,
    bookmarks: () => bookmarks,
    closeAll: () => [...open].forEach((watch) => watch.end()),
    cutAll: () => [...open].forEach((watch) => watch.cut()),
    writeRaw: (line) => [...open].forEach((watch) => watch.raw(line)),
    stallAll: () => [...open].forEach((watch) => watch.stall()),
  }

  function follow(watch: OpenWatch, asked: { exchange: Exchange; path: ResourcePath; from: number }): void {
    const { exchange, path, from } = asked
    const query = exchange.url.searchParams
    const selects = parseLabelSelector(query.get('labelSelector'))
    const tell = (event: StoreEvent): void => {
      const line = visible(event, { path, selects })
      if (line !== undefined) watch.send(line)
    }
    const bookmark = (annotations?: Record<string, string>): void => {
      bookmarks += 1
      watch.send(bookmarkOf(path, store.version(), annotations))
    }

    if (from === 0) {
      for (const object of store.list(path.resource.plural, path.namespace)) {
        if (selects(object.metadata.labels ?? {})) watch.send({ type: 'ADDED', object })
      }
      if (isTrue(query.get('sendInitialEvents'))) bookmark({ 'k8s.io/initial-events-end': 'true' })
    } else {
      store.since(from).forEach(tell)
    }
    const stops = [store.subscribe(tell)]
    const wantsBookmarks = isTrue(query.get('allowWatchBookmarks'))
    if (wantsBookmarks) stops.push(every(clock, options.bookmarkMs, bookmark))
    const timeout = Number(query.get('timeoutSeconds') ?? 0)
    const end = (): void => {
      if (wantsBookmarks) bookmark()
      watch.end()
    }
    if (timeout > 0) stops.push(clock.setTimer(timeout * 1000, end))
    exchange.response.once('close', () => stops.forEach((stop) => stop()))
  }
}

function openStream(exchange: Exchange, onClose: () => void): OpenWatch {
  const { response } = exchange
  let stalled = false
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  response.once('close', onClose)
  const raw = (line: string): void => {
    if (!stalled && !response.writableEnded) response.write(`${line}\n`)
  }
  return {
    raw,
    send: (event) => raw(JSON.stringify(event)),
    end: () => response.end(),
    cut: () => response.destroy(),
    stall: () => (stalled = true),
  }
}

/** What a watch with this selector sees of a change: an object that stops matching reads as deleted. */
function visible(event: StoreEvent, watch: { path: ResourcePath; selects: (labels: Record<string, string>) => boolean }): unknown {
  const { path, selects } = watch
  if (event.resource.plural !== path.resource.plural) return undefined
  if (path.namespace !== undefined && event.object.metadata.namespace !== path.namespace) return undefined
  const matches = (object: KubeObject | undefined): boolean => object !== undefined && selects(object.metadata.labels ?? {})
  const before = matches(event.previous)
  const after = event.type !== 'DELETED' && matches(event.object)
  if (!before && !after) return undefined
  const type = after ? (before ? 'MODIFIED' : 'ADDED') : 'DELETED'
  return { type, object: event.object }
}

function bookmarkOf(path: ResourcePath, version: number, annotations?: Record<string, string>): unknown {
  const metadata = { resourceVersion: String(version), creationTimestamp: null, ...(annotations && { annotations }) }
  return { type: 'BOOKMARK', object: { kind: path.resource.kind, apiVersion: apiVersionOf(path.resource), metadata } }
}

function every(clock: Clock, ms: number, fn: () => void): () => void {
  let cancel = (): void => {}
  const arm = (): void => {
    cancel = clock.setTimer(ms, () => {
      fn()
      arm()
    })
  }
  arm()
  return () => cancel()
}
