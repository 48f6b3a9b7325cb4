import { Octokit } from '@octokit/rest'
import type { z } from 'zod'
import { KedgeError } from '../../../domain/errors.ts'
import { VERSION } from '../../../domain/program-version.ts'
import { wrongPlace } from '../http/refusal.ts'
import { type Redact, toForgeError } from './errors.ts'
import type { RepositoryName } from './repository-name.ts'
import { type Credential, createTransport, type Fetch } from './transport.ts'

/** GitHub's REST API for one credential: every answer is read through a schema, every fault is a KedgeError. */
export interface GitHubClient {
  /** One request. `what` names it in errors. @throws KedgeError E_FORGE_* */
  ask<T>(what: string, schema: z.ZodType<T>, request: (octokit: Octokit) => Promise<{ data: unknown }>): Promise<T>
  /** Every item of a list, 3,000 at most. @throws KedgeError E_FORGE_* */
  list<T>(what: string, schema: z.ZodType<T[]>, request: (octokit: Octokit, page: Page) => Promise<{ data: unknown }>): Promise<T[]>
}

/** The query of one page. */
export interface Page {
  per_page: number
  page: number
}

/** One repository on GitHub, and who Kedge is there. */
export interface GitHubRepository {
  client: GitHubClient
  repository: RepositoryName
  /** The repository's page, without a slash at the end. */
  webUrl: string
  /** Where GraphQL is answered. */
  graphqlUrl: string
  redact: Redact
  /** The account that Kedge's comments come from; undefined where the forge does not say. */
  login: () => Promise<string | undefined>
}

export interface ClientOptions {
  apiBaseUrl: string
  credential: Credential
  redact: Redact
  /** Epoch ms. */
  now: () => number
  fetch: Fetch
  timeoutMs: number
  onRateLimit: (remaining: number) => void
  /** See `TransportOptions`. */
  assertMayAct?: (() => void) | undefined
}

const PAGE_SIZE = 100
const MAX_PAGES = 30
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** A client without retries or throttling: the outbox alone decides when something is tried again. */
export function createGitHubClient(options: ClientOptions): GitHubClient {
  const octokit = new Octokit({
    baseUrl: options.apiBaseUrl,
    userAgent: `kedge/${VERSION}`,
    log: SILENT,
    request: { fetch: createTransport(options) },
  })
  const ask: GitHubClient['ask'] = async (what, schema, request) => {
    let data: unknown
    try {
      data = (await request(octokit)).data
    } catch (error) {
      throw toForgeError(error, { request: what, redact: options.redact, now: options.now() })
    }
    const parsed = schema.safeParse(data)
    // A cut answer, or a proxy's page with status 200. The request may have had its effect: look before the next try.
    if (!parsed.success) throw new KedgeError('E_FORGE_UNREACHABLE', `The answer to ${what} is not GitHub's: ${wrongPlace(parsed.error)}.`)
    return parsed.data
  }
  return {
    ask,
    async list<T>(what: string, schema: z.ZodType<T[]>, request: (octokit: Octokit, page: Page) => Promise<{ data: unknown }>) {
      const items: T[] = []
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const rows = await ask(what, schema, (client) => request(client, { per_page: PAGE_SIZE, page }))
        items.push(...rows)
        if (rows.length < PAGE_SIZE) break
      }
      return items
    },
  }
}

function ignore(): void {}
