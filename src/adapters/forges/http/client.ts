import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { VERSION } from '../../../domain/program-version.ts'
import { parseHttpDate } from '../../../domain/words/http-fields.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { type Answer, type FaultContext, refused, toJson, unanswered, wrongPlace } from './refusal.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** One request, below the address of the API. */
export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  /** Without a query; its parts are encoded. */
  path: string
  query?: Readonly<Record<string, string>>
  body?: Readonly<Record<string, unknown>>
}

/** A forge's REST API for one credential: every answer is read through a schema, every fault is a KedgeError. */
export interface RestClient {
  /** @throws KedgeError E_FORGE_* */
  ask<T>(request: Request, schema: z.ZodType<T>): Promise<T>
  /** Every item of a list, thirty pages at most. @throws KedgeError E_FORGE_* */
  list<T>(request: Pick<Request, 'path' | 'query'>, schema: z.ZodType<T>): Promise<readonly T[]>
}

export interface RestOptions {
  /** The forge's name in sentences. */
  vendor: string
  /** Where the API is, without a slash at the end. The credential goes nowhere else. */
  apiBaseUrl: string
  /** The headers that sign in. */
  credential: Readonly<Record<string, string>>
  /** Takes the credential out of a text. */
  redact: (text: string) => string
  /** Epoch ms. */
  now: () => number
  fetch: Fetch
  /** Of one request, answer included. */
  timeoutMs: number
  /** Told the requests that are left of the limit, where the forge says. */
  onRateLimit?: (remaining: number) => void
  /** Told what the forge's own clock says, epoch ms. */
  onDate?: (theirs: number) => void
  /** Asked right before a request that writes is sent; throws to keep it back. */
  assertMayAct?: (() => void) | undefined
  /** Whether an answer says that the repository has another name; a redirect always does. */
  saysMoved?: (answer: Answer) => boolean
  /** How lists come in pages; GitHub's way where nothing is said. */
  pages?: Pages
  /** What a repository is called now to whose address an answer leads, or undefined. `look` sends nothing but GET, to the forge alone. */
  nameNow: (request: Request, answer: Answer, look: (path: string) => Promise<Answer>) => Promise<string | undefined>
}

/** How a forge gives a list away in pages. */
export interface Pages {
  /** What asks for so many rows as the forge gives at most. */
  size: Readonly<Record<string, string>>
  /** Whether a page is the last one, by what came with it, by its rows, and by all rows so far. */
  isLast(headers: Headers, rows: number, soFar: number): boolean
}

/** Only whether there is another page is believed, not where it is: the credential goes where the path says. */
const LINKED: Pages = { size: { per_page: '100' }, isLast: (headers) => !/rel="?next"?/.test(headers.get('link') ?? '') }
const MAX_PAGES = 30

/** A client without retries that follows no redirect: the outbox alone decides when something is tried again. */
export function createRestClient(options: RestOptions): RestClient {
  const { pages = LINKED } = options

  async function read<T>(request: Request, schema: z.ZodType<T>): Promise<{ data: T; headers: Headers }> {
    const context: FaultContext = {
      vendor: options.vendor,
      request: `${request.method} ${request.path}`,
      redact: options.redact,
      now: options.now(),
    }
    const answer = await send(options, request, context)
    if ((answer.status >= 300 && answer.status < 400) || options.saysMoved?.(answer)) throw await toldMoved(options, request, answer)
    if (answer.status < 200 || answer.status >= 300) throw refused(answer, context)
    const parsed = schema.safeParse(toJson(answer.text))
    // A cut answer, or a proxy's page with status 200. The request may have had its effect: look before the next try.
    if (!parsed.success)
      throw new KedgeError(
        'E_FORGE_UNREACHABLE',
        `The answer to ${context.request} is not that of ${options.vendor}: ${wrongPlace(parsed.error)}.`,
      )
    return { data: parsed.data, headers: answer.headers }
  }

  return {
    ask: async (request, schema) => (await read(request, schema)).data,
    async list({ path, query }, schema) {
      const items: z.output<typeof schema>[] = []
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const asked = { ...query, ...pages.size, page: String(page) }
        const { data, headers } = await read({ method: 'GET', path, query: asked }, z.array(schema))
        items.push(...data)
        if (pages.isLast(headers, data.length, items.length)) break
      }
      return items
    },
  }
}

/** Sends it once. @throws KedgeError E_FORGE_UNREACHABLE, and what keeps a write back */
async function send(options: RestOptions, { method, path, query, body }: Request, context: FaultContext): Promise<Answer> {
  if (method !== 'GET') options.assertMayAct?.()
  const search = query ? `?${new URLSearchParams(query).toString()}` : ''
  try {
    const response = await options.fetch(`${options.apiBaseUrl}${path}${search}`, {
      method,
      headers: {
        ...options.credential,
        accept: 'application/json',
        'user-agent': `kedge/${VERSION}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
    })
    report(response.headers, options)
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (error) {
    throw unanswered(error, context)
  }
}

function report(headers: Headers, { onRateLimit, onDate }: RestOptions): void {
  const remaining = headers.get('ratelimit-remaining') ?? ''
  if (/^\d{1,9}$/.test(remaining)) onRateLimit?.(Number(remaining))
  const theirs = parseHttpDate(headers.get('date'))
  if (theirs !== undefined) onDate?.(theirs)
}

/** What a redirect means, as a fault to throw. Nothing is written where it leads: the admin has allowed the old name, and no other. */
async function toldMoved(options: RestOptions, request: Request, answer: Answer): Promise<KedgeError> {
  const { vendor, apiBaseUrl } = options
  const look = (path: string): Promise<Answer> => {
    const context = { vendor, request: `GET ${path}`, redact: options.redact, now: options.now() }
    return send(options, { method: 'GET', path }, context)
  }
  const location = answer.headers.get('location')
  const isOwn = location === null || (URL.canParse(location, apiBaseUrl) && new URL(location, apiBaseUrl).host === new URL(apiBaseUrl).host)
  // That there is a redirect is told, also where the new name cannot be asked.
  const name = isOwn ? await options.nameNow(request, answer, look).catch(() => undefined) : undefined
  const told = name
    ? `${vendor} says that the repository of ${request.path} is “${plainText(options.redact(name), 200)}” now. Use its new name.`
    : `${vendor} sent a redirect for ${request.path}, to ${isOwn ? 'another address of its own' : 'another host'}.`
  return new KedgeError('E_FORGE_REJECTED', `${told} No redirect is followed with a credential.`, { movedTo: name })
}
