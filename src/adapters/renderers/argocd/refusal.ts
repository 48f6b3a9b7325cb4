import { meaningOf } from '../../../domain/application/argo-cd-words.ts'
import { notRendered, type Rendering } from '../../../domain/application/rendered.ts'

export type Refusal = Rendering & { result: 'unknown' }

/** More is not made text of. */
const LONGEST_BODY = 8_192

/** Reads an answer that is no success. */
export function readRefusal(status: number, body: Buffer): Refusal {
  if (status >= 300 && status < 400)
    return notRendered('unreachable', `Argo CD's address leads elsewhere (HTTP ${status}), and its token is sent nowhere else.`)
  if (status === 401) return notRendered('locked-out', 'Argo CD does not take the token (HTTP 401).')
  if (status === 403)
    return notRendered('forbidden', 'The account of Kedge may not `get` this Application at Argo CD, or it is not there (HTTP 403).')
  if (status === 404)
    return notRendered('forbidden', 'Argo CD has no such Application in this project that the account of Kedge may see (HTTP 404).')
  const meaning = meaningOf(body.subarray(0, LONGEST_BODY).toString('utf8'))
  if (meaning) return notRendered(meaning.why, meaning.detail)
  if (status === 429 || status === 502 || status === 503 || status === 504)
    return notRendered('unreachable', `Argo CD could not answer just now (HTTP ${status}).`)
  return notRendered('failed', `Argo CD could not render this revision (HTTP ${status}); its own log says why.`)
}
