import type { Freshness, ReleaseDetail, ReleaseSteps } from '../../api/contract.ts'
import { isExperiment } from '../../domain/experiment/name.ts'
import type { Release } from '../../domain/release/release.ts'
import type { ClusterView } from '../../ports/cluster-view.ts'
import { quarantineOf } from '../commands/quarantine-summary.ts'
import { stormOf } from '../commands/storms.ts'
import type { ReadOptions } from '../request/options.ts'
import { encodeId } from '../request/paging.ts'

/** Everything the ledger has about one release; undefined when there is no such key. */
export async function findRelease(options: ReadOptions, key: string): Promise<ReleaseDetail | undefined> {
  const { ledger, store, links } = options
  const [found] = await store.load('release', { key, limit: 1 })
  if (!found) return undefined
  const release = found.document
  const revert = release.revertKey === null ? undefined : ledger.read('revert', release.revertKey)
  const pendingEffects = ledger
    .pendingEffects()
    .filter(({ action }) => ('releaseKey' in action ? action.releaseKey === key : action.revertKey === release.revertKey))
  const history = [
    ...(await store.history('release', key)),
    ...(release.revertKey === null ? [] : await store.history('revert', release.revertKey)),
    ...(await store.history('card', key)),
  ].sort((a, b) => a.sequence - b.sequence)
  const commitLink = (revision: string | null) =>
    (revision && release.repository ? links.commit(release.repository, revision) : undefined) ?? null
  const view = options.views.find(({ cluster }) => cluster === release.cluster)
  const [namespace, name] = release.applied?.application.split('/') ?? []
  return {
    id: encodeId(key),
    freshness: view?.freshness('rollouts') ?? notWatched(history.at(-1)?.at ?? release.startedAt),
    release,
    revert: revert ?? null,
    storm: stormOf(release, ledger),
    quarantine: quarantineOf(release, ledger),
    analysisRuns: runsOf(release, view),
    steps: stepsOf(release, view),
    pendingEffects,
    history,
    links: {
      application: (namespace && name ? links.application(namespace, name) : undefined) ?? null,
      goodCommit: commitLink(release.goodRevision),
      badCommit: commitLink(release.revision),
      more: links.more?.(release) ?? [],
      attestation: options.attest ? `/api/v1/releases/${encodeId(key)}/attestation` : null,
    },
  }
}

/** The newest runs of one release: their measurements are what people look for when it has failed. */
const MOST_RUNS = 30

function runsOf(release: Release, view: ClusterView | undefined): ReleaseDetail['analysisRuns'] {
  const { uid, podTemplateHash, rolloutRevision } = release
  const isOwn = isExperiment(release)
  const all = podTemplateHash === null && !isOwn ? [] : (view?.analysisRuns(uid) ?? [])
  return all
    .filter((run) => isOwn || (run.podTemplateHash === podTemplateHash && (run.rolloutRevision ?? rolloutRevision) === rolloutRevision))
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .slice(-MOST_RUNS)
}

function stepsOf(
  { uid, namespace, rollout: name, podTemplateHash, stepHash }: Release,
  view: ClusterView | undefined,
): ReleaseSteps | null {
  const rollout = view?.rollout(namespace, name)
  if (!rollout?.steps || rollout.uid !== uid || stepHash === null || rollout.currentStepHash !== stepHash) return null
  // An abort takes the controller back to the first step, so where it was then is not told here.
  const isAtIt = rollout.observed && rollout.currentPodHash === podTemplateHash && !rollout.abort
  const percents = rollout.stepPercents && { percents: rollout.stepPercents }
  return { labels: rollout.steps, ...percents, index: isAtIt ? (rollout.currentStepIndex ?? null) : null }
}

/** A cluster that has left the configuration: the ledger's last word is the last that is known of it. */
function notWatched(since: number): Freshness {
  return { fresh: false, asOf: since, blind: [{ kind: 'cluster', reason: 'it is not in the configuration', since }] }
}
