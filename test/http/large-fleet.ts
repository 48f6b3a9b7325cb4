import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { ApplicationSnapshot } from '../../src/domain/application/snapshots.ts'
import type { RolloutSnapshot } from '../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import type { LedgerEntry } from '../../src/ports/ledger.ts'
import { aReplicaSet, aRollout, aSplitRollout, aView, NOW } from './fleet-fixture.ts'
import { theRelease, theRevert } from './story.ts'

const NAMES = ['checkout', 'payments-gateway', 'search-indexer', 'recommendations', 'ledger-api', 'catalog', 'notifications', 'web']
const TEAMS = ['shop', 'payments', 'search', 'platform-core', 'identity', 'logistics', 'ads', 'media']
const CLUSTERS = ['prod-east', 'prod-west']

const sha = (number: number): CommitSha => (number * 2_654_435_761).toString(16).padStart(8, 'c').repeat(5).slice(0, 40) as CommitSha

/** A large fleet in two clusters: of a hundred Rollouts three are split and four are on their way. */
export function aFleetOf(count: number): readonly ClusterView[] {
  const all = Array.from({ length: count }, (_, at) => theRollout(at))
  return CLUSTERS.map((cluster) => {
    const rollouts = all.filter((one) => one.cluster === cluster)
    return aView(cluster, { rollouts, replicaSets: rollouts.map((one) => aReplicaSet(one, {})), applications: rollouts.map(applicationOf) })
  })
}

/** What the ledger has of it: what each runs and since when, and one release for each that is split. */
export function ledgerOf(count: number): readonly LedgerEntry[] {
  return Array.from({ length: count }, (_, at) => at).flatMap((at): LedgerEntry[] => {
    const { cluster, namespace, name, uid } = theRollout(at)
    const key = `${cluster}|${uid}|good`
    const applied = { application: `argocd/${namespace}-${name}`, revisions: [sha(at)] }
    const healthyAt = NOW - (at + 2) * 3_600_000
    const version: LedgerEntry = {
      kind: 'version',
      key,
      event: 'healthy',
      document: { templateKey: key, podTemplateHash: 'good', healthyAt, applied, images: [] },
    }
    if (!isSplit(at)) return [version]
    const seenAt = NOW - at * 60_000 - 30_000
    const release = theRelease({
      key: `${cluster}|${uid}|bad|9`,
      templateKey: `${cluster}|${uid}|bad`,
      cluster,
      namespace,
      rollout: name,
      uid,
      images: [`registry.example/${name}:v1.8.0`],
      stableImages: [`registry.example/${name}:v1.7.3`],
      startedAt: seenAt - 160_000,
      attempts: theRelease().attempts.map((one) => ({ ...one, seenAt, abortedAtMs: seenAt - 1_000 })),
      revertKey: `revert-${at}`,
    })
    const revert = theRevert({
      key: `revert-${at}`,
      releases: [release.key],
      pullRequest: { number: 400 + at, url: `https://github.example/acme/gitops/pull/${400 + at}` },
    })
    return [
      version,
      { kind: 'release', key: release.key, event: 'failed', document: release },
      { kind: 'revert', key: revert.key, event: 'opened', document: revert },
    ]
  })
}

function isSplit(at: number): boolean {
  return at % 33 === 7
}

function theRollout(at: number): RolloutSnapshot {
  const base = NAMES[at % NAMES.length]!
  const name = `${base}-${at}`
  const where = { cluster: CLUSTERS[at % 2]!, namespace: TEAMS[Math.floor(at / 5) % TEAMS.length]!, name, uid: `uid-${at}` }
  if (isSplit(at)) return aSplitRollout(where)
  if (at % 25 !== 3) return aRollout(where)
  return aRollout({
    ...where,
    images: [`registry.example/${name}:v1.8.0`],
    currentPodHash: 'next',
    currentStepIndex: 2,
    stepCount: 6,
    phase: 'Progressing',
    health: { status: 'Progressing', message: '' },
  })
}

/** The Application that owns a Rollout, and nothing else. */
export function applicationOf({ cluster, namespace, name }: RolloutSnapshot): ApplicationSnapshot {
  return {
    cluster,
    namespace: 'argocd',
    name: `${namespace}-${name}`,
    uid: `app-${name}`,
    resourceVersion: '1',
    project: namespace,
    deleting: false,
    destinationServer: undefined,
    destinationName: undefined,
    destinationNamespace: namespace,
    sources: [],
    multiSource: false,
    hydrator: undefined,
    manifestGeneratePaths: undefined,
    settings: {},
    labels: {},
    imageUpdater: false,
    applicationSet: undefined,
    autoSync: true,
    syncStatus: 'Synced',
    health: 'Healthy',
    comparedRevisions: [],
    comparedAt: undefined,
    operation: undefined,
    history: [],
    rollouts: [`${namespace}/${name}`],
    driftedRollouts: [],
    driftedWorkloads: [],
    workloads: [],
    conditions: [],
  }
}
