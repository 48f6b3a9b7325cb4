import { type ErrorCode, KedgeError } from '../../../domain/errors.ts'
import { plainText } from '../../../domain/words/plain-text.ts'

/** Takes the secrets that Kedge itself has sent out of a text. */
export type Redact = (text: string) => string

/** What was asked when it went wrong. */
export interface FaultContext {
  /** As a person reads it: `POST /repos/acme/shop/pulls`. */
  request: string
  redact: Redact
  /** Epoch ms. */
  now: number
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'E_FORGE_AUTH',
  403: 'E_FORGE_FORBIDDEN',
  404: 'E_FORGE_NOT_FOUND',
  408: 'E_FORGE_UNREACHABLE',
  410: 'E_FORGE_NOT_FOUND',
  // What Gitea says to whoever wants to write to an archived repository.
  423: 'E_FORGE_FORBIDDEN',
  451: 'E_FORGE_FORBIDDEN',
}

/** How long to wait where a limit (of a proxy: Gitea itself has none) names no time. */
const LIMIT_SECONDS = 60

/** An answer that is no success, as a KedgeError. */
export function answeredFault(answer: { status: number; headers: Headers; text: string }, context: FaultContext): KedgeError {
  const { status } = answer
  const said = plainText(context.redact(messageOf(answer.text)), 300)
  const what = `Gitea answered ${status} to ${context.request}${said === '' ? '' : `: ${said}`}`
  if (status === 429) return new KedgeError('E_FORGE_RATE_LIMITED', what, { retryAfterSeconds: waitOf(answer.headers, context.now) })
  return new KedgeError(BY_STATUS[status] ?? (status >= 500 ? 'E_FORGE_UNREACHABLE' : 'E_FORGE_REJECTED'), what)
}

/** No answer at all, as a KedgeError. What was thrown is not kept as its cause: it may quote the request. */
export function unanswered(error: unknown, context: FaultContext): KedgeError {
  if (error instanceof KedgeError) return error
  const reason = plainText(context.redact(networkReason(error)), 300)
  return new KedgeError('E_FORGE_UNREACHABLE', `Gitea did not answer ${context.request}: ${reason}.`)
}

/** Gitea's own words, or what stands there instead of them. */
function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    return typeof message === 'string' ? message : ''
  } catch {
    return text
  }
}

/** `Retry-After`, in seconds or as a date. */
function waitOf(headers: Headers, now: number): number {
  const value = headers.get('retry-after') ?? ''
  if (/^\d+$/.test(value)) return Number(value)
  const until = Date.parse(value)
  return Number.isNaN(until) ? LIMIT_SECONDS : Math.max(1, Math.ceil((until - now) / 1_000))
}

function networkReason(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return 'timed out'
    if ('code' in at && typeof at.code === 'string') return `${at.code} ${at.message}`
  }
  return error instanceof Error ? error.message : 'unknown fault'
}
