import type { RolloutAttempts } from './rollout-attempts.ts'
import type { RolloutParts } from './rollout-parts.ts'
import { newSet } from './rollout-state.ts'

/** Its controller looks at the spec, and takes up what is asked for. */
export class RolloutController {
  readonly #parts: RolloutParts
  readonly #attempts: RolloutAttempts
  /** The canary steps that it has seen. */
  #stepsTaken = 0

  constructor(parts: RolloutParts, attempts: RolloutAttempts) {
    this.#parts = parts
    this.#attempts = attempts
  }

  /** It is another object from now on. */
  forget(): void {
    this.#stepsTaken = 0
  }

  reconcile(): void {
    const { state, sets, past } = this.#parts
    const { key } = past.asked
    // Another has been made meanwhile, and was overtaken before it was taken up: then this one is newer than that.
    if (key !== state.current || sets.get(key)?.revision !== state.revision) this.#makeSet(key)
    else if (state.steps !== this.#stepsTaken) this.#takeSteps()
    else this.#findAsBefore(key)
  }

  #makeSet(key: string): void {
    const { host, state, sets, pace, shown } = this.#parts
    const known = sets.get(key)
    state.revision = 1 + Math.max(0, ...[...sets.values()].map(({ revision }) => revision))
    if (known) sets.set(key, { ...known, revision: state.revision, former: [...known.former, known.revision] })
    else sets.set(key, newSet(state, host.now()))
    state.generation += 1
    shown.tellSet(key, known ? undefined : 'ADDED')
    shown.tellRollout()
    pace.soon(host.random.between(5, 60), () => this.#takeUp())
  }

  #takeSteps(): void {
    const { state, shown } = this.#parts
    this.#stepsTaken = state.steps
    state.stepHash += 1
    state.observed = state.generation
    if (state.mode !== 'healthy') this.#attempts.begin('progressing')
    else shown.tellRollout()
  }

  #findAsBefore(key: string): void {
    const { state, past, shown } = this.#parts
    // Undone and asked for again before the controller looked: it has failed as before.
    const last = past.failures.at(-1)
    if (state.mode === 'aborted' && last?.key === key) last.until = undefined
    state.observed = state.generation
    shown.tellRollout()
  }

  #takeUp(): void {
    const { state, past } = this.#parts
    state.current = past.asked.key
    state.observed = state.generation
    state.abortAsked = false
    if (this.#stepsTaken !== state.steps) state.stepHash += 1
    this.#stepsTaken = state.steps
    this.#attempts.reset()
    past.endFailure()
    if (state.current === state.stable) this.#returnToStable()
    else if (state.stable === '') this.#beginFirst()
    else this.#attempts.begin('progressing')
  }

  #returnToStable(): void {
    const { state, sets, past, shown } = this.#parts
    // One that never came up does not come up by going back to it.
    state.mode = sets.get(state.current)?.isDown ? 'stuck' : 'healthy'
    this.#attempts.keepOnlyCurrent()
    past.settleStable()
    shown.tellRollout()
  }

  /** What there was nothing before is stable at once. */
  #beginFirst(): void {
    const { host, state, pace, shown } = this.#parts
    this.#attempts.begin('progressing', 4)
    pace.soon(host.random.between(20, 90), () => {
      state.stable = state.current
      shown.tellRollout()
    })
  }
}
