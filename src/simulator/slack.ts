import type { Clock } from './clock.ts'
import { asObject, asString, isObject, type JsonObject } from './json.ts'
import type { Faults } from './loopback/faults.ts'
import { listenOnLoopback, type Exchange, type Reply } from './loopback/server.ts'
import { contentOf, METHODS, SCOPES, SlackError } from './slack/methods.ts'
import { pressButton, type Press } from './slack/press.ts'
import { createWorkspace, type SlackChannel, type SlackMessage, type Workspace } from './slack/workspace.ts'

export interface SlackOptions {
  clock: Clock
  /** The bot token that callers must show. */
  token: string
  /** Default: one channel, C0DEPLOYS named deploys. Incoming webhooks post into the first. */
  channels?: SlackChannel[]
  /** What the app signs with what people press. Without one, nobody can. */
  signingSecret?: string
  /** What the token may do. Default: all that the methods ask for. */
  scopes?: readonly string[]
}

/** Why Slack takes a token no more. */
export type TokenRefusal = 'token_expired' | 'token_revoked' | 'account_inactive'

export interface SlackCall {
  /** A Web API method, or `incoming-webhook`. */
  method: string
  args: JsonObject
  ok: boolean
}

/** Slack's Web API (below `/api/`) and one incoming webhook. */
export interface Slack extends AsyncDisposable {
  url: string
  /** For the Web API client: `slackApiUrl`. */
  apiUrl: string
  /** Answers `ok` and nothing else, as Slack does. */
  webhookUrl: string
  workspace: Workspace
  messages: SlackMessage[]
  calls: SlackCall[]
  faults: Faults
  /** Answers the next calls with 429 and `Retry-After`, in seconds. */
  limitRate(retryAfterSeconds: number, times?: number): void
  /** The token of before is refused from now on; `next` is taken in its place. */
  replaceToken(next: string | undefined, refusal: TokenRefusal): void
  /** A person presses a button of a message as it stands; Slack tells the app. @returns the status of its answer */
  press(press: Press): Promise<number>
  stop(): Promise<void>
}

const BOT = 'U0KEDGE'
const WEBHOOK_PATH = '/services/T1/B1/simulator'

/** Starts the stand-in on a free port of 127.0.0.1. */
export async function startSlack(options: SlackOptions): Promise<Slack> {
  const channels = options.channels ?? [{ id: 'C0DEPLOYS', name: 'deploys' }]
  const workspace = createWorkspace(options.clock, channels)
  const calls: SlackCall[] = []
  const refused = new Map<string, TokenRefusal>()
  let taken: string | undefined = options.token

  async function handle(exchange: Exchange): Promise<Reply> {
    const args = await readArguments(exchange)
    if (exchange.url.pathname === WEBHOOK_PATH) return answerWebhook(args)
    const method = exchange.url.pathname.replace(/^\/api\//, '')
    const body = callMethod(method, args, exchange.request.headers.authorization)
    calls.push({ method, args: withoutToken(args), ok: body['ok'] === true })
    return { status: 200, body }
  }

  function callMethod(method: string, args: JsonObject, authorization: string | undefined): JsonObject {
    const token = authorization?.replace(/^Bearer /, '') ?? args['token']
    if (token === undefined) return { ok: false, error: 'not_authed' }
    if (token !== taken) return { ok: false, error: refused.get(asString(token) ?? '') ?? 'invalid_auth' }
    const run = METHODS[method]
    if (run === undefined) return { ok: false, error: 'unknown_method' }
    const needed = SCOPES[method]
    if (needed !== undefined && options.scopes?.includes(needed) === false) return { ok: false, error: 'missing_scope', needed }
    return orRefusal(() => ({ ok: true, ...run({ workspace, bot: BOT, args }) }))
  }

  /** An incoming webhook tells neither channel nor ts, so what it posted can never be updated. */
  function answerWebhook(args: JsonObject): Reply {
    const channel = channels[0]?.id ?? ''
    const result = orRefusal(() => ({
      ok: true,
      ...workspace.post({ channel, user: BOT, viaWebhook: true, ...contentOf(args) }),
    }))
    calls.push({ method: 'incoming-webhook', args, ok: result['ok'] === true })
    return result['ok'] === true ? { status: 200, body: 'ok' } : { status: 400, body: String(result['error']) }
  }

  const server = await listenOnLoopback(handle, options.clock)
  return {
    url: server.url,
    apiUrl: `${server.url}/api/`,
    webhookUrl: `${server.url}${WEBHOOK_PATH}`,
    workspace,
    messages: workspace.messages,
    calls,
    faults: server.faults,
    limitRate(retryAfterSeconds, times = 1) {
      const headers = { 'retry-after': String(retryAfterSeconds) }
      server.faults.inject({ times, fault: { kind: 'status', status: 429, headers, body: { ok: false, error: 'ratelimited' } } })
    },
    replaceToken(next, refusal) {
      if (taken !== undefined) refused.set(taken, refusal)
      taken = next
    },
    press: (press) => pressButton(press, options),
    stop: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

function orRefusal(answer: () => JsonObject): JsonObject {
  try {
    return answer()
  } catch (error) {
    if (error instanceof SlackError) return { ok: false, error: error.code }
    throw error
  }
}

/** Arguments come as JSON or as a form whose structured values are JSON text; Slack's own client sends forms. */
async function readArguments(exchange: Exchange): Promise<JsonObject> {
  const text = (await exchange.body()).toString('utf8')
  const query = Object.fromEntries(exchange.url.searchParams)
  if (exchange.request.headers['content-type']?.startsWith('application/json')) return { ...query, ...asObject(parse(text)) }
  const form = Object.entries(Object.fromEntries(new URLSearchParams(text)))
  return { ...query, ...Object.fromEntries(form.map(([key, value]) => [key, structured(value)])) }
}

function structured(value: string): unknown {
  const parsed = /^[[{]/.test(value) ? parse(value) : undefined
  return isObject(parsed) || Array.isArray(parsed) ? parsed : value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function withoutToken(args: JsonObject): JsonObject {
  const { token: _, ...rest } = args
  return rest
}
