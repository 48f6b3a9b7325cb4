import type { RequestHandler } from 'express'
import { createRecent } from '../../domain/recent.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Logger } from '../../ports/log.ts'
import { answerError } from '../request/answers.ts'
import { bearerToken, isSameSecret } from '../request/signature.ts'

/** So many wrong tokens of one peer within this time are looked at, and no more, be they right or wrong. */
const MOST_WRONG = 10
const WITHIN_MS = 60_000
/** Peers that are remembered. */
const MOST_PEERS = 1_000

interface Peer {
  since: number
  wrong: number
}

/**
 * Lets nobody try admin tokens one after the other: refuses a wrong one, and after ten of them within a minute all of that peer, until the
 * minute is over. Told in the log once for each such minute. Requests without a token are not its business.
 */
export function createTokenGuard({
  adminToken,
  clock,
  logger,
}: {
  adminToken: string | undefined
  clock: Clock
  logger: Logger
}): RequestHandler {
  const peers = createRecent<Peer>(MOST_PEERS, () => 1)
  return (request, response, next) => {
    const token = request.method === 'GET' || request.method === 'HEAD' ? undefined : bearerToken(request.get('authorization'))
    if (token === undefined) return next()
    const address = request.socket.remoteAddress ?? ''
    const now = clock.elapsed()
    const known = peers.get(address)
    const peer = known && now - known.since < WITHIN_MS ? known : { since: now, wrong: 0 }
    if (peer.wrong >= MOST_WRONG) {
      response.set('Retry-After', String(Math.ceil((peer.since + WITHIN_MS - now) / 1_000)))
      return answerError(response, 429, 'E_HTTP_TOO_MANY', 'Too many wrong admin tokens came from this address.')
    }
    if (adminToken !== undefined && isSameSecret(token, adminToken)) return next()
    peers.set(address, { ...peer, wrong: peer.wrong + 1 })
    if (peer.wrong === 0 || peer.wrong + 1 === MOST_WRONG) tell(logger, address, peer.wrong + 1)
    answerError(response, 403, 'E_HTTP_FORBIDDEN', 'This is not the admin token.')
  }
}

function tell(logger: Logger, address: string, wrong: number): void {
  const what = wrong < MOST_WRONG ? 'a wrong admin token was sent' : `${wrong} wrong admin tokens within a minute: no more are looked at`
  logger.warn(what, { code: wrong < MOST_WRONG ? 'E_HTTP_FORBIDDEN' : 'E_HTTP_TOO_MANY', address })
}
