import type { Client } from '../api/client.ts'
import type { RolloutSummary } from '../api/contract.ts'
import { KedgeError } from '../domain/errors.ts'
import { plainText } from '../domain/words/plain-text.ts'

/**
 * The one Rollout that a person means by `name`, `namespace/name` or `cluster/namespace/name`.
 * @throws KedgeError E_HTTP_BAD_REQUEST when that is several, or no name; E_HTTP_NOT_FOUND when it is none
 */
export async function findRollout(client: Client, named: string): Promise<RolloutSummary> {
  const parts = named.split('/').reverse()
  const [name = '', namespace, cluster] = parts
  if (name === '' || parts.length > 3 || parts.includes('')) {
    throw new KedgeError('E_HTTP_BAD_REQUEST', `${plainText(named, 200)} is not NAME, NAMESPACE/NAME or CLUSTER/NAMESPACE/NAME`)
  }
  const found = await client.rollouts({ name, namespace, cluster })
  const [only, ...others] = found
  if (!only) throw new KedgeError('E_HTTP_NOT_FOUND', `no Rollout is called ${plainText(named, 200)}`)
  if (others.length === 0) return only
  const candidates = found.slice(0, 10).map((one) => plainText(`${one.cluster}/${one.namespace}/${one.name}`, 200))
  throw new KedgeError('E_HTTP_BAD_REQUEST', `${plainText(named, 200)} may be ${found.length} Rollouts: ${candidates.join(', ')}`)
}
