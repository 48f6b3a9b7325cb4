import type { Clock } from '../../ports/clock.ts'
import { ApiFault, faultOfStatus } from './api-fault.ts'
import { openListText, type ListText } from './json-text.ts'
import { isKnownOlder } from './resource-version.ts'
import { listPath, type WatchScope } from './resources.ts'
import { fields, text, CAPS } from './snapshots/fields.ts'
import type { IncomingList, ViewStore } from './store.ts'
import { createWatchdog } from './timers.ts'
import type { Answer, Scratch, Transport } from './transport.ts'

/** A page may take this long: an API server under load needs seconds for one. */
const PAGE_MS = 30_000

/** Continue tokens are long, but not that long. */
const TOKEN_CAP = 64 * 1024

export interface ListDependencies {
  transport: Pick<Transport, 'get'>
  store: Pick<ViewStore, 'beginList' | 'forget'>
  clock: Clock
  signal: AbortSignal
  onAlive: () => void
}

export interface ListResult {
  resourceVersion: string
  objects: number
}

/** What was seen before a list. */
export interface ListPast {
  /** The newest resourceVersion. A list that is older comes from a server that lags behind and is refused. */
  newest: string | undefined
  /** Older lists are believed now, and the store forgets the kind first. */
  historyBeganAnew: boolean
}

/**
 * Lists a kind page by page into the store and says from which resourceVersion a watch goes on.
 * @throws ApiFault
 */
export async function listInto(scope: WatchScope, dependencies: ListDependencies, past: ListPast): Promise<ListResult> {
  const { store, onAlive } = dependencies
  const scratch: Scratch = { bytes: Buffer.alloc(0) }
  let incoming: IncomingList | undefined
  let continueToken: string | undefined
  let resourceVersion = ''
  let objects = 0
  do {
    const page = readPage(await getPage(listPath(scope, continueToken), scratch, dependencies))
    onAlive()
    if (incoming === undefined) {
      resourceVersion = page.resourceVersion
      if (past.historyBeganAnew) store.forget(scope.kind, scope.namespace)
      else if (isKnownOlder(resourceVersion, past.newest))
        throw new ApiFault('stale', `the list is of ${resourceVersion}, but ${past.newest} was seen before`)
      incoming = store.beginList(scope.kind, scope.namespace)
    }
    objects += addAll(page.items, incoming)
    continueToken = page.continueToken
  } while (continueToken !== undefined)
  incoming.finish(resourceVersion)
  return { resourceVersion, objects }
}

/** One page, within half a minute. @throws ApiFault */
export async function getPage(
  path: string,
  scratch: Scratch,
  { transport, clock, signal }: Pick<ListDependencies, 'transport' | 'clock' | 'signal'>,
): Promise<Answer> {
  const call = new AbortController()
  using _watchdog = createWatchdog(clock, PAGE_MS, () =>
    call.abort(new ApiFault('silent', `no page of the list within ${PAGE_MS / 1_000} s`)),
  )
  const stop = (): void => call.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await transport.get(path, call.signal, scratch)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function addAll(items: Iterable<unknown>, incoming: IncomingList): number {
  let count = 0
  try {
    for (const item of items) {
      incoming.add(item)
      count += 1
    }
  } catch (error) {
    throw new ApiFault('malformed', 'an item of a list is no JSON', { cause: error })
  }
  return count
}

export interface Page {
  resourceVersion: string
  items: Iterable<unknown>
  continueToken: string | undefined
}

/** What a page says. @throws ApiFault for anything that is none */
export function readPage(answer: Answer): Page {
  const { envelope, items } = open(answer)
  if (answer.status !== 200) throw faultOfStatus(answer.status, envelope, answer.retryAfter)
  const metadata = fields(fields(envelope)['metadata'])
  const resourceVersion = text(metadata['resourceVersion'], CAPS.name)
  const list = fields(envelope)['items']
  // Go writes an empty slice as null.
  if (resourceVersion === undefined || (!Array.isArray(list) && list !== null))
    throw new ApiFault('malformed', 'the answer to a list is no list')
  return { resourceVersion, items, continueToken: text(metadata['continue'], TOKEN_CAP) }
}

function open({ status, body }: Answer): ListText {
  try {
    return openListText(body)
  } catch (error) {
    // An error page of a proxy is an answer all the same.
    if (status !== 200) return { envelope: undefined, items: [] }
    throw new ApiFault('malformed', 'the answer to a list is no JSON', { cause: error })
  }
}
