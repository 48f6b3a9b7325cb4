import type { Raw } from '../../simulation/objects.ts'
import type { By, Host } from './host.ts'
import { keyOf } from './manifests.ts'
import { createPace } from './pace.ts'
import { healthOf, objectsOf, runOf, withImage } from './rollout-objects.ts'
import { createShown } from './rollout-shown.ts'
import { firstState, formerOf, newSet, type RolloutOptions, type RolloutState, type SetState } from './rollout-state.ts'
import type { Asked, Failure, WorldRollout } from './truth.ts'

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
  let stepsTaken = 0
  const { soon, overtake, stop, awayFor } = createPace(host)
  const { versioned, tell, tellRollout, tellSet, scale, setDown, recover } = createShown(host, { cluster, onChange }, { state, sets })

  function endFailure(): void {
    const last = failures.at(-1)
    if (last && last.until === undefined) last.until = host.now()
  }

  function reconcile(): void {
    const key = asked.key
    const known = sets.get(key)
    // Another has been made meanwhile, and was overtaken before it was taken up: then this one is newer than that.
    if (key !== state.current || known?.revision !== state.revision) {
      state.revision = 1 + Math.max(0, ...[...sets.values()].map(({ revision }) => revision))
      if (known) sets.set(key, { ...known, revision: state.revision, former: [...known.former, known.revision] })
      else sets.set(key, newSet(state, host.now()))
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
    if (stepsTaken !== state.steps) state.stepHash += 1
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
    // Whatever its controller does, it has seen the newest spec before: also one that was scaled a moment ago.
    Object.assign(state, { mode, still: 0, observed: state.generation })
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
      const run = runOf(state, { verdict, attempt: attempts, at: host.now() })
      runs.push(run)
      tell(run, 'ADDED')
    }
    soon(host.random.between(5, 40), () => goBack(verdict === 'error' || verdict === 'deadline' ? verdict : 'failed', verdict))
  }

  function hang(): void {
    state.mode = 'stuck'
    setDown(true)
    tellRollout()
  }

  function promote(): void {
    setDown(false)
    Object.assign(state, { stable: state.current, observed: state.generation })
    stableBy = asked.by
    ran.push(asked)
    for (const hash of sets.keys()) scale(hash, hash === state.current ? 4 : 0)
    state.mode = 'healthy'
    endFailure()
    tellRollout()
  }

  function goBack(why: RolloutState['why'], cause: Failure['cause']): void {
    const { current, revision, stable, generation } = state
    Object.assign(state, { mode: 'aborted', why, abortedAt: host.now(), abortAsked: false, still: 1, observed: generation })
    const failure = { uid: owner.uid, cause, asked, stable, stableBy, from: host.now(), until: undefined }
    failures.push({ ...failure, key: current, rolloutRevision: revision })
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
    isGone: false,
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
      this.isGone = false
      Object.assign(state, { template, steps, generation: state.generation + 1 })
      overtake()
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
      overtake()
      state.abortAsked = true
      tellRollout()
      soon(host.random.between(10, 80), () => goBack('human', 'human'))
    },
    retry() {
      if (state.mode !== 'aborted') return
      overtake()
      begin('retrying')
    },
    promoteFull() {
      if (state.current === state.stable || state.current === '' || asked.key !== state.current) return
      overtake()
      soon(host.random.between(200, 1_500), promote)
    },
    undo() {
      const before = formerOf(sets, asked.key)
      if (before) this.apply({ template: before.template, steps: state.steps }, 'hand')
    },
    remove() {
      overtake()
      endFailure()
      for (const object of this.objects().toReversed()) host.tell(cluster, object, 'DELETED')
      sets.clear()
      for (const past of [runs, ran]) past.length = 0
      // What comes back under this name is another object, which has served nothing yet.
      owner.uid += '+'
      Object.assign(state, firstState({ owner, application, isRewritten }))
      asked = { key: '', by: 'sync', revision: undefined, at: host.now() }
      stepsTaken = 0
      this.isGone = true
      onChange()
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
      host.after(ms, recover(state.current, awayFor))
    },
    stopController: stop,
    objects: (kind) => objectsOf(state, { sets, runs, kind }).map(versioned),
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
      return healthOf(state.mode)
    },
    failures,
    ran,
  }
}
