import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { ExperimentSnapshot, RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import { createJustDecided } from '../../../src/reconcile/decide/just-decided.ts'
import type { Environment, Journal } from '../../../src/reconcile/environment.ts'
import { createReconciler } from '../../../src/reconcile/loop/reconciler.ts'
import { createWishes } from '../../../src/reconcile/loop/wishes.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aReplicaSet, aSplitRollout, aView } from '../../http/fleet-fixture.ts'
import { aWorld } from '../a-world.ts'

export const KEY = 'east/shop/web'
export const SPLIT = aSplitRollout({ name: 'web' })

/** A cluster whose objects and sight a test changes. */
function changing(rollouts: readonly RolloutSnapshot[]) {
  const now = { rollouts, fresh: true, experiments: [] as readonly ExperimentSnapshot[] }
  const view = (): ClusterView =>
    aView('east', { rollouts: now.rollouts, replicaSets: now.rollouts.flatMap((one) => [aReplicaSet(one, {}), aReplicaSet(one, BAD)]) })
  const east: ClusterView = {
    ...view(),
    freshness: () => ({ fresh: now.fresh, asOf: AT, blind: [] }),
    rollouts: () => view().rollouts(),
    rollout: (...of) => view().rollout(...of),
    replicaSets: (uid) => view().replicaSets(uid),
    reread: (...of) => view().reread(...of),
    standaloneExperiments: () => now.experiments,
    standaloneExperiment: (_, name) => now.experiments.find((one) => one.name === name),
  }
  return { now, east }
}
const BAD = { uid: 'bad', podTemplateHash: 'bad', rolloutRevision: 9, replicas: 0, availableReplicas: 0, name: 'web-bad' }

/** A reconciler over one cluster that can be seen, `east`, and what it asked to have looked at since it was asked last. */
export async function aReconciler(rollouts: readonly RolloutSnapshot[], policy: Partial<Policy> = {}, more: Partial<Environment> = {}) {
  const { now, east } = changing(rollouts)
  const forges = createMemoryForges({ now: () => AT })
  const world = await aWorld(policy, { views: [aView('west', { rollouts: [] }), east], applications: east, forges, ...more })
  const [later, again]: [(readonly [string, number])[], string[]] = [[], []]
  const wishes = createWishes(world.environment, (key) => void again.push(key))
  let commits = 0
  const journal: Journal = {
    commit(entries) {
      commits += 1
      return world.journal.commit(entries)
    },
  }
  const reconciler = createReconciler(world.environment, journal, {
    later: (key, at) => void later.push([key, at - world.clock.elapsed()]),
    again: (key) => void again.push(key),
    wishes,
    decided: createJustDecided(world.clock),
  })
  const look = async (key = KEY) => ({ ...(await reconciler.look(key)), later: later.splice(0) })
  const follow = async (key = KEY) => {
    await reconciler.follow(key)
    return later.splice(0)
  }
  const baseline = (): Promise<boolean> => reconciler.takeBaseline(east)
  const release = () => world.ledger.releasesOf({ cluster: 'east', namespace: 'shop', name: 'web' })[0]
  return {
    ...world,
    now,
    east,
    forges,
    reconciler,
    look,
    follow,
    baseline,
    release,
    again,
    kept: () => world.ledger.read('baseline', 'east'),
    commits: () => commits,
  }
}
