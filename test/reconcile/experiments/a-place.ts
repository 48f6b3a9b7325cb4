import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { DEFAULT_COMMITS } from '../../../src/domain/revert/commit-rules.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import type { Forges } from '../../../src/ports/forge.ts'
import type { Ledger, LedgerEntry } from '../../../src/ports/ledger.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { createJustDecided } from '../../../src/reconcile/decide/just-decided.ts'
import { createJournal, type Environment, type Journal } from '../../../src/reconcile/environment.ts'
import { createExperiments } from '../../../src/reconcile/experiments/experiments.ts'
import { aLedger, aView, NOW } from '../../http/fleet-fixture.ts'
import { anApplication } from '../an-application.ts'
import { digest } from '../an-environment.ts'
import { lineOf } from '../an-environment.ts'

export const MINUTE = 60_000
/** What is pushed for every revert. */
const OURS = '1'.repeat(40)
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
  /** The Applications that list it, in the place of one without a history. */
  readonly applications?: readonly ApplicationSnapshot[]
  readonly seesApplications?: boolean
  readonly seesCluster?: boolean
  readonly policy?: Partial<Policy>
  /** What the ledger knows from the beginning. */
  readonly known?: readonly LedgerEntry[]
  /** When Kedge first looked at the Rollouts of the cluster, and at its Experiments; undefined where it has not. */
  readonly baseline?: { readonly at: number; readonly experiments?: true }
}

/** An Application that lists the Experiment. */
export const listing = (fields: Partial<ApplicationSnapshot> = {}): ApplicationSnapshot =>
  anApplication([{}], { rollouts: ['shop/experiment:web-ab'], ...fields })

/** Forges in memory, and the PRs that they were asked about. */
function someForges(now: () => number) {
  const forges = createMemoryForges({ now, headOf: async () => OURS })
  const asked: number[] = []
  const counted: Forges = {
    forRepository(url) {
      const forge = forges.forRepository(url)
      const get: typeof forge.get = (number) => {
        asked.push(number)
        return forge.get(number)
      }
      return { ...forge, get }
    },
  }
  return { forges, asked, counted }
}

/** A journal, and what was written in it, by turns. */
function aJournal(ledger: Ledger) {
  const turns: (readonly string[])[] = []
  const plain = createJournal(ledger)
  const journal: Journal = {
    commit: (entries) =>
      plain.commit(() => {
        const written = entries()
        turns.push(written.map(lineOf))
        return written
      }),
  }
  return { journal, turns }
}

/** The Experiments of a cluster, as Kedge sees them, over a ledger in memory. */
export async function aPlace({ experiments = [anExperiment()], runs = [], isOwned = true, ...place }: Place = {}) {
  const now = { experiments }
  const clock = createVirtualClock(NOW)
  const ledger = await aLedger()
  const { baseline, seesApplications = true, seesCluster = true } = place
  if (baseline) await ledger.append([{ kind: 'baseline', key: 'east', event: 'baseline', document: { cluster: 'east', ...baseline } }])
  if (place.known) await ledger.append(place.known)
  const { applications = isOwned ? [listing()] : [] } = place
  const freshness = (isFresh: boolean) => ({ fresh: isFresh, asOf: NOW, blind: [] })
  const view: ClusterView = {
    ...aView('east', { rollouts: [], applications }),
    freshness: (of) => freshness(of === 'applications' ? seesApplications : seesCluster),
    standaloneExperiments: () => now.experiments,
    standaloneExperiment: (namespace, name) => now.experiments.find((one) => one.namespace === namespace && one.name === name),
    analysisRuns: () =>
      runs.map((completedAt, at) => ({ name: `${at}`, phase: 'Failed', completedAt, metrics: [] }) as unknown as AnalysisRunSnapshot),
  }
  const { forges, asked, counted } = someForges(() => clock.now())
  const environment = {
    clock,
    logger: SILENT,
    channel: {},
    digest,
    forges: counted,
    commitsFor: () => DEFAULT_COMMITS,
    limitsFor: () => [],
    allowsRepository: () => true,
    views: [view],
    applications: view,
    ledger,
    policyFor: () => ({ ...DEFAULT_POLICY, ...place.policy }),
    deploysTo: () => true,
    linksFor: () => [],
    random: () => 0,
  } as unknown as Environment
  const { journal, turns } = aJournal(ledger)
  const releases = (): readonly Release[] => ledger.releasesOf({ cluster: 'east', namespace: 'shop', name: 'experiment:web-ab' })
  return {
    environment,
    journal,
    view,
    clock,
    ledger,
    releases,
    forges,
    /** What is there by now. */
    now,
    asked,
    turns,
    wait: async (ms: number) => clock.advanceTo(clock.now() + ms, async () => undefined),
    experiments: () => createExperiments(environment, journal, createJustDecided(clock)),
  }
}
