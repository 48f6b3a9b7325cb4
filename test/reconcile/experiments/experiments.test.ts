import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { AnalysisRunSnapshot, ExperimentSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import { createJournal, type Environment } from '../../../src/reconcile/environment.ts'
import { baselineOfExperiments, createExperiments, isExperimentKey } from '../../../src/reconcile/experiments/experiments.ts'
import { aLedger, aView, NOW } from '../../http/fleet-fixture.ts'
import { anApplication } from '../git-facts/an-application.ts'

const MINUTE = 60_000
const KEY = 'east/shop/experiment:web-ab'

const anExperiment = (fields: Partial<ExperimentSnapshot> = {}): ExperimentSnapshot => ({
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

interface Place {
  readonly experiments?: readonly ExperimentSnapshot[]
  /** When each of its runs ended; undefined of one that has not. */
  readonly runs?: readonly (number | undefined)[]
  readonly isOwned?: boolean
  readonly seesApplications?: boolean
  readonly seesCluster?: boolean
  readonly policy?: Partial<Policy>
  /** When Kedge first looked at the Rollouts of the cluster, and at its Experiments; undefined where it has not. */
  readonly baseline?: { readonly at: number; readonly experiments?: true }
}

/** The Experiments of a cluster, as Kedge sees them, over a ledger in memory. */
async function aPlace({ experiments = [anExperiment()], runs = [], isOwned = true, ...place }: Place = {}) {
  const clock = createVirtualClock(NOW)
  const ledger = await aLedger()
  const { baseline, seesApplications = true, seesCluster = true } = place
  if (baseline) await ledger.append([{ kind: 'baseline', key: 'east', event: 'baseline', document: { cluster: 'east', ...baseline } }])
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

it.each([
  [KEY, true],
  ['east/shop/web', false],
  ['web', false],
  ['', false],
])('the key %j names an Experiment: %s', (key, is) => {
  expect(isExperimentKey(key)).toBe(is)
})

describe('the Experiments that had failed before the first look at a cluster', () => {
  it.each<[string, Place, boolean, number]>([
    ['are listed', {}, true, 1],
    ['are listed by whoever they are Argo CD’s, while others of it are not seen', { seesApplications: false }, true, 1],
    ['are nobody’s where no Application made them', { isOwned: false }, true, 0],
    ['are not known while nobody sees whose they are', { isOwned: false, seesApplications: false }, false, 0],
    ['are none while they run', { experiments: [anExperiment({ phase: 'Running' })], isOwned: false, seesApplications: false }, true, 0],
  ])('%s', async (_, given, isKnown, count) => {
    const { environment, journal, view, releases } = await aPlace(given)
    expect(await baselineOfExperiments(environment, journal, view)).toBe(isKnown)
    expect(releases()).toHaveLength(count)
    expect(releases().every(({ preExisting }) => preExisting)).toBe(true)
  })
})

describe('a failed Experiment that nobody has listed before', () => {
  const [before, after] = [NOW - 10 * MINUTE, NOW]
  const at = NOW - 5 * MINUTE

  it.each<[string, Place, boolean]>([
    ['had failed before Kedge looked, where it looks for the first time', {}, true],
    ['had, where only Rollouts were looked at until now', { baseline: { at: before } }, true],
    ['had not, where one of its runs has ended since', { baseline: { at, experiments: true }, runs: [before, after] }, false],
    ['had not, where one has not ended', { baseline: { at, experiments: true }, runs: [before, undefined] }, false],
    ['had not, as far as is known, where it has no runs', { baseline: { at, experiments: true }, runs: [] }, false],
    ['had, where all of them had ended by then', { baseline: { at, experiments: true }, runs: [before, before] }, true],
    ['had not, where one had ended a minute before: two clocks', { baseline: { at, experiments: true }, runs: [at - MINUTE] }, false],
    ['had, where all had ended longer before', { baseline: { at, experiments: true }, runs: [at - MINUTE - 1] }, true],
  ])('%s', async (_, given, preExisting) => {
    const { environment, journal, view, releases } = await aPlace(given)
    await baselineOfExperiments(environment, journal, view)
    expect(releases().map((release) => release.preExisting)).toEqual([preExisting])
  })
})

describe('a look at an Experiment', () => {
  it.each(['', 'web', 'west/shop/experiment:web-ab'])('of the key %j, which no cluster has, sees nothing', async (key) => {
    const { experiments } = await aPlace()
    expect(await experiments().look(key)).toEqual({ at: undefined, follows: false })
  })

  it('is taken again in five seconds where its cluster is not seen', async () => {
    const { experiments, clock, releases } = await aPlace({ seesCluster: false })
    expect(await experiments().look(KEY)).toEqual({ at: clock.elapsed() + 5_000, follows: false })
    expect(releases()).toEqual([])
  })

  it('is taken again once a failure has held for the settle delay, and asks nobody until then', async () => {
    const { experiments, clock, releases } = await aPlace({ policy: { settleMs: 20_000 } })
    expect(await experiments().look(KEY)).toEqual({ at: clock.elapsed() + 20_000, follows: false })
    expect(releases()).toEqual([])
  })
})
