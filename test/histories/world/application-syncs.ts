import type { LiveApplication } from './application-live.ts'
import { appliedOf } from './application-objects.ts'
import { untilHistory } from './pace.ts'
import type { Applied, Operation } from './world-application.ts'

/** The syncs of an Application, one at a time: each is begun, applies what a commit renders, and ends. */
export class ApplicationSyncs {
  readonly applied: Applied[] = []
  readonly #live: LiveApplication
  /** When Argo CD looks at the Application again. */
  readonly #refreshIn: (ms: number) => void
  #failing: 'before' | 'after' | undefined

  constructor(live: LiveApplication, refreshIn: (ms: number) => void) {
    this.#live = live
    this.#refreshIn = refreshIn
  }

  /** The next sync fails, before the Rollouts are applied or after. */
  failNext(when: 'before' | 'after'): void {
    this.#failing = when
  }

  begin(revision: string, kind: Applied['kind']): void {
    const { host, state, options } = this.#live
    const current: Operation = { revision, kind, startedAt: host.now(), phase: 'Running', hasResult: false, tag: state.tag }
    if (kind !== 'rollback') state.tried = { revision, ok: false }
    this.#show(current)
    host.after(host.random.between(10, 60), () => {
      if (state.isGone) return
      if (kind !== 'rollback') this.#live.compare()
      this.#live.tell()
    })
    const wait = options.waves === 'before' && kind !== 'heal' ? host.random.between(3_000, 40_000) : 0
    const fails = kind === 'heal' ? undefined : this.#failing
    if (fails) this.#failing = undefined
    this.#after(current, wait + host.random.between(150, 1_100), () => {
      if (fails === 'before') this.#fail(current, true)
      else this.#apply(current, fails === 'after')
    })
  }

  /** The operation of before goes first, where there was one. */
  #show(current: Operation): void {
    const { state } = this.#live
    const former = state.operation
    state.operation = undefined
    if (former) this.#live.tell()
    state.operation = current
    this.#live.tell()
  }

  /** Unless another has begun by then, or the Application is gone. */
  #after(current: Operation, ms: number, call: () => void): void {
    const { host, state } = this.#live
    host.after(ms, () => {
      if (state.operation === current) call()
    })
  }

  /** It is tried a few times, and then no more until there is a newer commit. */
  #fail(current: Operation, inHook = false): void {
    const { host } = this.#live
    this.#after(current, host.random.between(1_000, 20_000), () => {
      Object.assign(current, { phase: 'Failed', finishedAt: host.now(), hasResult: true, ...(inHook && { inHook }) })
      this.#live.tell()
      this.#refreshIn(150)
    })
  }

  #apply(current: Operation, fails: boolean): void {
    const { host, state, options } = this.#live
    const isHeal = current.kind === 'heal'
    const wanted = this.#live.rendered(current.revision)
    current.hasResult = !isHeal
    const changed = options.rollouts.filter((rollout) => {
      const one = wanted?.rollouts.get(rollout.owner.name)
      if (wanted && !one && !rollout.isGone) rollout.remove()
      return one !== undefined && rollout.apply(one, current.kind, current.revision)
    })
    this.applied.push(appliedOf(current, { at: host.now(), wanted, changed, made: state.made }))
    if (!isHeal && !fails) state.rest = wanted?.rest ?? ''
    if (current.hasResult) this.#live.tell()
    if (fails) this.#fail(current)
    else if (options.waves === 'after' && !isHeal) this.#waitForHealth(current)
    else this.#finish(current, untilHistory(host.random))
  }

  /** A later wave waits until the Rollouts are Healthy; one that is Degraded fails the sync. */
  #waitForHealth(current: Operation): void {
    this.#after(current, 250, () => {
      const all = this.#live.present().map((rollout) => rollout.health)
      if (all.includes('Degraded')) {
        Object.assign(current, { phase: 'Failed', finishedAt: this.#live.host.now() })
        this.#live.tell()
        this.#refreshIn(150)
      } else if (all.every((one) => one === 'Healthy')) this.#finish(current, 20)
      else this.#waitForHealth(current)
    })
  }

  #finish(current: Operation, ms: number): void {
    const { host, state } = this.#live
    const { revision, kind, startedAt, tag } = current
    this.#after(current, ms, () => {
      if (kind !== 'heal') state.history.push({ id: state.history.length, revision, startedAt, at: host.now(), tag })
      this.#live.tell()
      this.#after(current, host.random.between(15, 60), () => {
        Object.assign(current, { phase: 'Succeeded', finishedAt: host.now(), hasResult: true })
        if (kind !== 'rollback') state.tried = { revision, ok: true }
        this.#live.tell()
        this.#refreshIn(host.random.between(60, 250))
      })
    })
  }
}
