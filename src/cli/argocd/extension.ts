import { readFileSync } from 'node:fs'
import { KedgeError } from '../../domain/errors.ts'
import type { ArgocdFormat } from './forms.ts'

const BUNDLE = new URL('../../ui/assets/extension-kedge.js', import.meta.url)
/** The ConfigMap with the script, as Kedge's chart names it, too. */
const CONFIG_MAP = 'kedge-argocd-extension'
const SCRIPT = 'extension-kedge.js'

const RIGHT = 'Whoever may use it needs a line in policy.csv of argocd-rbac-cm: p, role:readonly, extensions, invoke, kedge, allow'

type Yaml = (value: unknown) => string

/**
 * What brings Kedge's extension into Argo CD: the script, the way for its questions through Argo CD's proxy, and the switch that lets it
 * have one. As objects for a server-side apply, which leaves alone what others have written, or as values for the argo-cd chart of
 * argo-helm.
 * @param service Kedge's API as argocd-server reaches it
 * @throws KedgeError E_HTTP_BAD_REQUEST for another format
 */
export function extensionFor(format: ArgocdFormat, service: string, yaml: Yaml): string {
  const cm = { 'extension.config.kedge': yaml({ connectionTimeout: '2s', services: [{ url: service }] }) }
  if (format === 'configmap') return objects(cm, yaml)
  if (format === 'helm') return helmValues(cm, yaml)
  throw new KedgeError('E_HTTP_BAD_REQUEST', `--extension is printed for configmap and helm, and not for ${format}`)
}

// argo-cd `server/server.go` passes over symbolic links, which is what a ConfigMap's files are unless one is mounted by itself.
const VOLUMES = [{ name: CONFIG_MAP, configMap: { name: CONFIG_MAP } }]
const MOUNTS = [{ name: CONFIG_MAP, mountPath: `/tmp/extensions/kedge/${SCRIPT}`, subPath: SCRIPT, readOnly: true }]
const PART_OF = { 'app.kubernetes.io/part-of': 'argocd' }

function objects(cm: Readonly<Record<string, string>>, yaml: Yaml): string {
  const configMap = (name: string, data: Readonly<Record<string, string>>): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: PART_OF },
    data,
  })
  const template = { spec: { containers: [{ name: 'argocd-server', volumeMounts: MOUNTS }], volumes: VOLUMES } }
  const all = [
    configMap(CONFIG_MAP, { [SCRIPT]: readFileSync(BUNDLE, 'utf8') }),
    configMap('argocd-cm', cm),
    configMap('argocd-cmd-params-cm', { 'server.enable.proxy.extension': 'true' }),
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'argocd-server' }, spec: { template } },
  ]
  return `# kubectl -n argocd apply --server-side --field-manager kedge-extension -f THIS_FILE\n# ${RIGHT}\n${all.map(yaml).join('---\n')}`
}

function helmValues(cm: Readonly<Record<string, string>>, yaml: Yaml): string {
  const values = {
    configs: { cm, params: { 'server.enable.proxy.extension': true } },
    server: { volumes: VOLUMES, volumeMounts: MOUNTS },
  }
  return (
    `# Values for the chart argo-cd of argo-helm. The ConfigMap ${CONFIG_MAP} is that of Kedge's chart (argocd.extension.enabled).\n` +
    `# Lists are replaced: volumes that stand in your values already belong in here, too.\n# ${RIGHT}\n${yaml(values)}`
  )
}
