import type { IncomingMessage } from 'node:http'

export type RawBody = { result: 'read'; bytes: Buffer } | { result: 'too-large' } | { result: 'busy' } | { result: 'broken' }

/** Reads bodies whole, within a cap for each and a cap for all that are being read at once: strangers must not fill the memory. */
export interface BodyReader {
  read(request: IncomingMessage): Promise<RawBody>
}

/** `maxBytes` for one body, `maxPending` for all together; both in bytes. */
export function createBodyReader({ maxBytes, maxPending }: { maxBytes: number; maxPending: number }): BodyReader {
  let pending = 0
  return {
    async read(request) {
      if (Number(request.headers['content-length'] ?? 0) > maxBytes) return refuse(request, 'too-large')
      const chunks: Buffer[] = []
      let size = 0
      try {
        for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          size += chunk.length
          pending += chunk.length
          if (size > maxBytes) return refuse(request, 'too-large')
          if (pending > maxPending) return refuse(request, 'busy')
          chunks.push(chunk)
        }
        return { result: 'read', bytes: Buffer.concat(chunks, size) }
      } catch {
        return { result: 'broken' }
      } finally {
        pending -= size
      }
    },
  }
}

/** The rest is read and thrown away, else the peer would meet a reset instead of our answer. The server's request timeout ends it. */
function refuse<R extends 'too-large' | 'busy'>(request: IncomingMessage, result: R): { result: R } {
  request.resume()
  return { result }
}
