import { ERRORS, KedgeError } from '../domain/errors.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { isConfidential, shownAddress } from '../domain/words/web-address.ts'
import type {
  ReleaseDetail,
  ReleasePage,
  ReleaseSummary,
  RolloutDetail,
  RolloutPage,
  RolloutSummary,
  StormList,
  StormSummary,
  TraceAnswer,
} from './contract.ts'
import type { RolloutFilter } from './filters.ts'
import type { QuarantineList, QuarantineSummary } from './quarantine-contract.ts'
import type { ReportPage } from './report/contract.ts'
import type { DoraAnswer } from './report/dora.ts'

/**
 * A running Kedge, asked over its API. All methods throw KedgeError E_SERVER_UNREACHABLE, E_SERVER_ANSWER, or what the
 * server said.
 */
export interface Client {
  readonly server: string
  /** Every Rollout that matches, over all pages. */
  rollouts(filter: RolloutFilter): Promise<readonly RolloutSummary[]>
  rollout(ref: { cluster: string; namespace: string; name: string }): Promise<RolloutDetail>
  release(id: string): Promise<ReleaseDetail>
  /** The newest releases that match, `limit` at most; the filter as texts, see `parseReleaseFilter`. */
  releases(
    filter: Readonly<Record<string, string | undefined>>,
    limit: number,
  ): Promise<{ items: readonly ReleaseSummary[]; hasMore: boolean }>
  /** One page of the report; the filter as texts, see `parseReleaseFilter`. `next`: where the page before said that it goes on. */
  report(filter: Readonly<Record<string, string | undefined>>, next: string | undefined): Promise<ReportPage>
  /** How the releases that match went; the filter as texts. */
  dora(filter: Readonly<Record<string, string | undefined>>): Promise<DoraAnswer>
  trace(query: string): Promise<TraceAnswer>
  adopt(releaseId: string, by: string | undefined): Promise<void>
  /** What waits for a Rollout is tried now. @throws KedgeError E_HTTP_* */
  retry(rollout: { cluster: string; namespace: string; name: string }): Promise<void>
  /** What is in quarantine, newest first, and what was. */
  quarantines(): Promise<readonly QuarantineSummary[]>
  /** A version that failed may come back. @throws KedgeError E_HTTP_* */
  liftQuarantine(key: string, lift: { by: string | undefined; reason: string }): Promise<void>
  /** The newest storms, newest first. */
  storms(): Promise<readonly StormSummary[]>
  /** Each release of a storm is decided by itself from now on. @throws KedgeError E_HTTP_* */
  releaseStorm(key: string, by: string | undefined): Promise<void>
}

const TIMEOUT_MS = 15_000
/** Releases of a report that are read, and in memory, at once. */
const REPORT_PAGE = 100

/**
 * A client for the API at `server`. The admin token goes along only where something is changed, and never in clear to
 * another machine.
 * @throws KedgeError E_HTTP_BAD_REQUEST when `server` is no http or https URL
 */
export function createClient(server: string, adminToken: string | undefined): Client {
  const base = baseOf(server)
  const get = <T>(path: string): Promise<T> => call<T>(base, path, {})
  async function post(path: string, body: unknown): Promise<void> {
    const token = adminToken && isConfidential(new URL(base)) ? { Authorization: `Bearer ${adminToken}` } : {}
    await call(base, path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...token }, body: JSON.stringify(body) })
  }
  return {
    server: base,
    async rollouts(filter) {
      const items: RolloutSummary[] = []
      let next: string | null = ''
      while (next !== null) {
        const query: string = queryOf({ ...filter, limit: '500', continue: next })
        const page: RolloutPage = await get(`/api/v1/rollouts?${query}`)
        if (!Array.isArray(page.items)) throw new KedgeError('E_SERVER_ANSWER', `${base} answered without items`)
        items.push(...page.items)
        next = page.continue
      }
      return items
    },
    rollout: ({ cluster, namespace, name }) => get(`/api/v1/rollouts/${[cluster, namespace, name].map(encodeURIComponent).join('/')}`),
    release: (id) => get(`/api/v1/releases/${encodeURIComponent(id)}`),
    async releases(filter, limit) {
      const items: ReleaseSummary[] = []
      let next: string | null = ''
      while (next !== null && items.length < limit) {
        const query: string = queryOf({ ...filter, limit: String(Math.min(500, limit - items.length)), continue: next })
        const page: ReleasePage = await get(`/api/v1/releases?${query}`)
        if (!Array.isArray(page.items)) throw new KedgeError('E_SERVER_ANSWER', `${base} answered without items`)
        items.push(...page.items)
        next = page.continue
      }
      return { items, hasMore: next !== null }
    },
    async report(filter, next) {
      const page: ReportPage = await get(`/api/v1/report?${queryOf({ ...filter, limit: String(REPORT_PAGE), continue: next })}`)
      if (!Array.isArray(page.items)) throw new KedgeError('E_SERVER_ANSWER', `${base} answered without items`)
      return page
    },
    dora: (filter) => get(`/api/v1/dora?${queryOf(filter)}`),
    trace: (query) => get(`/api/v1/trace?${queryOf({ q: query })}`),
    adopt: (releaseId, by) => post(`/api/v1/releases/${encodeURIComponent(releaseId)}/adopt`, by === undefined ? {} : { by }),
    quarantines: async () => (await get<QuarantineList>('/api/v1/quarantines')).items,
    liftQuarantine: (key, { by, reason }) =>
      post(`/api/v1/quarantines/${encodeURIComponent(key)}/lift`, { reason, ...(by !== undefined && { by }) }),
    storms: async () => (await get<StormList>('/api/v1/storms')).items,
    releaseStorm: (key, by) => post(`/api/v1/storms/${encodeURIComponent(key)}/release`, by === undefined ? {} : { by }),
    retry: ({ cluster, namespace, name }) =>
      post(`/api/v1/rollouts/${[cluster, namespace, name].map(encodeURIComponent).join('/')}/retry`, {}),
  }
}

function baseOf(server: string): string {
  const url = URL.parse(server)
  if (!url || !/^https?:$/.test(url.protocol)) throw new KedgeError('E_HTTP_BAD_REQUEST', `${shownAddress(server)} is no http or https URL`)
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

async function call<T>(base: string, path: string, init: RequestInit): Promise<T> {
  const answer = await ask(base, path, init)
  const body: unknown = await answer.json().catch(() => undefined)
  if (answer.ok && typeof body === 'object' && body !== null) return body as T
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown }
  if (typeof code === 'string' && Object.hasOwn(ERRORS, code) && typeof message === 'string') {
    throw new KedgeError(code as keyof typeof ERRORS, plainText(message), { retryable: answer.status >= 500 })
  }
  throw new KedgeError('E_SERVER_ANSWER', `${base} answered ${answer.status} to ${path.split('?')[0] ?? ''}, and not as Kedge would`)
}

async function ask(base: string, path: string, init: RequestInit): Promise<Response> {
  try {
    // Following a redirect would carry the token to wherever it points.
    return await fetch(base + path, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (cause) {
    const inner = cause instanceof Error ? (cause.cause as { code?: string; message?: string } | undefined) : undefined
    const reason = inner?.code ?? inner?.message ?? (cause instanceof Error ? cause.name : 'unknown')
    throw new KedgeError('E_SERVER_UNREACHABLE', `no answer from ${base} (${reason})`, { cause })
  }
}

function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
  return new URLSearchParams(given).toString()
}
