import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

export const CHART = new URL('../../charts/kedge', import.meta.url).pathname
const FETCHED = new URL('../../.cache/bin/helm', import.meta.url).pathname

/** The helm on the search path, else the one that `npm run helm:fetch` has brought; undefined without either. */
export function findHelm(): string | undefined {
  if (spawnSync('helm', ['version'], { stdio: 'ignore' }).status === 0) return 'helm'
  return existsSync(FETCHED) && spawnSync(FETCHED, ['version'], { stdio: 'ignore' }).status === 0 ? FETCHED : undefined
}

/**
 * Runs helm and returns what it prints.
 * @throws Error with helm's own words
 */
export function runHelm(helm: string, args: readonly string[], input = ''): string {
  return execFileSync(helm, args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 16 * 1024 * 1024 })
}

/** The chart with its default values: what `deploy/kedge.yaml` holds for those who do not use Helm. */
export function renderPlainManifests(helm: string): string {
  const rendered = runHelm(helm, ['template', 'kedge', CHART, '--namespace', 'kedge', '--skip-tests'])
  // Nobody's Helm manages them then.
  const plain = rendered.replaceAll(/^ *(?:app\.kubernetes\.io\/managed-by: Helm|helm\.sh\/chart: .*)\n/gm, '')
  const ours = plain.replaceAll(/^ *annotations:\n *helm\.sh\/resource-policy: keep\n/gm, '')
  // Some versions of Helm leave an empty line before the next object.
  return `${HEADER}${ours.replaceAll(/\n+(?=---\n)/g, '\n').trimEnd()}\n`
}

const HEADER = `# Kedge in mode observe, for those who do not use Helm: kubectl apply -f deploy/kedge.yaml
# Made from charts/kedge by \`npm run chart\`. Change the ConfigMap for your own configuration, then restart the Deployment.
apiVersion: v1
kind: Namespace
metadata:
  name: kedge
  labels:
    pod-security.kubernetes.io/enforce: restricted
`
