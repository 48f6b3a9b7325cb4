import { runOf } from './rollout-objects.ts'
import type { RolloutParts } from './rollout-parts.ts'
import type { RolloutState } from './rollout-state.ts'
import type { Failure } from './truth.ts'

/** How its controller releases what it has taken up, and how that ends. */
export class RolloutAttempts {
  readonly #parts: RolloutParts
  /** Of what it has taken up. */
  #made = 0

  constructor(parts: RolloutParts) {
    this.#parts = parts
  }

  /** Another version was taken up, of which there was none yet. */
  reset(): void {
    this.#made = 0
  }

  begin(mode: 'progressing' | 'retrying', replicas = 1): void {
    const { host, state, sets, past, pace, shown } = this.#parts
    // Whatever its controller does, it has seen the newest spec before: also one that was scaled a moment ago.
    Object.assign(state, { mode, still: 0, observed: state.generation })
    this.#made += 1
    past.endFailure()
    shown.tellRollout()
    pace.soon(host.random.between(20, 300), () => {
      shown.scale(state.current, replicas)
      // What was overtaken keeps no pods.
      for (const hash of sets.keys()) if (hash !== state.current && hash !== state.stable) shown.scale(hash, 0)
    })
    pace.soon(host.random.between(1_500, 9_000), () => this.#conclude())
  }

  /** Its pods do not come up, or have gone. */
  hang(): void {
    const { state, shown } = this.#parts
    state.mode = 'stuck'
    shown.setDown(true)
    shown.tellRollout()
  }

  promote(): void {
    const { state, past, shown } = this.#parts
    shown.setDown(false)
    Object.assign(state, { stable: state.current, observed: state.generation })
    past.promoted()
    this.keepOnlyCurrent()
    state.mode = 'healthy'
    past.endFailure()
    shown.tellRollout()
  }

  /** All pods are those of what was taken up. */
  keepOnlyCurrent(): void {
    const { state, sets, shown } = this.#parts
    for (const hash of sets.keys()) shown.scale(hash, hash === state.current ? 4 : 0)
  }

  goBack(why: RolloutState['why'], cause: Failure['cause']): void {
    const { host, state, past, pace, shown } = this.#parts
    const { current, revision, stable, generation } = state
    Object.assign(state, { mode: 'aborted', why, abortedAt: host.now(), abortAsked: false, still: 1, observed: generation })
    const { asked, stableBy } = past
    const failure = { uid: state.owner.uid, cause, asked, stable, stableBy, from: host.now(), until: undefined }
    past.failures.push({ ...failure, key: current, rolloutRevision: revision })
    shown.tellRollout()
    pace.soon(host.random.between(20, 700), () => {
      shown.scale(current, 0)
      state.still = 0
      shown.tellRollout()
    })
  }

  #conclude(): void {
    const { host, state, runs, pace, shown } = this.#parts
    const verdict = host.verdictOf(state.current)
    if (state.stable === state.current && state.mode !== 'healthy')
      return verdict === 'good' || verdict === 'flaky' ? this.promote() : this.hang()
    if (verdict === 'good' || (verdict === 'flaky' && this.#made > 1)) return this.promote()
    if (verdict === 'stuck') return this.hang()
    if (verdict === 'inconclusive') {
      state.mode = 'paused'
      return shown.tellRollout()
    }
    if (verdict !== 'deadline') {
      const run = runOf(state, { verdict, attempt: this.#made, at: host.now() })
      runs.push(run)
      shown.tell(run, 'ADDED')
    }
    pace.soon(host.random.between(5, 40), () => this.goBack(verdict === 'error' || verdict === 'deadline' ? verdict : 'failed', verdict))
  }
}
