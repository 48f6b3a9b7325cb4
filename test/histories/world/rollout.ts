import type { Raw } from '../../simulation/objects.ts'
import type { By, Host } from './host.ts'
import { keyOf } from './manifests.ts'
import { RolloutAttempts } from './rollout-attempts.ts'
import { RolloutController } from './rollout-controller.ts'
import { healthOf, objectsOf, withImage } from './rollout-objects.ts'
import { createParts, type RolloutParts } from './rollout-parts.ts'
import { firstState, formerOf, type RolloutOptions } from './rollout-state.ts'
import type { WorldRollout } from './truth.ts'
import type { Kind } from './watches.ts'

/** See {@link WorldRollout}. Order and shape of what it shows are those of test/recordings; a test compares them. */
export function createWorldRollout(host: Host, options: RolloutOptions): WorldRollout {
  return new Rollout(host, options)
}

/** Where what others do to it comes in. */
class Rollout implements WorldRollout {
  isGone = false
  readonly #options: RolloutOptions
  readonly #parts: RolloutParts
  readonly #attempts: RolloutAttempts
  readonly #controller: RolloutController

  constructor(host: Host, options: RolloutOptions) {
    this.#options = options
    this.#parts = createParts(host, options)
    this.#attempts = new RolloutAttempts(this.#parts)
    this.#controller = new RolloutController(this.#parts, this.#attempts)
  }

  apply({ template, steps }: { template: Raw; steps: number }, by: By, revision?: string): boolean {
    const { host, state, past, pace, shown } = this.#parts
    const { asked } = past
    const key = keyOf(template)
    const isSame = key === asked.key && steps === state.steps && state.generation > 0
    past.asked = {
      key,
      by: isSame && by === 'hand' ? asked.by : by,
      revision: revision ?? (isSame ? asked.revision : undefined),
      at: host.now(),
    }
    if (isSame) {
      if (state.current === state.stable && state.current === key) past.settleStable()
      return false
    }
    this.isGone = false
    Object.assign(state, { template, steps, generation: state.generation + 1 })
    pace.overtake()
    past.endFailure()
    shown.tellRollout(state.generation === 1 ? 'ADDED' : undefined)
    pace.soon(host.random.between(3, 20), () => this.#controller.reconcile())
    return true
  }

  agree(revision: string): void {
    this.#parts.past.agree(revision, this.#parts.state.stable)
  }

  abort(): void {
    const { host, state, pace, shown } = this.#parts
    if (state.mode !== 'progressing' && state.mode !== 'retrying' && state.mode !== 'paused') return
    if (state.current === state.stable) return
    pace.overtake()
    state.abortAsked = true
    shown.tellRollout()
    pace.soon(host.random.between(10, 80), () => this.#attempts.goBack('human', 'human'))
  }

  retry(): void {
    if (this.#parts.state.mode !== 'aborted') return
    this.#parts.pace.overtake()
    this.#attempts.begin('retrying')
  }

  promoteFull(): void {
    const { host, state, past, pace } = this.#parts
    if (state.current === state.stable || state.current === '' || past.asked.key !== state.current) return
    pace.overtake()
    pace.soon(host.random.between(200, 1_500), () => this.#attempts.promote())
  }

  undo(): void {
    const { state, sets, past } = this.#parts
    const before = formerOf(sets, past.asked.key)
    if (before) this.apply({ template: before.template, steps: state.steps }, 'hand')
  }

  setImage(tag: string): void {
    const { template, steps } = this.#parts.state
    this.apply({ template: withImage(template, tag), steps }, 'hand')
  }

  remove(): void {
    const { host, state, sets, runs, past, pace } = this.#parts
    const { owner, application, isRewritten } = this.#options
    pace.overtake()
    past.endFailure()
    for (const object of this.objects().toReversed()) host.tell(this.cluster, object, 'DELETED')
    sets.clear()
    runs.length = 0
    // What comes back under this name is another object, which has served nothing yet.
    owner.uid += '+'
    Object.assign(state, firstState({ owner, application, isRewritten }))
    past.forget()
    this.#controller.forget()
    this.isGone = true
    this.#options.onChange()
  }

  scale(): void {
    const { host, state, pace, shown } = this.#parts
    if (state.generation === 0) return
    state.generation += 1
    shown.tellRollout()
    pace.soon(host.random.between(5, 900), () => {
      state.observed = state.generation
      shown.tellRollout()
    })
  }

  drain(ms: number): void {
    const { host, state, pace, shown } = this.#parts
    if (state.mode !== 'healthy') return
    this.#attempts.hang()
    host.after(ms, shown.recover(state.current, pace.awayFor))
  }

  stopController(until: number): void {
    this.#parts.pace.stop(until)
  }

  objects(kind?: Kind): readonly Raw[] {
    const { state, sets, runs, shown } = this.#parts
    return objectsOf(state, { sets, runs, kind }).map(shown.versioned)
  }

  get owner(): WorldRollout['owner'] {
    return this.#options.owner
  }

  get cluster(): string {
    return this.#options.cluster
  }

  get application(): string {
    return this.#options.application
  }

  get spec(): WorldRollout['spec'] {
    return { key: this.#parts.past.asked.key, steps: this.#parts.state.steps }
  }

  get asked(): WorldRollout['asked'] {
    return this.#parts.past.asked
  }

  get stable(): WorldRollout['stable'] {
    return { key: this.#parts.state.stable, by: this.#parts.past.stableBy }
  }

  get health(): WorldRollout['health'] {
    return healthOf(this.#parts.state.mode)
  }

  get failures(): WorldRollout['failures'] {
    return this.#parts.past.failures
  }

  get ran(): WorldRollout['ran'] {
    return this.#parts.past.ran
  }
}
