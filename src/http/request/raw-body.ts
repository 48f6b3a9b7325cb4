import type { IncomingMessage } from 'node:http'

export type RawBody = { result: 'read'; bytes: Buffer } | { result: 'too-large' } | { result: 'busy' } | { result: 'broken' }

type Refusal = 'too-large' | 'busy'

/**
 * Reads bodies whole, within a cap for each and a cap for all that are being read at once: strangers must not fill the
 * memory.
 */
export interface BodyReader {
  read(request: IncomingMessage): Promise<RawBody>
}

/** `maxBytes` for one body, `maxPending` for all together; both in bytes. */
export function createBodyReader({ maxBytes, maxPending }: { maxBytes: number; maxPending: number }): BodyReader {
  let pending = 0
  return {
    async read(request) {
      const chunks: Buffer[] = []
      let size = 0
      let verdict: Refusal | undefined = Number(request.headers['content-length'] ?? 0) > maxBytes ? 'too-large' : undefined
      try {
        if (!verdict) {
          for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
            size += chunk.length
            pending += chunk.length
            verdict = size > maxBytes ? 'too-large' : pending > maxPending ? 'busy' : undefined
            if (verdict) break
            chunks.push(chunk)
          }
        }
      } catch {
        return { result: 'broken' }
      } finally {
        pending -= size
      }
      if (!verdict) return { result: 'read', bytes: Buffer.concat(chunks, size) }
      // The rest is read and thrown away, else the peer would meet a reset instead of our answer. The server's request
      // timeout ends it.
      request.resume()
      return { result: verdict }
    },
  }
}
