/** What Argo CD's words mean: whether it could not answer, or could not render. */
export interface Meaning {
  why: 'failed' | 'unfetched' | 'unreachable' | 'too-large' | 'forbidden'
  detail: string
}

/** See {@link meaningOf}. Source: Argo CD `server/application/application.go` GetManifests, `reposerver/repository/repository.go`. */
const OF_RENDERING: readonly (Meaning & { words: RegExp })[] = [
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
    why: 'unfetched',
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

/** What it says when it applies. Source: Argo CD `controller/sync.go`, gitops-engine `pkg/sync/sync_context.go`, and Kubernetes' API. */
const OF_SYNCING: readonly { words: RegExp; detail: string }[] = [
  { words: /admission webhook/, detail: 'An admission webhook of the cluster denied an object.' },
  { words: /exceeded quota/, detail: 'A quota of the cluster is used up.' },
  { words: /field is immutable|is immutable after|Forbidden: updates to/, detail: 'A field cannot be changed once the object is there.' },
  { words: /is not permitted in project|not permitted in project/, detail: "The Application's project does not permit it." },
  {
    words: /is forbidden|forbids|cannot (?:get|list|create|patch|update|delete) resource/,
    detail: 'Argo CD lacks a right in the cluster.',
  },
  { words: /no matches for kind|could not find the requested resource|CRDs are installed/, detail: 'A kind is not known to the cluster.' },
  { words: /another operation is (?:already )?in progress/, detail: 'Another operation of the Application goes on.' },
  { words: /is invalid/, detail: 'The cluster finds an object invalid.' },
  { words: /waiting for (?:completion of hook|healthy state)/, detail: 'It waits for a hook, or for an earlier wave to be healthy.' },
  { words: /objects failed to apply|tasks (?:completed unsuccessfully|are not valid)/, detail: 'Not all objects could be applied.' },
  { words: /successfully synced/, detail: 'All objects were applied.' },
]

/** More is not looked through: a tool may repeat what a hostile chart tells it to, and the time grows with the square. */
const LONGEST_MESSAGE = 8_192

/**
 * What Argo CD's words mean when it renders; undefined for others. The words themselves are never repeated: tools quote what they were
 * given, and a plugin may have been given secrets.
 */
export function meaningOf(message: string): Meaning | undefined {
  const text = message.slice(0, LONGEST_MESSAGE)
  const found = OF_RENDERING.find(({ words }) => words.test(text))
  return found && { why: found.why, detail: found.detail }
}

/** The same for what it says of an Application, which it renders and applies. */
export function detailOf(message: string): string | undefined {
  const text = message.slice(0, LONGEST_MESSAGE)
  return OF_SYNCING.find(({ words }) => words.test(text))?.detail ?? meaningOf(text)?.detail
}
