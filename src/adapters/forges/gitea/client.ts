import { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { VERSION } from '../../../domain/program-version.ts'
import { answeredFault, type FaultContext, type Redact, unanswered } from './errors.ts'
import { toldRedirect } from './redirect.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** One request, below `/api/v1`. */
export interface Request {
  method: 'GET' | 'POST' | 'PATCH'
  /** Without a query; its parts are encoded. */
  path: string
  query?: Readonly<Record<string, string>>
  body?: Readonly<Record<string, unknown>>
}

/** Gitea's REST API for one token: every answer is read through a schema, every fault is a KedgeError. */
export interface GiteaClient {
  /** @throws KedgeError E_FORGE_* */
  ask<T>(request: Request, schema: z.ZodType<T>): Promise<T>
  /**
   * Every item of a list, 3,000 at most. `isCounted`: Gitea says how long the whole list is, which of some it says of the page alone.
   * @throws KedgeError E_FORGE_*
   */
  list<T>(request: Pick<Request, 'path' | 'query'> & { isCounted?: true }, schema: z.ZodType<T>): Promise<readonly T[]>
}

export interface ClientOptions {
  /** Where the API is, without a slash at the end: `https://HOST/api/v1`. The token goes nowhere else. */
  apiUrl: string
  token: string
  redact: Redact
  /** Epoch ms. */
  now: () => number
  fetch: Fetch
  /** Of one request, answer included. */
  timeoutMs: number
  /** Asked right before a request that writes is sent; throws to keep it back. */
  assertMayAct: () => void
  /** Told what the forge's own clock says, epoch ms. */
  onDate?: (theirs: number) => void
}

interface Answer {
  status: number
  headers: Headers
  text: string
}

const PAGE_SIZE = 50
const MAX_PAGES = 60

/** A client without retries: the outbox alone decides when something is tried again. */
export function createGiteaClient(options: ClientOptions): GiteaClient {
  const contextOf = ({ method, path }: Request): FaultContext => ({
    request: `${method} ${path}`,
    redact: options.redact,
    now: options.now(),
  })

  async function read<T>(request: Request, schema: z.ZodType<T>): Promise<{ data: T; headers: Headers }> {
    const answer = await send(options, request, contextOf(request))
    if (answer.status >= 300 && answer.status < 400) throw toldRedirect(options.apiUrl, request.path, answer.headers.get('location'))
    if (answer.status < 200 || answer.status >= 300) throw answeredFault(answer, contextOf(request))
    const parsed = schema.safeParse(toJson(answer.text))
    // A cut answer, or a proxy's page with status 200. The request may have had its effect: look before the next try.
    if (!parsed.success)
      throw new KedgeError(
        'E_FORGE_UNREACHABLE',
        `The answer to ${request.method} ${request.path} is not Gitea's: ${describe(parsed.error)}.`,
      )
    return { data: parsed.data, headers: answer.headers }
  }

  return {
    ask: async (request, schema) => (await read(request, schema)).data,
    async list({ path, query, isCounted }, schema) {
      const items: z.output<typeof schema>[] = []
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const asked = { ...query, limit: String(PAGE_SIZE), page: String(page) }
        // An empty list may be `null` there.
        const { data, headers } = await read({ method: 'GET', path, query: asked }, z.array(schema).nullable())
        // A server may give less than was asked for, and leave out what we may not see: only an empty page is the end.
        if (!data || data.length === 0) break
        items.push(...data)
        if (isCounted && items.length >= Number(headers.get('x-total-count') ?? Infinity)) break
      }
      return items
    },
  }
}

/** Sends it once. Follows no redirect. @throws KedgeError E_FORGE_UNREACHABLE, and what keeps a write back */
async function send(options: ClientOptions, request: Request, context: FaultContext): Promise<Answer> {
  const { method, path, query, body } = request
  if (method !== 'GET') options.assertMayAct()
  const search = query ? `?${new URLSearchParams(query).toString()}` : ''
  try {
    const response = await options.fetch(`${options.apiUrl}${path}${search}`, {
      method,
      headers: {
        authorization: `token ${options.token}`,
        accept: 'application/json',
        'user-agent': `kedge/${VERSION}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
    })
    const theirs = Date.parse(response.headers.get('date') ?? '')
    if (!Number.isNaN(theirs)) options.onDate?.(theirs)
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (error) {
    throw unanswered(error, context)
  }
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The first thing that is wrong, by its place: values stay out of errors. */
function describe(error: z.ZodError): string {
  const [issue] = error.issues
  return `${issue?.path.join('.') || 'the whole'} is ${issue?.code ?? 'wrong'}`
}
