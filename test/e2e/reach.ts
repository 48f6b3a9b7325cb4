import { until } from '../until.ts'
import { BENCH, type Belongings } from './belongings.ts'
import type { Cluster } from './cluster.ts'
import type { Api, KubeObject } from './control-plane/api.ts'

const PATIENCE_MS = 90_000
/** No complaint. */
const FINE = ''

export interface Reach {
  api: Api
  belongings: Belongings
  cluster: Cluster
  /** A repository with nothing to apply in it. */
  cloneUrl: string
  metricUrl: string
}

/**
 * Whether both controllers of somebody else's cluster run, and reach this machine: Argo CD the forge, Argo Rollouts the metrics. Two small
 * objects are made for that, as the scenarios would.
 * @throws Error in one line that says which does not, and what it said
 */
export async function checkReach(reach: Reach): Promise<void> {
  await Promise.all([checkForge(reach), checkMetrics(reach)])
}

async function checkForge({ api, belongings, cluster, cloneUrl }: Reach): Promise<void> {
  const collection = `/apis/argoproj.io/v1alpha1/namespaces/${cluster.argocdNamespace}/applications`
  const source = { repoURL: cloneUrl, path: '.', targetRevision: 'main' }
  const destination = { server: cluster.destination, namespace: cluster.kedgeNamespace }
  await belongings.put(collection, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: BENCH },
    spec: { project: 'default', source, destination },
  })
  const complaint = await untilAnswer(
    `Argo CD looks at an Application in ${cluster.argocdNamespace}: does its controller run?`,
    async () => {
      const { sync, conditions = [] } = ((await api.get(`${collection}/${BENCH}`))['status'] ?? {}) as {
        sync?: { status?: string }
        conditions?: { type: string; message: string }[]
      }
      const error = conditions.find(({ type }) => type.endsWith('Error'))
      if (error !== undefined) return `${error.type}: ${error.message}`
      return sync?.status === 'Synced' ? FINE : undefined
    },
  )
  if (complaint !== FINE)
    throw new Error(`Argo CD cannot use the forge at ${cloneUrl}; does --host name this machine? It says: ${complaint.slice(0, 500)}`)
  await belongings.remove(collection, BENCH)
}

async function checkMetrics({ api, belongings, cluster, metricUrl }: Reach): Promise<void> {
  const collection = `/apis/argoproj.io/v1alpha1/namespaces/${cluster.kedgeNamespace}/analysisruns`
  const metric = { name: 'reach', count: 1, successCondition: 'result.value > 0', provider: { web: { url: metricUrl, jsonPath: '{$}' } } }
  await belongings.put(collection, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: BENCH },
    spec: { metrics: [metric] },
  })
  const verdict = await untilAnswer('Argo Rollouts measures an AnalysisRun: does its controller run?', async () =>
    verdictOf(await api.get(`${collection}/${BENCH}`)),
  )
  if (verdict !== FINE)
    throw new Error(`Argo Rollouts cannot measure at ${metricUrl}; does --host name this machine? It says: ${verdict.slice(0, 500)}`)
  await belongings.remove(collection, BENCH)
}

/** An error repeats itself for long before the run ends, so the first one counts. */
function verdictOf(run: KubeObject): string | undefined {
  const { phase, metricResults = [] } = (run['status'] ?? {}) as {
    phase?: string
    metricResults?: { measurements?: { phase: string; message?: string }[] }[]
  }
  if (phase === 'Successful') return FINE
  return metricResults[0]?.measurements?.find((one) => one.phase === 'Error')?.message
}

function untilAnswer(what: string, ask: () => Promise<string | undefined>): Promise<string> {
  return until(ask, { timeoutMs: PATIENCE_MS, what, everyMs: 500 })
}
