import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { KubeConfig } from '@kubernetes/client-node'
import { parseAllDocuments } from 'yaml'
import { createClusterView, type LiveClusterView } from '../../src/adapters/kubernetes/cluster-view.ts'
import { createSystemClock } from '../../src/adapters/system/clock.ts'
import { SILENT } from '../../src/ports/log.ts'
import type { KubeObject } from './control-plane/api.ts'
import type { Play } from './play.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** The view that Kedge has with `clusters[].pods`, by Kedge's own account. */
export function viewWithPods({ kubeconfig }: Play['stage']): LiveClusterView {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromFile(kubeconfig)
  return createClusterView({ cluster: 'bench', kubeConfig, clock: createSystemClock(), random: Math.random, logger: SILENT, pods: true })
}

/** Gives Kedge's account what `kedge rbac --pods` prints for the scenario's namespace, without the account, which it has. */
export async function letListPods({ name, stage: { api, cluster } }: Play): Promise<void> {
  const flags = ['--pods', '--namespaces', name, '--install-namespace', cluster.kedgeNamespace, '--account', 'kedge']
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'rbac', ...flags])
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject)
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${name}`
  for (const object of objects) {
    if (object.kind === 'Role') await api.apply(`${rbac}/roles`, object)
    if (object.kind === 'RoleBinding') await api.apply(`${rbac}/rolebindings`, object)
  }
}

/** What the bench's kubelet says that an image runs. */
export function digestOf(image: string): string {
  return `sha256:${createHash('sha256').update(image).digest('hex')}`
}
