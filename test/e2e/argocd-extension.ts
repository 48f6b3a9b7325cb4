import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { until } from '../until.ts'
import type { ArgocdAnswer } from './argocd-access.ts'
import type { KubeObject } from './control-plane/api.ts'
import type { Play } from './play.ts'
import type { Stage } from './stage.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
/** Where argocd-server looks for extensions; it has no flag for another place. */
const EXTENSIONS = '/tmp/extensions'

/** Kedge's extension in this Argo CD. Dispose takes it out again. */
export interface UsedExtension extends AsyncDisposable {
  /** As `kedge argocd-cm --extension` prints it. */
  script: string
}

/**
 * Applies what `kedge argocd-cm --extension` prints, as it says, beside what others have written into the same ConfigMaps: server-side, on
 * a Deployment like Argo CD's own. What kubelet would mount is put where argocd-server looks.
 */
export async function useExtension(stage: Stage): Promise<UsedExtension> {
  const { api, cluster, argocd } = stage
  await using stack = new AsyncDisposableStack()
  const home = `/api/v1/namespaces/${cluster.argocdNamespace}/configmaps`
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'argocd-cm', '--extension', '--service', stage.kedge().apiUrl])
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject)
  const deployments = `/apis/apps/v1/namespaces/${cluster.argocdNamespace}/deployments`
  await api.post(deployments, DEPLOYMENT)
  stack.defer(() => api.delete(`${deployments}/argocd-server`))
  const collection = (kind: string): string => (kind === 'Deployment' ? deployments : home)
  for (const object of objects) await api.apply(collection(object.kind), object)
  const applied = (await api.get(`${deployments}/argocd-server`))['spec'] as DeploymentSpec
  const [container] = applied.template.spec.containers
  const [mount] = container?.volumeMounts ?? []
  if (container?.image !== IMAGE || !mount) throw new Error(`the Deployment is not as it was, with the mount: ${JSON.stringify(applied)}`)
  stack.defer(async () => void (await api.patch(`${home}/argocd-cm`, { data: { 'extension.config.kedge': null } })))

  const script = (objects[0]?.['data'] as Record<string, string> | undefined)?.[mount.subPath] ?? ''
  await mkdir(EXTENSIONS, { recursive: true })
  // Not where somebody else has put something there.
  stack.defer(() => rmdir(EXTENSIONS).catch(() => undefined))
  const folder = await mkdtemp(join(EXTENSIONS, 'kedge-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, mount.mountPath.split('/').at(-1) ?? ''), script)

  const { 'policy.csv': policy = '' } = ((await api.get(`${home}/argocd-rbac-cm`))['data'] ?? {}) as Record<string, string>
  await api.patch(`${home}/argocd-rbac-cm`, { data: { 'policy.csv': `${policy}\np, role:admin, extensions, invoke, kedge, allow\n` } })
  stack.defer(async () => void (await api.patch(`${home}/argocd-rbac-cm`, { data: { 'policy.csv': policy } })))
  if (!argocd) throw new Error('there is no Argo CD of the bench')
  const used = stack.move()
  return { script, [Symbol.asyncDispose]: () => used.disposeAsync() }
}

const IMAGE = 'quay.example/argoproj/argocd:v3'

interface DeploymentSpec {
  template: { spec: { containers: { image: string; volumeMounts?: { mountPath: string; subPath: string }[] }[] } }
}

/** No pod is made of it: Argo CD's server runs beside the cluster here. */
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'argocd-server' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'argocd-server' } },
    template: { metadata: { labels: { app: 'argocd-server' } }, spec: { containers: [{ name: 'argocd-server', image: IMAGE }] } },
  },
}

/** Asks as the extension does, as an administrator unless another token is given; again until Argo CD has taken up its configuration. */
export async function askThroughArgocd(
  { name, stage }: Play,
  { path = '/api/v1/application', method = 'GET', token }: { path?: string; method?: string; token?: string } = {},
): Promise<ArgocdAnswer> {
  const headers = { 'Argocd-Application-Name': `${stage.cluster.argocdNamespace}:${name}`, 'Argocd-Project-Name': 'default' }
  const ask = () => stage.argocd?.ask(`/extensions/kedge${path}`, { method, headers, ...(token !== undefined && { token }) })
  return until(
    async () => {
      const answer = await ask()
      return answer && (token !== undefined || (answer.status !== 404 && answer.status !== 401)) ? answer : undefined
    },
    { what: "an answer through Argo CD's proxy", timeoutMs: 30_000, everyMs: 500 },
  )
}
