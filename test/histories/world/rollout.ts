import { analysisRun, ERRED, FAILED, type Owner, type Raw } from '../../simulation/objects.ts'
import type { By, Host } from './host.ts'
import { keyOf } from './manifests.ts'
import { firstState, replicaSetOf, rolloutOf, withImage, type RolloutState, type SetState } from './rollout-objects.ts'
import type { Asked, Failure, WorldRollout } from './truth.ts'

export interface RolloutOptions {
  owner: Owner
  cluster: string
  application: string
  /** Something rewrites its templates on the way in. */
  isRewritten: boolean
  onChange: () => void
}

/** See {@link WorldRollout}. Order and shape of what it shows are those of test/recordings; a test compares them. */
export function createWorldRollout(host: Host, { owner, cluster, application, isRewritten, onChange }: RolloutOptions): WorldRollout {
  const sets = new Map<string, SetState>()
  const runs: Raw[] = []
  const failures: Failure[] = []
  const ran: Asked[] = []
  const state = firstState({ owner, application, isRewritten })
  let asked: Asked = { key: '', by: 'sync', revision: undefined, at: 0 }
  let stableBy: By = 'sync'
  let attempts = 0
  let epoch = 0
  let stepsTaken = 0
  let downUntil = 0

  const versioned = (object: Raw): Raw => ({
    ...object,
    metadata: { ...(object['metadata'] as Raw), resourceVersion: String(host.version()) },
  })
  const tellRollout = (type?: 'ADDED'): void => {
    state.available = [...sets.values()].reduce((sum, { replicas, isDown }) => sum + (isDown ? 0 : replicas), 0)
    host.tell(cluster, versioned(rolloutOf(state)), type)
    onChange()
  }
  const tellSet = (hash: string, type?: 'ADDED'): void => {
    const set = sets.get(hash)
    if (set) host.tell(cluster, versioned(replicaSetOf(owner, hash, set)), type)
  }

  /** The controller does something a little later, or when it is back; never what has been overtaken. */
  function soon(ms: number, call: () => void, when: number = epoch): void {
    host.after(ms, () => {
      if (when !== epoch) return
      if (host.now() < downUntil) soon(downUntil - host.now() + host.random.between(50, 500), call, when)
      else call()
    })
  }

  function endFailure(): void {
    const last = failures.at(-1)
    if (last && last.until === undefined) last.until = host.now()
  }

  function scale(hash: string, replicas: number): void {
    const set = sets.get(hash)
    if (!set || set.replicas === replicas) return
    set.replicas = replicas
    tellSet(hash)
  }

  function reconcile(): void {
    const key = asked.key
    if (key !== state.current) {
      const known = sets.get(key)
      state.revision = 1 + Math.max(0, ...[...sets.values()].map(({ revision }) => revision))
      if (known) sets.set(key, { ...known, revision: state.revision, former: [...known.former, known.revision] })
      else
        sets.set(key, {
          template: state.template,
          isRewritten,
          revision: state.revision,
          former: [],
          createdAt: host.now(),
          replicas: 0,
          isDown: false,
        })
      state.generation += 1
      tellSet(key, known ? undefined : 'ADDED')
      tellRollout()
      soon(host.random.between(5, 60), takeUp)
    } else if (state.steps !== stepsTaken) {
      stepsTaken = state.steps
      state.stepHash += 1
      state.observed = state.generation
      if (state.mode !== 'healthy') begin('progressing')
      else tellRollout()
    } else {
      // Undone and asked for again before the controller looked: it has failed as before.
      const last = failures.at(-1)
      if (state.mode === 'aborted' && last?.key === key) last.until = undefined
      state.observed = state.generation
      tellRollout()
    }
  }

  function takeUp(): void {
    state.current = asked.key
    state.observed = state.generation
    state.abortAsked = false
    stepsTaken = state.steps
    attempts = 0
    endFailure()
    if (state.current === state.stable) {
      // One that never came up does not come up by going back to it.
      state.mode = sets.get(state.current)?.isDown ? 'stuck' : 'healthy'
      for (const hash of sets.keys()) scale(hash, hash === state.current ? 4 : 0)
      settleStable()
      tellRollout()
    } else if (state.stable === '') {
      begin('progressing', 4)
      soon(host.random.between(20, 90), () => {
        state.stable = state.current
        tellRollout()
      })
    } else begin('progressing')
  }

  /** A version that is asked for and runs. To go back to it by hand tells nothing new of whose it is. */
  function settleStable(): void {
    if (asked.by !== 'hand' && asked.by !== 'rollback') stableBy = asked.by
    else if (stableBy !== 'hand' && stableBy !== 'rollback') stableBy = 'compared'
  }

  function begin(mode: 'progressing' | 'retrying', replicas = 1): void {
    state.mode = mode
    state.still = 0
    attempts += 1
    endFailure()
    tellRollout()
    soon(host.random.between(20, 300), () => {
      scale(state.current, replicas)
      // What was overtaken keeps no pods.
      for (const hash of sets.keys()) if (hash !== state.current && hash !== state.stable) scale(hash, 0)
    })
    soon(host.random.between(1_500, 9_000), conclude)
  }

  function conclude(): void {
    const verdict = host.verdictOf(state.current)
    if (state.stable === state.current && state.mode !== 'healthy') return verdict === 'good' || verdict === 'flaky' ? promote() : hang()
    if (verdict === 'good' || (verdict === 'flaky' && attempts > 1)) return promote()
    if (verdict === 'stuck') return hang()
    if (verdict === 'inconclusive') {
      state.mode = 'paused'
      return tellRollout()
    }
    if (verdict !== 'deadline') {
      const phase = verdict === 'error' ? 'Error' : 'Failed'
      const message = phase === 'Error' ? ERRED : FAILED
      const run = analysisRun({ owner, hash: state.current, revision: state.revision, attempt: attempts, at: host.now(), phase, message })
      runs.push(run)
      host.tell(cluster, versioned(run), 'ADDED')
    }
    soon(host.random.between(5, 40), () => goBack(verdict === 'error' || verdict === 'deadline' ? verdict : 'failed', verdict))
  }

  function hang(): void {
    state.mode = 'stuck'
    setDown(true)
    tellRollout()
  }

  function setDown(isDown: boolean): void {
    const set = sets.get(state.current)
    if (!set || set.isDown === isDown) return
    set.isDown = isDown
    tellSet(state.current)
  }

  /** Pods that were away come back whatever else goes on; the Rollout shows it when its controller is there. */
  const recover = (hash: string) => (): void => {
    const set = sets.get(hash)
    if (!set?.isDown) return
    set.isDown = false
    tellSet(hash)
    host.after(Math.max(0, downUntil - host.now()), () => {
      if (state.mode === 'stuck' && state.current === hash) state.mode = 'healthy'
      tellRollout()
    })
  }

  function promote(): void {
    setDown(false)
    state.stable = state.current
    stableBy = asked.by
    ran.push(asked)
    for (const hash of sets.keys()) scale(hash, hash === state.current ? 4 : 0)
    state.mode = 'healthy'
    endFailure()
    tellRollout()
  }

  function goBack(why: RolloutState['why'], cause: Failure['cause']): void {
    const { current, revision, stable } = state
    Object.assign(state, { mode: 'aborted', why, abortedAt: host.now(), abortAsked: false, still: 1 })
    failures.push({ key: current, rolloutRevision: revision, cause, asked, stable, stableBy, from: host.now(), until: undefined })
    tellRollout()
    soon(host.random.between(20, 700), () => {
      scale(current, 0)
      state.still = 0
      tellRollout()
    })
  }

  return {
    owner,
    cluster,
    application,
    apply({ template, steps }, by, revision) {
      const key = keyOf(template)
      const isSame = key === asked.key && steps === state.steps && state.generation > 0
      asked = {
        key,
        by: isSame && by === 'hand' ? asked.by : by,
        revision: revision ?? (isSame ? asked.revision : undefined),
        at: host.now(),
      }
      if (isSame) {
        if (state.current === state.stable && state.current === key) settleStable()
        return false
      }
      Object.assign(state, { template, steps, generation: state.generation + 1 })
      epoch += 1
      endFailure()
      tellRollout(state.generation === 1 ? 'ADDED' : undefined)
      soon(host.random.between(3, 20), reconcile)
      return true
    },
    agree(revision) {
      if (asked.by !== 'hand' && asked.by !== 'rollback') return
      asked = { ...asked, by: 'compared', revision }
      if (state.stable === asked.key) stableBy = 'compared'
    },
    abort() {
      if (state.mode !== 'progressing' && state.mode !== 'retrying' && state.mode !== 'paused') return
      if (state.current === state.stable) return
      epoch += 1
      state.abortAsked = true
      tellRollout()
      soon(host.random.between(10, 80), () => goBack('human', 'human'))
    },
    retry() {
      if (state.mode !== 'aborted') return
      epoch += 1
      begin('retrying')
    },
    promoteFull() {
      if (state.current === state.stable || state.current === '' || asked.key !== state.current) return
      epoch += 1
      soon(host.random.between(200, 1_500), promote)
    },
    undo() {
      const before = [...sets].filter(([hash]) => hash !== asked.key).toSorted(([, a], [, b]) => b.revision - a.revision)[0]
      if (before) this.apply({ template: before[1].template, steps: state.steps }, 'hand')
    },
    setImage(tag) {
      this.apply({ template: withImage(state.template, tag), steps: state.steps }, 'hand')
    },
    scale() {
      if (state.generation === 0) return
      state.generation += 1
      tellRollout()
      soon(host.random.between(5, 900), () => {
        state.observed = state.generation
        tellRollout()
      })
    },
    drain(ms) {
      if (state.mode !== 'healthy') return
      hang()
      host.after(ms, recover(state.current))
    },
    stopController(until) {
      downUntil = Math.max(downUntil, until)
    },
    objects: () =>
      [...[...sets].map(([hash, set]) => replicaSetOf(owner, hash, set)), ...runs, ...(state.generation > 0 ? [rolloutOf(state)] : [])].map(
        versioned,
      ),
    get spec() {
      return { key: asked.key, steps: state.steps }
    },
    get asked() {
      return asked
    },
    get stable() {
      return { key: state.stable, by: stableBy }
    },
    get health() {
      const all = { none: 'Missing', healthy: 'Healthy', aborted: 'Degraded', stuck: 'Degraded', paused: 'Suspended' } as const
      return state.mode in all ? all[state.mode as keyof typeof all] : 'Progressing'
    },
    failures,
    ran,
  }
}
