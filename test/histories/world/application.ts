import { deedsOf } from './application-deeds.ts'
import { LiveApplication } from './application-live.ts'
import { ApplicationRefreshes } from './application-refreshes.ts'
import { ApplicationSyncs } from './application-syncs.ts'
import type { Host } from './host.ts'
import type { WorldRepository } from './repository.ts'
import type { ApplicationOptions, WorldApplication } from './world-application.ts'

/** See {@link WorldApplication}. `argocd` is the cluster that Argo CD runs in. */
export function createWorldApplication(
  host: Host,
  repository: WorldRepository,
  argocd: string,
  options: ApplicationOptions,
): WorldApplication {
  const live = new LiveApplication(host, repository, argocd, options)
  const syncs = new ApplicationSyncs(live, (ms) => refreshes.refreshIn(ms))
  const refreshes = new ApplicationRefreshes(live, syncs)
  const { state } = live
  return {
    ...options,
    ...deedsOf({ live, syncs, refreshes }),
    applied: syncs.applied,
    refreshIn: (ms) => refreshes.refreshIn(ms),
    failNext: (when) => syncs.failNext(when),
    object: () => live.object(),
    get isAutomated() {
      return state.isAutomated
    },
    get tag() {
      return state.tag
    },
    get changedAt() {
      return state.changedAt
    },
    get isGone() {
      return state.isGone
    },
  }
}
