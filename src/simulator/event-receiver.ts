import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from './clock.ts'
import { asObject, asString, type JsonObject } from './json.ts'
import type { Faults } from './loopback/faults.ts'
import { listenOnLoopback, type Exchange, type Reply } from './loopback/server.ts'

/** Somebody's receiver of CloudEvents who believes a signature by Standard Webhooks and nothing else. */
export interface EventReceiver extends AsyncDisposable {
  url: string
  /** What was taken, oldest first, repeats too. */
  events: JsonObject[]
  faults: Faults
  /** Answers the next calls with 429 and `Retry-After`, in seconds. */
  limitRate(retryAfterSeconds: number, times?: number): void
  /** Believes another secret from now on. */
  replaceSecret(next: string): void
}

const PATH = '/events'
/** Standard Webhooks leaves it to the receiver; its libraries take five minutes. */
const TOLERANCE_SECONDS = 300
const ATTRIBUTES = ['id', 'source', 'type', 'specversion']

/** Starts the stand-in on a free port of 127.0.0.1. `secret`: `whsec_` and base64. */
export async function startEventReceiver({ clock, secret }: { clock: Clock; secret: string }): Promise<EventReceiver> {
  const events: JsonObject[] = []
  let taken = secret

  async function handle(exchange: Exchange): Promise<Reply> {
    const { headers } = exchange.request
    const body = (await exchange.body()).toString('utf8')
    if (exchange.url.pathname !== PATH || exchange.method !== 'POST') return refuse(404, 'not_found')
    const id = asString(headers['webhook-id']) ?? ''
    const seconds = Number(headers['webhook-timestamp'])
    if (!(Math.abs(clock.now() / 1_000 - seconds) <= TOLERANCE_SECONDS)) return refuse(401, 'too_old')
    const key = Buffer.from(taken.replace(/^whsec_/, ''), 'base64')
    const wanted = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest()
    if (!isSigned(asString(headers['webhook-signature']) ?? '', wanted)) return refuse(401, 'not_signed')
    if (!(headers['content-type'] ?? '').startsWith('application/cloudevents+json')) return refuse(415, 'not_a_cloudevent')
    const event = asObject(parse(body))
    if (event['id'] !== id || event['specversion'] !== '1.0' || ATTRIBUTES.some((name) => (asString(event[name]) ?? '') === ''))
      return refuse(400, 'not_a_cloudevent')
    events.push(event)
    return { status: 204 }
  }

  const server = await listenOnLoopback(handle, clock)
  return {
    url: `${server.url}${PATH}`,
    events,
    faults: server.faults,
    limitRate(retryAfterSeconds, times = 1) {
      server.faults.inject({ times, fault: { kind: 'status', status: 429, headers: { 'retry-after': String(retryAfterSeconds) } } })
    },
    replaceSecret: (next) => void (taken = next),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

function isSigned(header: string, wanted: Buffer): boolean {
  return header.split(' ').some((part) => {
    const given = Buffer.from(part.replace(/^v1,/, ''), 'base64')
    return part.startsWith('v1,') && given.length === wanted.length && timingSafeEqual(given, wanted)
  })
}

function refuse(status: number, code: string): Reply {
  return { status, body: { error: { code } } }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
