import type { By } from './host.ts'
import type { Asked, Failure } from './truth.ts'

/** What is true of a Rollout, whatever it shows: who asked for what, what has run, what failed. */
export class RolloutPast {
  asked: Asked = { key: '', by: 'sync', revision: undefined, at: 0 }
  /** Whose the stable version is. */
  stableBy: By = 'sync'
  readonly failures: Failure[] = []
  /** Every template that has run Healthy as stable, with who asked for it. */
  readonly ran: Asked[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Whatever failed last is over. */
  endFailure(): void {
    const last = this.failures.at(-1)
    if (last && last.until === undefined) last.until = this.#now()
  }

  /** A version that is asked for and runs. To go back to it by hand tells nothing new of whose it is. */
  settleStable(): void {
    if (!isByHand(this.asked.by)) this.stableBy = this.asked.by
    else if (!isByHand(this.stableBy)) this.stableBy = 'compared'
  }

  /** What is asked for has come up. */
  promoted(): void {
    this.stableBy = this.asked.by
    this.ran.push(this.asked)
  }

  /** Git asks at this commit for what is asked for by hand. `stable`: the version that is. */
  agree(revision: string, stable: string): void {
    if (!isByHand(this.asked.by)) return
    this.asked = { ...this.asked, by: 'compared', revision }
    if (stable === this.asked.key) this.stableBy = 'compared'
  }

  /** Nothing is asked for, and nothing has run. */
  forget(): void {
    this.ran.length = 0
    this.asked = { key: '', by: 'sync', revision: undefined, at: this.#now() }
  }
}

function isByHand(by: By): boolean {
  return by === 'hand' || by === 'rollback'
}
