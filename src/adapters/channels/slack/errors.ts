import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'
import { type ErrorCode, KedgeError } from '../../../domain/errors.ts'
import { networkReason } from '../http/post.ts'

/** Slack's codes by what they mean to us (docs.slack.dev/reference/methods/chat.postMessage, "Errors"). */
const CODES: Readonly<Record<string, ErrorCode>> = {
  not_authed: 'E_NOTIFIER_AUTH',
  invalid_auth: 'E_NOTIFIER_AUTH',
  account_inactive: 'E_NOTIFIER_AUTH',
  token_revoked: 'E_NOTIFIER_AUTH',
  token_expired: 'E_NOTIFIER_AUTH',
  missing_scope: 'E_NOTIFIER_AUTH',
  no_permission: 'E_NOTIFIER_AUTH',
  not_allowed_token_type: 'E_NOTIFIER_AUTH',
  ratelimited: 'E_NOTIFIER_RATE_LIMITED',
  rate_limited: 'E_NOTIFIER_RATE_LIMITED',
  internal_error: 'E_NOTIFIER_UNREACHABLE',
  fatal_error: 'E_NOTIFIER_UNREACHABLE',
  service_unavailable: 'E_NOTIFIER_UNREACHABLE',
  request_timeout: 'E_NOTIFIER_UNREACHABLE',
}

/** Seconds to wait where Slack names none: its limits count by the minute. */
const DEFAULT_WAIT_SECONDS = 30

/** The code in an answer with `ok: false`; undefined for every other fault. */
export function slackCode(error: unknown): string | undefined {
  const code: unknown = error instanceof WebAPIPlatformError ? error.data.error : undefined
  return typeof code === 'string' && isCode(code) ? code : undefined
}

/**
 * Any fault of a Slack call as a KedgeError. Only words of a known form are taken over, and the vendor's error is not kept as
 * the cause, because either may repeat what was sent.
 */
export function toNotifierError(error: unknown, method: string): KedgeError {
  if (error instanceof KedgeError) return error
  if (error instanceof WebAPIRateLimitedError) return rateLimited(method, error.retryAfter)
  if (error instanceof WebAPIHTTPError) return fromStatus(error.statusCode, method)
  const code = slackCode(error)
  if (code !== undefined) return fromCode(code, method, error instanceof WebAPIPlatformError ? neededScope(error) : '')
  if (error instanceof WebAPIPlatformError) return new KedgeError('E_NOTIFIER_UNREACHABLE', `The answer to ${method} is not Slack's.`)
  return new KedgeError('E_NOTIFIER_UNREACHABLE', `Slack did not answer ${method}: ${networkReason(error)}.`)
}

/** What an answer said beside its status: a code, and how long to wait. */
interface Said {
  code?: string | undefined
  retryAfterSeconds?: number | undefined
}

/** A refusal by HTTP status. */
export function fromStatus(status: number, method: string, { code, retryAfterSeconds }: Said = {}): KedgeError {
  if (status === 429) return rateLimited(method, retryAfterSeconds)
  const what = `Slack answered ${status}${code !== undefined && isCode(code) ? ` (${code})` : ''} to ${method}.`
  if (status === 401) return new KedgeError('E_NOTIFIER_AUTH', what)
  if (status < 500 && status !== 408) return new KedgeError('E_NOTIFIER_REJECTED', what)
  return new KedgeError('E_NOTIFIER_UNREACHABLE', what, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
}

/** Slack wants us to wait. */
function rateLimited(method: string, retryAfterSeconds = DEFAULT_WAIT_SECONDS): KedgeError {
  return new KedgeError('E_NOTIFIER_RATE_LIMITED', `Slack limits ${method} for ${retryAfterSeconds} s.`, { retryAfterSeconds })
}

function fromCode(code: string, method: string, more: string): KedgeError {
  const known = CODES[code] ?? 'E_NOTIFIER_REJECTED'
  return known === 'E_NOTIFIER_RATE_LIMITED' ? rateLimited(method) : new KedgeError(known, `Slack refused ${method}: ${code}${more}.`)
}

function neededScope(error: WebAPIPlatformError): string {
  const needed: unknown = 'needed' in error.data ? error.data.needed : undefined
  return typeof needed === 'string' && /^[a-z:.,_]{1,200}$/.test(needed) ? ` (needs ${needed})` : ''
}

function isCode(text: string): boolean {
  return /^[a-z][a-z0-9_]{1,60}$/.test(text)
}
