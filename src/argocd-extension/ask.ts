import type { ApplicationAnswer } from '../api/application-contract.ts'
import type { Host, KubeObject } from './host.ts'

/** The name of the proxy extension in Argo CD's configuration. */
const EXTENSION = 'kedge'
/** How often Kedge is asked while somebody looks, milliseconds. */
const EVERY_MS = 10_000

/** What is known now: nothing yet, Kedge's answer, or why there is none. */
export type Known = { state: 'asking' } | { state: 'answered'; answer: ApplicationAnswer } | { state: 'away'; why: string }

/**
 * What Kedge says of an Application, through Argo CD's proxy, asked again while the component is shown. What cannot be had now is said, and
 * what was known before is not shown as if it were of now.
 */
export function useKedge(host: Host, application: KubeObject): Known {
  const { metadata: { name = '', namespace = '' } = {}, spec: { project = '' } = {} } = application
  const [known, setKnown] = host.React.useState<Known>({ state: 'asking' })
  host.React.useEffect(() => {
    const end = new AbortController()
    const look = (): void => {
      askKedge(host, { name, namespace, project }, end.signal).then(
        (next) => {
          if (!end.signal.aborted) setKnown(next)
        },
        () => undefined,
      )
    }
    look()
    const timer = host.setInterval(look, EVERY_MS)
    return () => {
      host.clearInterval(timer)
      end.abort()
    }
  }, [name, namespace, project])
  return known
}

async function askKedge(host: Host, { name, namespace, project }: Record<string, string>, signal: AbortSignal): Promise<Known> {
  const url = new URL(`extensions/${EXTENSION}/api/v1/application`, host.document.baseURI)
  const headers = { 'Argocd-Application-Name': `${namespace}:${name}`, 'Argocd-Project-Name': project ?? '' }
  try {
    const response = await host.fetch(url.href, { headers, signal })
    if (!response.ok) return { state: 'away', why: refusal(response.status) }
    const answer: unknown = await response.json()
    return isAnswer(answer) ? { state: 'answered', answer } : { state: 'away', why: 'What answers in its place is not Kedge.' }
  } catch {
    return { state: 'away', why: 'Kedge cannot be reached.' }
  }
}

function refusal(status: number): string {
  if (status === 401) return `Argo CD does not let you ask: you need the right "extensions, invoke, ${EXTENSION}".`
  if (status === 404) return `Argo CD has no proxy extension "${EXTENSION}", or this Kedge is too old for it.`
  if (status === 502 || status === 503 || status === 504) return 'Kedge does not answer Argo CD.'
  return `Argo CD or Kedge answers ${status}.`
}

/** As far as drawing it needs: what is inside is drawn as text, whatever it is. */
function isAnswer(answer: unknown): answer is ApplicationAnswer {
  const { rollouts, blind } = (answer ?? {}) as { rollouts?: unknown; blind?: unknown }
  return Array.isArray(rollouts) && Array.isArray(blind)
}

/** Why there is no answer, for people. */
export function wordsOf(known: Exclude<Known, { state: 'answered' }>): string {
  return known.state === 'asking' ? 'Asking Kedge …' : `Not known: ${known.why}`
}
