import { notRendered, type Rendering } from '../../../domain/application/rendered.ts'

export type Refusal = Rendering & { result: 'unknown' }

/**
 * What Argo CD's words mean. The words themselves are never repeated: tools quote what they were given, and a plugin may have been given
 * secrets. Source: Argo CD `server/application/application.go` GetManifests, `reposerver/repository/repository.go`.
 */
const MEANINGS: readonly { words: RegExp; why: 'failed' | 'unreachable' | 'too-large' | 'forbidden'; detail: string }[] = [
  {
    words: /error getting (?:server version|API resources|application cluster config)/,
    why: 'unreachable',
    detail: 'Argo CD could not reach the cluster that the Application deploys to, which it asks before it renders.',
  },
  {
    words:
      /code = Unavailable|connection refused|i\/o timeout|error creating repo server client|DeadlineExceeded|context deadline exceeded/,
    why: 'unreachable',
    detail: "Argo CD's repo server did not answer.",
  },
  {
    words: /received message larger than max|exceeded max combined manifest file size/,
    why: 'too-large',
    detail: 'More is rendered than Argo CD takes.',
  },
  { words: /namespace .* is not permitted/, why: 'forbidden', detail: "Argo CD does not manage Applications in this one's namespace." },
  { words: /app path does not exist/, why: 'failed', detail: 'The folder of a source is not there at this revision.' },
  { words: /source position is out of range/, why: 'failed', detail: 'The Application has other sources than Kedge saw.' },
  {
    words: /failed to resolve|unable to resolve|unknown revision|reference not found|not our ref|failed to checkout|Unable to checkout/i,
    why: 'failed',
    detail: 'Argo CD does not find the revision in the repository.',
  },
  {
    words: /authentication required|permission denied \(publickey|repository not found|failed to list refs/i,
    why: 'unreachable',
    detail: 'Argo CD could not read the repository.',
  },
  { words: /helm (?:template|dependency|pull)|Error: .*chart/i, why: 'failed', detail: 'Helm could not render this revision.' },
  { words: /kustomize build|accumulating resources/i, why: 'failed', detail: 'Kustomize could not render this revision.' },
  { words: /jsonnet/i, why: 'failed', detail: 'Jsonnet could not be evaluated at this revision.' },
  { words: /CMP processing|plugin/i, why: 'failed', detail: 'A plugin could not render this revision.' },
  {
    words: /failed to unmarshal|error unmarshaling/i,
    why: 'failed',
    detail: 'A manifest of this revision is not YAML or JSON that can be read.',
  },
]

/** More is not looked through: a tool may repeat what a hostile chart tells it to, and the time grows with the square. */
const LONGEST_MESSAGE = 8_192

/** Reads an answer that is no success. */
export function readRefusal(status: number, body: Buffer): Refusal {
  if (status >= 300 && status < 400)
    return notRendered('unreachable', `Argo CD's address leads elsewhere (HTTP ${status}), and its token is sent nowhere else.`)
  if (status === 401) return notRendered('forbidden', 'Argo CD does not take the token (HTTP 401).')
  if (status === 403)
    return notRendered('forbidden', 'The account of Kedge may not `get` this Application at Argo CD, or it is not there (HTTP 403).')
  if (status === 404)
    return notRendered('forbidden', 'Argo CD has no such Application in this project that the account of Kedge may see (HTTP 404).')
  const message = body.subarray(0, LONGEST_MESSAGE).toString('utf8')
  const meaning = MEANINGS.find(({ words }) => words.test(message))
  if (meaning) return notRendered(meaning.why, meaning.detail)
  if (status === 429 || status === 502 || status === 503 || status === 504)
    return notRendered('unreachable', `Argo CD could not answer just now (HTTP ${status}).`)
  return notRendered('failed', `Argo CD could not render this revision (HTTP ${status}); its own log says why.`)
}
