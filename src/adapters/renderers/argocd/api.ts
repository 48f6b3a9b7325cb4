import { Pool } from 'undici'
import { createSlots } from '../../../domain/slots.ts'
import { faultCode } from '../../../domain/words/fault-code.ts'

/** Why there is no answer to read: in words for people, nothing of what was sent. */
export type Unanswered = { fault: 'unreachable' | 'too-large'; detail: string }

export type ApiAnswer = { status: number; body: Buffer } | Unanswered

/** Argo CD's API, GET only. */
export interface ApiClient extends AsyncDisposable {
  get(path: string, query: URLSearchParams): Promise<ApiAnswer>
}

export interface ApiOptions {
  /** Address of Argo CD's API server, with its root path where it has one. The token goes nowhere else. */
  url: string
  /** Asked for each call, so that a token that was renewed needs no restart. */
  token: () => string
  /** PEM of the authority that signed the server's certificate; then no other is believed. */
  ca?: string
  /** For one call from its start to its last byte. */
  timeoutMs: number
  /** Calls under way at the same time; others wait. Argo CD's repo server renders with the machine that syncs. */
  mostAtOnce: number
  /** Bytes of one answer. */
  largestAnswer: number
}

/** A client that follows no redirect, reads no more than is allowed and lets go of what is slow. */
export function createApiClient(options: ApiOptions): ApiClient {
  const server = new URL(options.url)
  const prefix = server.pathname.replace(/\/+$/, '')
  const pool = new Pool(server.origin, { connect: options.ca === undefined ? {} : { ca: options.ca } })
  const slots = createSlots(options.mostAtOnce)

  async function call(path: string): Promise<ApiAnswer> {
    const signal = AbortSignal.timeout(options.timeoutMs)
    try {
      const headers = { authorization: `Bearer ${options.token()}`, accept: 'application/json' }
      const response = await pool.request({ method: 'GET', path, headers, signal })
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        size += chunk.length
        // Leaving the loop closes the connection: the rest is not read.
        if (size > options.largestAnswer)
          return { fault: 'too-large', detail: `Argo CD's answer is larger than ${options.largestAnswer} bytes.` }
        chunks.push(chunk)
      }
      return { status: response.statusCode, body: Buffer.concat(chunks) }
    } catch (error) {
      if (signal.aborted) return { fault: 'unreachable', detail: `Argo CD did not answer within ${options.timeoutMs} ms.` }
      return { fault: 'unreachable', detail: `Argo CD could not be reached (${faultCode(error)}).` }
    }
  }

  return {
    get: (path, query) => slots(() => call(`${prefix}${path}?${query.toString()}`)),
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
