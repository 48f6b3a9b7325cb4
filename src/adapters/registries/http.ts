import { fetch as fetchBy, type Dispatcher } from 'undici'
import { KedgeError } from '../../domain/errors.ts'
import { faultCode } from '../../domain/words/fault-code.ts'
import { isLoopbackName } from '../../domain/words/host-name.ts'
import { isConfidential } from '../../domain/words/web-address.ts'

/** One answer of a registry, whole. */
export interface Answer {
  status: number
  /** A header by its name in lower case. */
  header: (name: string) => string | null
  body: Buffer
}

export interface HttpOptions {
  /** Undefined: the process's own, which knows of its proxy. */
  dispatcher: Dispatcher | undefined
  /** For one request, milliseconds. */
  timeoutMs: number
  /** Bytes of one answer. */
  largestAnswer: number
}

const MOST_REDIRECTS = 3

/**
 * One GET. Leads to another place are followed where `follows` is set, over https and without what signs in: stores of blobs are elsewhere.
 * @throws KedgeError E_REGISTRY_UNREACHABLE for no answer, one that is too large, HTTP 429 and 5xx
 */
export async function get(
  url: URL,
  { headers, follows = false }: { headers: Readonly<Record<string, string>>; follows?: boolean },
  options: HttpOptions,
): Promise<Answer> {
  let at = url
  let sent = headers
  for (let redirects = 0; ; redirects += 1) {
    const answer = await once(at, sent, options)
    const location = answer.header('location')
    const leads = [301, 302, 303, 307, 308].includes(answer.status)
    if (!follows || !leads || location === null || redirects >= MOST_REDIRECTS || !URL.canParse(location, at.href)) return answer
    const next = new URL(location, at)
    if (!isSafeLead(next, url)) return answer
    const { authorization, ...rest } = sent
    sent = next.origin === url.origin && authorization !== undefined ? { ...rest, authorization } : rest
    at = next
  }
}

/** Never into the clear, and never to this machine from another one. */
function isSafeLead(next: URL, from: URL): boolean {
  return isLoopbackName(from.hostname) ? isConfidential(next) : next.protocol === 'https:' && isName(next.hostname)
}

/** A name that is asked of DNS, and no address of a machine. */
function isName(host: string): boolean {
  return !isLoopbackName(host) && !/^[\d.]+$|:/.test(host)
}

async function once(url: URL, headers: Readonly<Record<string, string>>, options: HttpOptions): Promise<Answer> {
  const signal = AbortSignal.timeout(options.timeoutMs)
  const { dispatcher, largestAnswer } = options
  try {
    const asked = { headers, redirect: 'manual', signal } as const
    const response = await (dispatcher ? fetchBy(url, { ...asked, dispatcher }) : fetch(url, asked))
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      // Leaving the loop closes the connection: the rest is not read.
      if (size > largestAnswer) throw unreachable(url, `answered with more than ${largestAnswer} bytes`)
      chunks.push(chunk)
    }
    if (response.status === 429 || response.status >= 500) throw unreachable(url, `answered with HTTP ${response.status}`)
    return { status: response.status, header: (name) => response.headers.get(name), body: Buffer.concat(chunks) }
  } catch (error) {
    if (error instanceof KedgeError) throw error
    throw unreachable(url, signal.aborted ? `did not answer within ${options.timeoutMs} ms` : `could not be reached (${faultCode(error)})`)
  }
}

function unreachable({ host }: URL, what: string): KedgeError {
  return new KedgeError('E_REGISTRY_UNREACHABLE', `The registry at ${host} ${what}.`)
}
