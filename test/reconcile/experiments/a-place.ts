import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { createJournal, type Environment } from '../../../src/reconcile/environment.ts'
import { createExperiments } from '../../../src/reconcile/experiments/experiments.ts'
import { aLedger, aView, NOW } from '../../http/fleet-fixture.ts'
import { anApplication } from '../git-facts/an-application.ts'

export const MINUTE = 60_000
export const KEY = 'east/shop/experiment:web-ab'

export const anExperiment = (fields: Partial<ExperimentSnapshot> = {}): ExperimentSnapshot => ({
  namespace: 'shop',
  name: 'web-ab',
  uid: 'experiment-1',
  resourceVersion: '1',
  ownerUid: undefined,
  podTemplateHash: undefined,
  rolloutRevision: undefined,
  createdAt: NOW,
  phase: 'Failed',
  message: undefined,
  failedTemplates: [],
  own: { trackingId: 'web:argoproj.io/Experiment:shop/web-ab', settings: {}, labels: {}, failedAnalyses: [] },
  ...fields,
})

export interface Place {
  readonly experiments?: readonly ExperimentSnapshot[]
  /** When each of its runs ended; undefined of one that has not. */
  readonly runs?: readonly (number | undefined)[]
  readonly isOwned?: boolean
  readonly seesApplications?: boolean
  readonly seesCluster?: boolean
  readonly policy?: Partial<Policy>
  /** What the ledger knows from the beginning. */
  readonly known?: readonly LedgerEntry[]
  /** When Kedge first looked at the Rollouts of the cluster, and at its Experiments; undefined where it has not. */
  readonly baseline?: { readonly at: number; readonly experiments?: true }
}

/** The Experiments of a cluster, as Kedge sees them, over a ledger in memory. */
export async function aPlace({ experiments = [anExperiment()], runs = [], isOwned = true, ...place }: Place = {}) {
  const clock = createVirtualClock(NOW)
  const ledger = await aLedger()
  const { baseline, seesApplications = true, seesCluster = true } = place
  if (baseline) await ledger.append([{ kind: 'baseline', key: 'east', event: 'baseline', document: { cluster: 'east', ...baseline } }])
  if (place.known) await ledger.append(place.known)
  const applications = isOwned ? [anApplication([{}], { rollouts: ['shop/experiment:web-ab'] })] : []
  const freshness = (isFresh: boolean) => ({ fresh: isFresh, asOf: NOW, blind: [] })
  const view: ClusterView = {
    ...aView('east', { rollouts: [], applications }),
    freshness: (of) => freshness(of === 'applications' ? seesApplications : seesCluster),
    standaloneExperiments: () => experiments,
    standaloneExperiment: (namespace, name) => experiments.find((one) => one.namespace === namespace && one.name === name),
    analysisRuns: () =>
      runs.map((completedAt, at) => ({ name: `${at}`, phase: 'Failed', completedAt, metrics: [] }) as unknown as AnalysisRunSnapshot),
  }
  const environment = {
    clock,
    views: [view],
    applications: view,
    ledger,
    policyFor: () => ({ ...DEFAULT_POLICY, ...place.policy }),
    deploysTo: () => true,
    linksFor: () => [],
    random: () => 0,
  } as unknown as Environment
  const journal = createJournal(ledger)
  const releases = (): readonly Release[] => ledger.releasesOf({ cluster: 'east', namespace: 'shop', name: 'experiment:web-ab' })
  const decided = { note: () => undefined, take: () => undefined } as never
  return { environment, journal, view, clock, ledger, releases, experiments: () => createExperiments(environment, journal, decided) }
}
