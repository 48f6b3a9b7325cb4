import { Pool } from 'undici'
import { faultCode } from '../../../domain/words/fault-code.ts'
import type { UntoldAlerts } from '../../../ports/alerts.ts'

/** How Kedge signs in: the `Authorization` header, or nothing. */
export interface AlertCredential {
  readonly authorization: string | undefined
}

export interface AlertClientOptions {
  /** Name of the server in sentences. */
  name: string
  url: string
  /** Asked for each call: a token may be replaced meanwhile. */
  signsIn: () => AlertCredential
  /** PEM of the authority that signed the server's certificate; then no other is believed. */
  ca: string | undefined
  /** For one call from its start to its last byte, milliseconds. */
  timeoutMs: number
  /** Bytes of one answer. */
  largestAnswer: number
}

/** A server of alerts, GET only. */
export interface AlertClient extends AsyncDisposable {
  /** The answer's JSON, where it is 200. */
  get(path: string, query: URLSearchParams): Promise<{ result: 'json'; json: unknown } | UntoldAlerts>
}

/** A client that follows no redirect, reads no more than is allowed and lets go of what is slow. */
export function createAlertClient({ name, url, signsIn, ca, timeoutMs, largestAnswer }: AlertClientOptions): AlertClient {
  const server = new URL(url)
  const prefix = server.pathname.replace(/\/+$/, '')
  const pool = new Pool(server.origin, { connect: ca === undefined ? {} : { ca }, connections: 4 })
  const unknown = (why: UntoldAlerts['why'], detail: string): UntoldAlerts => ({ result: 'unknown', why, detail })

  return {
    async get(path, query) {
      const { authorization } = signsIn()
      const headers = { accept: 'application/json', ...(authorization !== undefined && { authorization }) }
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        const response = await pool.request({ method: 'GET', path: `${prefix}${path}?${query.toString()}`, headers, signal })
        const chunks: Buffer[] = []
        let size = 0
        for await (const chunk of response.body as AsyncIterable<Buffer>) {
          size += chunk.length
          // Leaving the loop closes the connection: the rest is not read.
          if (size > largestAnswer) return unknown('too-large', `the answer of ${name} is larger than ${largestAnswer} bytes`)
          chunks.push(chunk)
        }
        if (response.statusCode !== 200) return unknown('refused', `${name} answers ${response.statusCode}`)
        return parse(name, Buffer.concat(chunks).toString('utf8'))
      } catch (error) {
        if (signal.aborted) return unknown('unreachable', `${name} did not answer within ${timeoutMs} ms`)
        return unknown('unreachable', `${name} could not be reached (${faultCode(error)})`)
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}

function parse(name: string, text: string): { result: 'json'; json: unknown } | UntoldAlerts {
  try {
    return { result: 'json', json: JSON.parse(text) }
  } catch {
    return { result: 'unknown', why: 'malformed', detail: `the answer of ${name} is not JSON` }
  }
}
