import { asFault, asKedgeError, faultOfStatus } from '../adapters/kubernetes/api-fault.ts'
import type { Connection } from '../adapters/kubernetes/connection.ts'
import { fields, type Fields } from '../adapters/kubernetes/snapshots/fields.ts'
import { createTransport, type Answer } from '../adapters/kubernetes/transport.ts'
import { parseHttpDate } from '../domain/words/http-fields.ts'

/** Short questions to one API server. All throw KedgeError E_CLUSTER_*. */
export interface KubeApi extends AsyncDisposable {
  /** The object at a path, with the server's clock (epoch ms) where it tells. */
  get(path: string): Promise<{ object: Fields; serverTime: number | undefined }>
  /** Whether this account may do it, as the API server says. Without a namespace: in all. */
  may(access: Access): Promise<boolean>
}

export interface Access {
  verb: string
  group: string
  resource: string
  namespace?: string | undefined
  name?: string
}

const TIMEOUT_MS = 10_000
const PING_MS = 60_000

/** @throws KedgeError E_CLUSTER_CONFIG */
export function createKubeApi(cluster: string, connection: Connection): KubeApi {
  const transport = createTransport(connection, PING_MS)

  async function answered(asked: Promise<Answer>): Promise<Answer & { object: Fields }> {
    try {
      const answer = await asked
      const object = parse(answer.body)
      if (answer.status >= 300) throw faultOfStatus(answer.status, object, answer.retryAfter)
      return { ...answer, object }
    } catch (error) {
      throw asKedgeError(cluster, asFault(error))
    }
  }

  return {
    async get(path) {
      const { object, date } = await answered(transport.get(path, AbortSignal.timeout(TIMEOUT_MS)))
      return { object, serverTime: parseHttpDate(date) }
    },
    async may(access) {
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: access } }
      const asked = transport.ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review, AbortSignal.timeout(TIMEOUT_MS))
      return fields((await answered(asked)).object['status'])['allowed'] === true
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  }
}

/** A proxy's page is no object. */
function parse(body: Buffer): Fields {
  try {
    return fields(JSON.parse(body.toString('utf8')))
  } catch {
    return {}
  }
}
