import type { z } from 'zod'
import { type ErrorCode, KedgeError } from '../../../domain/errors.ts'
import { closedWords } from '../../../domain/people.ts'
import { parseHttpDate, parseRetryAfter } from '../../../domain/words/http-fields.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { FORGE_REFUSALS } from '../../../ports/forge.ts'

/** An answer as it came. */
export interface Answer {
  status: number
  headers: Headers
  text: string
}

/** What was asked when it went wrong, and of whom. */
export interface FaultContext {
  /** The forge's name in sentences. */
  vendor: string
  /** As a person reads it: `POST /repos/acme/shop/pulls`. */
  request: string
  /** Takes the secrets that were sent out of a text. */
  redact: (text: string) => string
  /** Epoch ms. */
  now: number
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'E_FORGE_AUTH',
  403: 'E_FORGE_FORBIDDEN',
  404: 'E_FORGE_NOT_FOUND',
  408: 'E_FORGE_UNREACHABLE',
  410: 'E_FORGE_NOT_FOUND',
  423: 'E_FORGE_FORBIDDEN',
  429: 'E_FORGE_RATE_LIMITED',
  451: 'E_FORGE_FORBIDDEN',
}

/** What a status that is no success means; what is not named is the server's fault or ours, by its class. */
export function codeOf(status: number): ErrorCode {
  return BY_STATUS[status] ?? (status >= 500 ? 'E_FORGE_UNREACHABLE' : 'E_FORGE_REJECTED')
}

/** How long to wait where a limit names no time. */
const LIMIT_SECONDS = 60
const MOST_WORDS = 300

/** An answer that is no success, as a KedgeError. */
export function refused(answer: Answer, context: FaultContext): KedgeError {
  const { status, headers } = answer
  const said = plainText(context.redact(wordsOf(answer.text)), MOST_WORDS)
  const what = `${context.vendor} answered ${status} to ${context.request}${said === '' ? '' : `: ${said}`}`
  const code = codeOf(status)
  const wait = code === 'E_FORGE_RATE_LIMITED' ? (waitOf(headers, context.now) ?? LIMIT_SECONDS) : undefined
  return new KedgeError(code, what, wait === undefined ? {} : { retryAfterSeconds: wait })
}

/** No answer at all, as a KedgeError. What was thrown is not kept as its cause: it may quote the request. */
export function unanswered(error: unknown, context: FaultContext): KedgeError {
  if (error instanceof KedgeError) return error
  const reason = plainText(context.redact(networkReason(error)), MOST_WORDS)
  return new KedgeError('E_FORGE_UNREACHABLE', `${context.vendor} did not answer ${context.request}: ${reason}.`)
}

/** The forge's own words: `message`, in whatever form, or what stands in an `error`; else the text itself. */
function wordsOf(text: string): string {
  const json = toJson(text)
  if (typeof json !== 'object' || json === null) return text
  const { message, error_description: description, error } = json as Record<string, unknown>
  const words = message ?? description ?? error ?? ''
  return typeof words === 'string' ? words : JSON.stringify(words)
}

/** What a text says as JSON; undefined where it is none. */
export function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3), else `RateLimit-Reset`, which is a time on the forge's clock. */
function waitOf(headers: Headers, now: number): number | undefined {
  const answeredAt = parseHttpDate(headers.get('date')) ?? now
  const reset = headers.get('ratelimit-reset') ?? ''
  const untilReset = /^\d{1,12}$/.test(reset) ? Math.max(1, Math.ceil(Number(reset) - answeredAt / 1_000)) : undefined
  return parseRetryAfter(headers.get('retry-after'), answeredAt) ?? untilReset
}

/** Why there was no answer, in the words of who threw: they may quote what was sent, so they are told without secrets. */
export function networkReason(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return 'timed out'
    if ('code' in at && typeof at.code === 'string') return `${at.code} ${at.message}`
  }
  return error instanceof Error ? error.message : 'unknown fault'
}

/**
 * Who approved, or that this may not be read and why: people are told, and nothing waits for it.
 * @throws KedgeError E_FORGE_* that may pass
 */
export async function approvalsOr(ask: () => Promise<readonly string[]>): Promise<{ approvers: readonly string[]; unread?: string }> {
  try {
    return { approvers: await ask() }
  } catch (error) {
    const words = closedWords(error)
    if (words === undefined) throw error
    return { approvers: [], unread: `who approved may not be read: ${words}` }
  }
}

/** Why a forge refuses what it is asked, for what may be left undone. @throws KedgeError E_FORGE_UNREACHABLE, which says nothing of that */
export async function refusalOf(request: () => Promise<unknown>): Promise<KedgeError | undefined> {
  try {
    await request()
    return undefined
  } catch (error) {
    if (error instanceof KedgeError && error.code !== 'E_FORGE_UNREACHABLE') return error
    throw error
  }
}

/** Whether a fault is a refusal for good. That the repository has another name is none: who asks goes along. */
export function isForGood(error: unknown): error is KedgeError {
  return error instanceof KedgeError && FORGE_REFUSALS.includes(error.code) && error.movedTo === undefined
}

/** The answer, or the refusal where it is one for good. @throws KedgeError E_FORGE_* that may pass */
export async function orRefusal<T>(asked: Promise<T>): Promise<T | KedgeError> {
  try {
    return await asked
  } catch (error) {
    if (isForGood(error)) return error
    throw error
  }
}

/** The answer, or undefined where this credential may not see it, or nothing is there. @throws KedgeError E_FORGE_*, all others */
export async function readable<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (fault) {
    if (fault instanceof KedgeError && ['E_FORGE_NOT_FOUND', 'E_FORGE_FORBIDDEN'].includes(fault.code)) return undefined
    throw fault
  }
}

/** The first thing that is wrong with the form of an answer, by its place: values stay out of errors. */
export function wrongPlace(error: z.ZodError): string {
  const [issue] = error.issues
  return `${issue?.path.join('.') || 'the whole'} is ${issue?.code ?? 'wrong'}`
}
