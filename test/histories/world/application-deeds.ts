import type { LiveApplication } from './application-live.ts'
import { worstOf } from './application-objects.ts'
import type { ApplicationRefreshes } from './application-refreshes.ts'
import type { ApplicationSyncs } from './application-syncs.ts'
import type { WorldApplication } from './world-application.ts'

interface Parts {
  live: LiveApplication
  syncs: ApplicationSyncs
  refreshes: ApplicationRefreshes
}

type Deeds = Pick<WorldApplication, 'liveChanged' | 'setAutoSync' | 'syncNow' | 'denySyncs' | 'makeAnew' | 'retarget' | 'rollBack'>

/** What people and its own Rollouts do to an Application. */
export function deedsOf(parts: Parts): Deeds {
  const { live, syncs, refreshes } = parts
  const { host, state, options } = live
  return {
    liveChanged() {
      const now = worstOf(live.present())
      const isDrifting = options.rollouts.some((rollout) => ['hand', 'rollback'].includes(rollout.asked.by) || live.isLost(rollout))
      if (state.isGone || (now === state.health && !isDrifting)) return
      state.health = now
      refreshes.refreshIn(host.random.between(80, 900))
    },
    setAutoSync(on) {
      state.isAutomated = on
      live.tell()
      if (on) refreshes.refreshIn(host.random.between(100, 800))
    },
    syncNow() {
      if (live.maySync()) syncs.begin(live.wantedNow(), 'sync')
    },
    denySyncs(ms) {
      state.deniedUntil = host.now() + ms
      host.after(ms + 100, () => refreshes.refreshIn(0))
    },
    retarget(to) {
      if (state.isGone || to?.name === state.tag?.name) return
      state.tag = to
      showAsChanged(parts)
    },
    makeAnew: (cascade, ms) => makeAnew(parts, cascade, ms),
    rollBack() {
      const before = state.history.at(-2)
      const isUnderWay = state.operation?.phase === 'Running'
      if (before && !isUnderWay && !state.isAutomated && !state.isGone) syncs.begin(before.revision, 'rollback')
    },
  }
}

function makeAnew(parts: Parts, cascade: boolean, ms: number): void {
  const { host, state, argocd } = parts.live
  if (state.isGone) return
  host.tell(argocd, parts.live.object(), 'DELETED')
  const nothing = { operation: undefined, tried: undefined, compared: '', syncStatus: '', generation: 0 }
  Object.assign(state, { ...nothing, isGone: true, made: state.made + 1 })
  state.history.length = 0
  if (cascade) {
    for (const rollout of parts.live.present()) rollout.remove()
    state.rest = ''
  }
  host.after(ms, () => {
    state.isGone = false
    showAsChanged(parts)
  })
}

/** It follows something else from now on, or is another object. */
function showAsChanged({ live, refreshes }: Parts): void {
  const { host, state } = live
  state.changedAt = host.now()
  live.tell()
  refreshes.refreshIn(host.random.between(50, 900))
}
