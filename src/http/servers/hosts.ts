import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import type { ErrorAnswer } from '../../api/contract.ts'
import { ERRORS } from '../../domain/errors.ts'
import { isLoopbackName, nameInHost } from '../../domain/words/host-name.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Logger } from '../../ports/log.ts'

/** Under which names a listener answers. */
export interface Names {
  /** The address that it listens on. */
  host: string
  /** What the admin calls it, besides `localhost` and addresses. Empty: on loopback nothing else, elsewhere anything. */
  hosts: readonly string[]
  /** A name that is known without being listed: that of `publicUrl`. */
  publicHost: string | undefined
}

/**
 * Whether a listener answers to what a request calls it. A page in a browser can make its own name resolve to this machine, or to one
 * inside a cluster, and would read what is answered: its `Host` is that name. An address in `Host` was typed as one, so elsewhere than on
 * loopback (where only its own count) it is answered: probes and scrapers call a pod by it.
 */
function isAnswered(header: string | undefined, { host, hosts, publicHost }: Names): boolean {
  // Browsers always send one.
  if (header === undefined) return true
  const name = nameInHost(header)
  if (name === undefined) return false
  if (isLoopbackName(name) || name === publicHost || hosts.includes(name)) return true
  if (isLoopbackName(host.toLowerCase())) return false
  return isIP(name) !== 0 || hosts.length === 0
}

/** Refuses a request that calls this listener by another name. */
export interface HostGuard {
  /** Whether it has answered the request. */
  refuses(request: IncomingMessage, response: ServerResponse): boolean
}

/** A line in the log at most so often. */
const TELL_MS = 60_000

/** `logger` is told, by name and not each time. */
export function createHostGuard(names: Names, { logger, clock }: { logger: Logger; clock: Clock }): HostGuard {
  let toldAt = -Infinity
  return {
    refuses(request, response) {
      const { host } = request.headers
      if (isAnswered(host, names)) return false
      if (clock.elapsed() - toldAt >= TELL_MS) {
        toldAt = clock.elapsed()
        logger.warn('a request was refused: it calls Kedge by a name that is none of its own', {
          code: 'E_HTTP_HOST',
          host: plainText(host ?? '', 253),
        })
      }
      const message = `Kedge is not called ${plainText(host ?? '', 253)} here.`
      const body: ErrorAnswer = { code: 'E_HTTP_HOST', message, advice: ERRORS.E_HTTP_HOST.advice }
      response.writeHead(421, { 'Content-Type': 'application/json; charset=utf-8', 'X-Content-Type-Options': 'nosniff' })
      response.end(JSON.stringify(body))
      return true
    },
  }
}
