import type { Clock } from './clock.ts'
import { asObject, asString, isObject, type JsonObject } from './json.ts'
import type { Faults } from './loopback/faults.ts'
import { listenOnLoopback, type Exchange, type Reply } from './loopback/server.ts'

/** One Teams channel behind a Workflows webhook. */
export interface Teams extends AsyncDisposable {
  /** With the signature that makes whoever has it able to post. */
  webhookUrl: string
  /** The Adaptive Cards in the channel, oldest first. */
  cards: JsonObject[]
  faults: Faults
  /** Answers the next calls with 429 and `Retry-After`, in seconds. */
  limitRate(retryAfterSeconds: number, times?: number): void
  /** Somebody switches the flow off. */
  disable(): void
}

const PATH = '/workflows/3f1c/triggers/manual/paths/invoke'
const SIGNATURE = 'simulator-signature'
/** Of a message in Teams. */
const MAX_BYTES = 28 * 1_024
/** Elements and actions of Adaptive Cards 1.5 that Teams shows. */
const ELEMENTS = new Set(['TextBlock', 'RichTextBlock', 'FactSet', 'Container', 'ColumnSet', 'Image', 'ActionSet', 'Table'])
const ACTIONS = new Set(['Action.OpenUrl', 'Action.Submit', 'Action.ShowCard', 'Action.ToggleVisibility', 'Action.Execute'])
const MOST_ACTIONS = 6

/** Starts the stand-in on a free port of 127.0.0.1. It refuses what Teams refuses. */
export async function startTeams({ clock }: { clock: Clock }): Promise<Teams> {
  const cards: JsonObject[] = []
  let isOn = true

  async function handle(exchange: Exchange): Promise<Reply> {
    const { method, url, request } = exchange
    if (url.pathname !== PATH || url.searchParams.get('sig') !== SIGNATURE) return refuse(401, 'DirectApiAuthorizationRequired')
    if (method !== 'POST') return refuse(405, 'MethodNotAllowed')
    if (!isOn) return refuse(400, 'WorkflowTriggerIsNotEnabled')
    const body = await exchange.body()
    if (!(request.headers['content-type'] ?? '').startsWith('application/json')) return refuse(415, 'UnsupportedMediaType')
    if (Buffer.byteLength(body) > MAX_BYTES) return refuse(413, 'RequestEntityTooLarge')
    const card = cardIn(body.toString('utf8'))
    if (typeof card === 'string') return refuse(400, card)
    cards.push(card)
    return { status: 202 }
  }

  const server = await listenOnLoopback(handle, clock)
  return {
    webhookUrl: `${server.url}${PATH}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${SIGNATURE}`,
    cards,
    faults: server.faults,
    limitRate(retryAfterSeconds, times = 1) {
      const headers = { 'retry-after': String(retryAfterSeconds) }
      server.faults.inject({ times, fault: { kind: 'status', status: 429, headers, body: { error: { code: 'WorkflowThrottled' } } } })
    },
    disable: () => void (isOn = false),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

function refuse(status: number, code: string): Reply {
  return { status, body: { error: { code, message: `the stand-in says ${code}` } } }
}

/** The card of a message, or the code of what is wrong with it. */
function cardIn(text: string): JsonObject | string {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return 'InvalidRequestContent'
  }
  const { type, attachments } = asObject(message)
  if (type !== 'message' || !Array.isArray(attachments) || attachments.length !== 1) return 'TriggerInputSchemaMismatch'
  const { contentType, content } = asObject(attachments[0])
  if (contentType !== 'application/vnd.microsoft.card.adaptive') return 'TriggerInputSchemaMismatch'
  const card = asObject(content)
  return isShown(card) ? card : 'BadRequest'
}

function isShown(card: JsonObject): boolean {
  const { type, version, body, actions = [] } = card
  const isKnown = type === 'AdaptiveCard' && /^1\.[0-5]$/.test(asString(version) ?? '')
  if (!isKnown || !Array.isArray(body) || !Array.isArray(actions) || actions.length > MOST_ACTIONS) return false
  return body.every(isElement) && actions.every(isAction)
}

function isElement(element: unknown): boolean {
  const { type, inlines, text } = asObject(element)
  if (type === 'RichTextBlock') return Array.isArray(inlines) && inlines.length > 0 && inlines.every(isRun)
  if (type === 'TextBlock') return typeof text === 'string'
  return isObject(element) && ELEMENTS.has(asString(type) ?? '')
}

function isRun(run: unknown): boolean {
  const { type, text } = asObject(run)
  return typeof run === 'string' || (type === 'TextRun' && typeof text === 'string')
}

function isAction(action: unknown): boolean {
  const { type, title, url } = asObject(action)
  if (!ACTIONS.has(asString(type) ?? '') || typeof title !== 'string') return false
  return type !== 'Action.OpenUrl' || /^https?:\/\//.test(asString(url) ?? '')
}
