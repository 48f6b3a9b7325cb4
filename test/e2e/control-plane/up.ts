import { buildTools } from './build.ts'
import { ADMIN_KUBECONFIG } from './places.ts'
import { startControlPlane } from './start.ts'

const tell = (line: string): void => void process.stdout.write(`${line}\n`)
const startedAt = performance.now()
const { argocdUrl } = await startControlPlane(await buildTools(tell), tell)
tell(`up in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s: KUBECONFIG=${ADMIN_KUBECONFIG}, Argo CD's API at ${argocdUrl}`)
