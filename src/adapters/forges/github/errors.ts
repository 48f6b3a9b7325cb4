import { KedgeError } from '../../../domain/errors.ts'
import { parseHttpDate, parseRetryAfter } from '../../../domain/words/http-fields.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { codeOf, networkReason } from '../http/refusal.ts'

/** Takes the secrets that Kedge itself has sent out of a text. */
export type Redact = (text: string) => string

/** What was asked when it went wrong, as a person reads it: `POST /repos/acme/shop/pulls`. */
export interface FaultContext {
  request: string
  redact: Redact
  /** Epoch ms. */
  now: number
}

/** What GitHub asks for when a secondary limit names no time (docs, "Rate limits for the REST API"). */
const SECONDARY_LIMIT_SECONDS = 60

/**
 * Any fault of a GitHub request as a KedgeError. The vendor's error is not kept as the cause: it holds the whole request and
 * answer, and with them whatever a proxy echoed.
 */
export function toForgeError(error: unknown, context: FaultContext): KedgeError {
  const own = asKedgeError(error)
  if (own) return own
  if (!isAnswered(error))
    return new KedgeError('E_FORGE_UNREACHABLE', `GitHub did not answer ${context.request}: ${tell(networkReason(error), context)}.`)
  const what = `GitHub answered ${error.status} to ${context.request}: ${tell(error.message, context)}`
  const wait = rateLimitSeconds(error, context.now)
  if (wait !== undefined) return new KedgeError('E_FORGE_RATE_LIMITED', what, { retryAfterSeconds: wait })
  return new KedgeError(codeOf(error.status), what)
}

/** Octokit's RequestError, when there was an answer. Told by its shape: its package is no dependency of ours. */
interface AnsweredError extends Error {
  status: number
  response: { headers: Record<string, unknown> }
}

function isAnswered(error: unknown): error is AnsweredError {
  return (
    error instanceof Error && 'status' in error && typeof error.status === 'number' && 'response' in error && error.response !== undefined
  )
}

function asKedgeError(error: unknown): KedgeError | undefined {
  if (error instanceof KedgeError) return error
  return error instanceof Error && error.cause instanceof KedgeError ? error.cause : undefined
}

/** Seconds that GitHub wants us to wait; undefined when this is no rate limit. */
function rateLimitSeconds(error: AnsweredError, now: number): number | undefined {
  const { headers } = error.response
  if (error.status !== 403 && error.status !== 429) return undefined
  // The reset is a time on GitHub's clock, so it is compared with GitHub's own date where that came along.
  const answeredAt = parseHttpDate(textOf(headers['date'])) ?? now
  const retryAfter = parseRetryAfter(textOf(headers['retry-after']), answeredAt)
  if (retryAfter !== undefined) return retryAfter
  const reset = toSeconds(headers['x-ratelimit-reset'])
  if (toSeconds(headers['x-ratelimit-remaining']) === 0 && reset !== undefined) {
    return Math.max(1, Math.ceil(reset - answeredAt / 1000))
  }
  return error.status === 429 || /secondary rate limit|abuse detection/i.test(error.message) ? SECONDARY_LIMIT_SECONDS : undefined
}

/** A header as its text: Octokit hands numbers as numbers. */
function textOf(header: unknown): string | undefined {
  return typeof header === 'string' || typeof header === 'number' ? String(header) : undefined
}

function toSeconds(header: unknown): number | undefined {
  const seconds = typeof header === 'string' && header !== '' ? Number(header) : header
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
}

/** One printable line of at most 300 characters, without our secrets. */
function tell(text: string, context: FaultContext): string {
  return plainText(context.redact(text), 300)
}
