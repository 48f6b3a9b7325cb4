import { KedgeError } from '../../../domain/errors.ts'
import { parseRetryAfter } from '../../../domain/words/http-fields.ts'

/** One POST of a channel that is an address and no more. */
export interface Post {
  /** Where to. Whoever has it may be able to post, so it appears in no error. */
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  /** Who is asked, as the subject of a sentence. */
  who: string
  /** Epoch ms: for a `Retry-After` that is a date. */
  now: () => number
  /** Of the whole exchange. Default 10 s. */
  timeoutMs?: number | undefined
}

/** Seconds to wait where nothing is said of how long. */
const DEFAULT_WAIT_SECONDS = 30
/** What is read of an answer: enough for the code of a refusal. */
const MAX_ANSWER_BYTES = 4_096

/**
 * Sends it once: nothing is retried here, no redirect is followed, and of the answer only a code of a known form is taken over.
 * @returns how the answer to what was taken begins
 * @throws KedgeError E_NOTIFIER_*
 */
export async function post({ url, headers, body, who, now, timeoutMs = 10_000 }: Post): Promise<string> {
  const sent = fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
  const response = await sent.catch((error: unknown) => {
    throw new KedgeError('E_NOTIFIER_UNREACHABLE', `${who} did not answer: ${networkReason(error)}.`)
  })
  const text = await beginningOf(response)
  if (response.ok) return text
  throw refusal(response, { who, code: codeIn(text, url), now: now() })
}

function refusal(response: Response, { who, code, now }: { who: string; code: string | undefined; now: number }): KedgeError {
  const { status } = response
  const asked = parseRetryAfter(response.headers.get('retry-after'), now)
  const wait = asked === undefined ? {} : { retryAfterSeconds: asked }
  const what = `${who} answered ${status}${code === undefined ? '' : ` (${code})`}`
  if (status === 429) {
    const seconds = asked ?? DEFAULT_WAIT_SECONDS
    return new KedgeError('E_NOTIFIER_RATE_LIMITED', `${who} takes no more for ${seconds} s.`, { retryAfterSeconds: seconds })
  }
  if (status >= 500 || status === 408 || status === 425) return new KedgeError('E_NOTIFIER_UNREACHABLE', `${what}.`, wait)
  if (status === 401 || status === 403) return new KedgeError('E_NOTIFIER_AUTH', `${what}.`)
  return new KedgeError('E_NOTIFIER_REJECTED', status >= 300 && status < 400 ? `${what}: redirects are not followed.` : `${what}.`)
}

/** The `error.code` or `code` of a JSON answer, unless it repeats what was sent. */
function codeIn(text: string, url: string): string | undefined {
  const found = /"code"\s*:\s*"([A-Za-z][A-Za-z0-9_.-]{1,60})"/.exec(text)?.[1]
  return found === undefined || url.includes(found) ? undefined : found
}

/** Whether an answer is a page for people: a proxy or a sign-in before the channel has said it, with a status as if all were well. */
export function isPage(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body|\?xml|!--)/i.test(text)
}

/** How the body of an answer begins; empty where it cannot be read. */
export async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length >= MAX_ANSWER_BYTES) break
    }
  } catch {
    // The status has said all that counts.
  }
  return text.slice(0, MAX_ANSWER_BYTES)
}

/** Why a request got no answer: a system error code or a timeout, never free text. */
export function networkReason(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return 'timed out'
    if ('code' in at && typeof at.code === 'string' && /^E[A-Z_]+$|^UND_[A-Z_]+$|^CERT_[A-Z_]+$/.test(at.code)) return at.code
  }
  return 'the connection failed'
}
