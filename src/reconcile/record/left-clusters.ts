import type { Release } from '../../domain/release/release.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import { eventOfRevert } from '../../domain/revert/steps.ts'
import { parseRolloutKey } from '../../domain/rollout/key.ts'
import { keptPolicy } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { liveRevertOf, releasesOf } from '../look/stands-for.ts'
import { recordRevert } from './moves.ts'

// A cluster may leave the configuration, or be called otherwise there, while PRs of its Rollouts are open. Nobody sees any more what is
// right for them, so Kedge closes none of them; but they are people's to merge or to close, and the forge tells of that.

type Known = Pick<Environment, 'ledger' | 'views'>

/** The live reverts that stand for Rollouts of clusters alone which are not in the configuration. */
export function leftReverts(environment: Known): readonly Revert[] {
  return environment.ledger.reverts({ open: true }).filter((revert) => isLeft(environment, releasesOf(environment, revert)))
}

/** Those of one Rollout, by its key. */
function leftRevertsOf(environment: Known, key: string): readonly Revert[] {
  const ref = parseRolloutKey(key)
  const live = (ref ? environment.ledger.releasesOf(ref) : []).flatMap((release) => liveRevertOf(environment, release) ?? [])
  return [...new Set(live)].filter((revert) => isLeft(environment, releasesOf(environment, revert)))
}

/** Whether the forge is to be asked about a Rollout whose cluster nobody watches. */
export function isFollowedAtForge(environment: Known, key: string): boolean {
  return leftRevertsOf(environment, key).length > 0
}

/**
 * Asks the forge what has become of a Rollout's PRs, and records their end.
 * @returns whether it is to be asked again
 * @throws KedgeError E_FORGE_*, to be tried again
 */
export async function followAtForge(environment: Environment, journal: Journal, rollout: string): Promise<boolean> {
  for (const { key, repoURL, pullRequest: opened } of leftRevertsOf(environment, rollout)) {
    if (!opened) continue
    const pullRequest = await environment.forges.forRepository(repoURL).get(opened.number)
    await journal.commit(() => {
      const revert = environment.ledger.read('revert', key)
      // Without a word of the cluster and of Git, the PR's own end is all that can be told.
      const facts = { releases: [], source: null, pullRequest, held: false, now: environment.clock.now() }
      const event = revert && revert.state !== 'ended' ? eventOfRevert(revert, facts) : undefined
      if (!revert || !event) return []
      const observes = keptPolicy(environment, releasesOf(environment, revert)).mode === 'observe'
      return recordRevert(environment, key, event, { observes }).entries
    })
  }
  return isFollowedAtForge(environment, rollout)
}

/** The clusters that are not in the configuration and whose PRs are open. */
export function leftClusters(environment: Known): readonly string[] {
  return [...new Set(leftReverts(environment).flatMap((revert) => releasesOf(environment, revert).map(({ cluster }) => cluster)))]
}

/**
 * Says at a start what has been left behind: somebody may have renamed a cluster without knowing what follows.
 * @param leads whether it is for this one to say so of a cluster
 */
export function tellLeft(environment: Known & Pick<Environment, 'logger'>, leads: (cluster: string) => boolean): void {
  const reverts = leftReverts(environment)
  for (const cluster of leftClusters(environment).filter(leads)) {
    const urls = reverts.flatMap((revert) => {
      const isOf = releasesOf(environment, revert).some((release) => release.cluster === cluster)
      return isOf && revert.pullRequest ? [revert.pullRequest.url] : []
    })
    const what = 'a cluster has left the configuration while PRs are open for it: they are followed at the forge until people end them'
    environment.logger.warn(what, { cluster, pullRequests: urls })
  }
}

function isLeft({ views }: Known, releases: readonly Release[]): boolean {
  return releases.length > 0 && releases.every(({ cluster }) => views.every((view) => view.cluster !== cluster))
}
