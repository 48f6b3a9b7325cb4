import { KedgeError } from '../../domain/errors.ts'
import { connectionOf, type Connection } from './connection.ts'
import { inClusterConnection } from './in-cluster.ts'
import type { KubeConfigPlace } from './kubeconfig.ts'

/**
 * Where a cluster is and who we are there. In a pod, nothing of client-node is loaded: it would cost as much memory as the rest.
 * @param env where Kubernetes says its address to pods
 * @throws KedgeError E_CLUSTER_CONFIG
 */
export async function connectTo(place: KubeConfigPlace, env: Readonly<Record<string, string | undefined>>): Promise<Connection> {
  if (!place.inCluster) {
    const { readKubeConfig } = await import('./kubeconfig.ts')
    return connectionOf(readKubeConfig(place))
  }
  const host = env['KUBERNETES_SERVICE_HOST']
  const port = env['KUBERNETES_SERVICE_PORT']
  if (!host || !port)
    throw new KedgeError(
      'E_CLUSTER_CONFIG',
      `cluster ${place.name} is to be that of the pod, but this is not a pod: KUBERNETES_SERVICE_HOST is not set`,
    )
  return inClusterConnection({ host, port })
}
