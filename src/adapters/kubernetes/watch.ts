import type { Clock } from '../../ports/clock.ts'
import { ApiFault, asFault, faultOfStatus } from './api-fault.ts'
import { parseWithoutManagedFields } from './json-text.ts'
import { createLineSplitter } from './lines.ts'
import { watchPath, type WatchScope } from './resources.ts'
import { CAPS, fields, text } from './snapshots/fields.ts'
import type { WatchEventType } from './store.ts'
import { createWatchdog } from './timers.ts'
import type { AnswerStream, Transport } from './transport.ts'

/** Longest line of a watch, in bytes. */
const LINE_CAP = 64 * 1024 * 1024

/** Longest answer to a refused watch that is read for its reason, in bytes. */
const REASON_CAP = 64 * 1024

/** What a watch tells while it goes on. */
export interface WatchListeners {
  onEvent: (type: WatchEventType, object: unknown) => void
  /** The watch has come as far as this resourceVersion. */
  onVersion: (resourceVersion: string) => void
  /** The server has accepted the watch. */
  onAdmitted: () => void
  onAlive: () => void
}

export interface WatchDependencies extends WatchListeners {
  transport: Pick<Transport, 'open'>
  clock: Clock
  random: () => number
  signal: AbortSignal
  /** Without a sign of life for this long the connection counts as dead. */
  silenceMs: number
}

/** Which watch to open. */
export interface WatchStart {
  scope: WatchScope
  resourceVersion: string
  /** Whether the last one's connection had pings. Without, the server is asked to end the watch before its silence becomes suspicious. */
  pings: boolean
}

// Bookmarks come once a minute: without one for so long, something answers the pings that is not the API server.
const QUIET_MS = 150_000

// 5 to 10 minutes, as client-go: few reconnects, and not all at once.
const LONG_WATCH_SECONDS = 300

/**
 * One watch over a connection of its own, which is gone when this returns. Returns when the stream ends, and says whether there were pings.
 * @throws ApiFault
 */
export async function watchFrom(
  { scope, resourceVersion, pings }: WatchStart,
  dependencies: WatchDependencies,
): Promise<{ pings: boolean }> {
  const { transport, clock, random, signal, silenceMs, onAlive } = dependencies
  const attempt = new AbortController()
  const stop = (): void => attempt.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  const giveUp = (what: string, ms: number) => (): void => attempt.abort(new ApiFault('silent', `${what} for ${ms / 1_000} s`))
  using silence = createWatchdog(clock, silenceMs, giveUp('nothing heard from the server', silenceMs))
  using quiet = createWatchdog(clock, QUIET_MS, giveUp('no event and no bookmark', QUIET_MS))
  const heard = (): void => {
    silence.alive()
    onAlive()
  }
  const seconds = pings ? LONG_WATCH_SECONDS * (1 + random()) : (silenceMs / 1_000) * 0.7
  try {
    const stream = await transport.open(watchPath(scope, resourceVersion, Math.max(1, Math.floor(seconds))), attempt.signal, heard)
    heard()
    await admit(stream)
    dependencies.onAdmitted()
    // The first watch over HTTP/1.1 was opened for long; the next will be short.
    if (pings && !stream.pings) return { pings: false }
    await readEvents(stream, dependencies, () => {
      heard()
      quiet.alive()
    })
    return { pings: stream.pings }
  } catch (error) {
    throw attempt.signal.aborted ? asFault(attempt.signal.reason) : asFault(error)
  } finally {
    signal.removeEventListener('abort', stop)
    // Also the way to close the connection.
    attempt.abort(new ApiFault('lost', 'the watch has ended'))
  }
}

async function admit(stream: AnswerStream): Promise<void> {
  if (stream.status === 200) return
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream.chunks) {
    chunks.push(chunk)
    if ((size += chunk.length) > REASON_CAP) break
  }
  throw faultOfStatus(stream.status, parse(Buffer.concat(chunks)), stream.retryAfter)
}

async function readEvents(stream: AnswerStream, listeners: WatchListeners, heard: () => void): Promise<void> {
  const splitter = createLineSplitter(LINE_CAP)
  const onLine = (line: Buffer): void => {
    if (line.length > 1) take(line, listeners)
  }
  for await (const chunk of stream.chunks) {
    heard()
    splitter.push(chunk, onLine)
  }
}

function take(line: Buffer, { onEvent, onVersion }: WatchListeners): void {
  const event = fields(parse(line))
  const { type, object } = event
  if (type === 'ERROR') throw faultOfStatus(codeOf(object), object)
  const resourceVersion = text(fields(fields(object)['metadata'])['resourceVersion'], CAPS.name)
  if (resourceVersion === undefined) throw new ApiFault('malformed', 'the server sent a line that is no watch event')
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') onEvent(type, object)
  else if (type !== 'BOOKMARK') throw new ApiFault('malformed', 'the server sent a watch event of an unknown type')
  onVersion(resourceVersion)
}

function codeOf(status: unknown): number {
  const code = fields(status)['code']
  return typeof code === 'number' ? code : 500
}

/** The JSON of a text; undefined where it is none. */
function parse(json: Buffer): unknown {
  try {
    return parseWithoutManagedFields(json)
  } catch {
    return undefined
  }
}
