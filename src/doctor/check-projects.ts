import { fields, text } from '../adapters/kubernetes/snapshots/fields.ts'
import type { ApplicationSnapshot } from '../domain/application/snapshots.ts'
import { KedgeError } from '../domain/errors.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { warn, type Finding } from '../ports/finding.ts'
import type { KubeApi } from './kube-api.ts'

const MOST_ASKED = 50
const MOST_KEYS = 5

/**
 * Which AppProjects let Argo CD sync only commits that are signed by certain keys: a merged revert has to be one of them, or it brings
 * nothing back. Source: https://argo-cd.readthedocs.io/en/stable/user-guide/gpg-verification/
 * @param namespace where Argo CD itself is, and its AppProjects with it
 */
export async function checkProjects(
  api: KubeApi,
  namespace: string,
  applications: readonly ApplicationSnapshot[],
): Promise<readonly Finding[]> {
  const names = [...new Set(applications.map(({ project }) => project))].filter((name) => name !== '').slice(0, MOST_ASKED)
  const found: Finding[] = []
  for (const name of names) {
    try {
      const path = `/apis/argoproj.io/v1alpha1/namespaces/${encodeURIComponent(namespace)}/appprojects/${encodeURIComponent(name)}`
      const { object } = await api.get(path)
      const keys = keysOf(fields(object['spec'])['signatureKeys'])
      if (keys.length > 0) found.push(wantsSignatures(name, keys))
    } catch (fault) {
      if (!(fault instanceof KedgeError)) throw fault
      if (fault.code === 'E_CLUSTER_FORBIDDEN') return [...found, unreadable(namespace)]
      // Deleted meanwhile, or the Argo CD of these Applications is elsewhere.
      if (fault.code !== 'E_CLUSTER_ABSENT') throw fault
    }
  }
  return found
}

function keysOf(listed: unknown): readonly string[] {
  return (Array.isArray(listed) ? listed : []).flatMap((one) => text(fields(one)['keyID'], 40) ?? [])
}

function wantsSignatures(name: string, keys: readonly string[]): Finding {
  const named = keys.slice(0, MOST_KEYS).map((key) => plainText(key, 40))
  const more = keys.length > MOST_KEYS ? ` and ${keys.length - MOST_KEYS} more` : ''
  return warn(
    `AppProject ${plainText(name, 100)}`,
    `Argo CD syncs only commits signed by ${named.join(', ')}${more}: a merged revert that is not brings nothing back`,
    'Let the forge merge by merge commit or squash, and its key be among them. Where pull requests are rebased or fast-forwarded, ' +
      'Kedge’s own commit has to be signed: `commits: { via: api }` of the forge.',
  )
}

function unreadable(namespace: string): Finding {
  return warn(
    'Argo CD',
    `AppProjects may not be read in ${namespace}: whether Argo CD wants signed commits is unknown`,
    'Nothing depends on it but this check. In the chart, `argocd.namespace` grants the reading.',
  )
}
