import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { KedgeError } from '../../domain/errors.ts'
import type { Connection } from './connection.ts'

/** Where Kubernetes mounts what a pod needs to talk to it. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

export interface InClusterOptions {
  /** `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`. */
  host: string
  port: string
  /** Folder with `ca.crt` and `token`. */
  folder?: string
}

/**
 * The API server of the cluster that Kedge itself runs in. Token and CA are read anew for every connect, so that the kubelet's rotation
 * needs no timer; client-node, which costs 90 MB of memory to import, is not needed for it.
 */
export function inClusterConnection({ host, port, folder = SERVICE_ACCOUNT }: InClusterOptions): Connection {
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    async credentials() {
      try {
        const [token, ca] = await Promise.all([readFile(join(folder, 'token'), 'utf8'), readFile(join(folder, 'ca.crt'))])
        return { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } }
      } catch (error) {
        throw new KedgeError('E_CLUSTER_CONFIG', `the service account in ${folder} cannot be read`, { cause: error })
      }
    },
  }
}
