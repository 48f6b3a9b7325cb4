import { KubeConfig } from '@kubernetes/client-node'
import { KedgeError } from '../../domain/errors.ts'

/** Where a kubeconfig is, as the configuration says it. */
export interface KubeConfigPlace {
  /** Name of the cluster, for people. */
  name: string
  /** The ServiceAccount of the pod. */
  inCluster: boolean
  /** Undefined: `KUBECONFIG`, then `~/.kube/config`, then the pod. */
  kubeconfig: string | undefined
  /** Undefined: its current context. */
  context: string | undefined
}

/** Where a cluster is and who we are there. @throws KedgeError E_CLUSTER_CONFIG */
export function readKubeConfig(place: KubeConfigPlace): KubeConfig {
  const kubeConfig = new KubeConfig()
  try {
    if (place.inCluster) kubeConfig.loadFromCluster()
    else if (place.kubeconfig !== undefined) kubeConfig.loadFromFile(place.kubeconfig)
    else kubeConfig.loadFromDefault()
    if (place.context !== undefined) kubeConfig.setCurrentContext(place.context)
  } catch (error) {
    const what = place.inCluster ? 'the ServiceAccount of the pod' : `the kubeconfig ${place.kubeconfig ?? ''}`.trim()
    throw new KedgeError('E_CLUSTER_CONFIG', `${what} cannot be used for cluster ${place.name}: ${reasonOf(error)}`, { cause: error })
  }
  if (place.kubeconfig === undefined && !place.inCluster && isMadeUp(kubeConfig))
    throw new KedgeError(
      'E_CLUSTER_CONFIG',
      `there is no kubeconfig for cluster ${place.name}: neither KUBECONFIG nor ~/.kube/config is there, and this is no pod`,
    )
  return kubeConfig
}

/** What client-node takes where it has found nothing (`loadFromDefault`): kubectl's old guess, which no cluster answers today. */
function isMadeUp(kubeConfig: KubeConfig): boolean {
  return kubeConfig.getCurrentCluster()?.server === 'http://localhost:8080' && kubeConfig.getCurrentUser()?.name === 'user'
}

/** `ENOENT` and its like. The text of other errors may quote what is in the file, tokens included. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'it is not what it should be'
}
