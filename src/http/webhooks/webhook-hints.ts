import { JSONPath } from 'jsonpath-plus'
import type { Hint } from '../../ports/webhook.ts'
import type { ArgocdFields } from '../request/options.ts'

// The length of a Kubernetes name; RFC 1123 subdomain.
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/
// What `rolloutKey` can carry: no slash, one line.
const CLUSTER = /^[^\s/]{1,253}$/

/** The Application and the Rollout that the admin's paths find in a payload; empty when they find no valid names. */
export function hintsOfArgocd(payload: unknown, fields: ArgocdFields): readonly Hint[] {
  const hints: Hint[] = []
  const application = pick(payload, fields.application, NAME)
  const namespace = pick(payload, fields.applicationNamespace, NAME)
  if (application && namespace) hints.push({ look: 'application', namespace, name: application })
  const rollout = pick(payload, fields.rollout, NAME)
  const rolloutNamespace = pick(payload, fields.rolloutNamespace, NAME)
  if (rollout && rolloutNamespace) {
    hints.push({
      look: 'rollout',
      cluster: pick(payload, fields.cluster, CLUSTER),
      namespace: rolloutNamespace,
      name: rollout,
    })
  }
  return hints
}

/**
 * `eval: false`: a filter or script in a path is an error, never code. The path is the admin's, the payload a
 * stranger's.
 */
function pick(payload: unknown, path: string | undefined, shape: RegExp): string | undefined {
  if (path === undefined || typeof payload !== 'object' || payload === null) return undefined
  const found: unknown = JSONPath({ path, json: payload, eval: false, wrap: true })
  const first: unknown = Array.isArray(found) ? found[0] : undefined
  return typeof first === 'string' && shape.test(first) ? first : undefined
}
