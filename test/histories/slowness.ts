import type { VirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import type { GitRepository } from '../../src/ports/git.ts'

/** Lets a push take its time on a clock that goes on only when nothing is left to do. */
export interface Slowness {
  pushMs: number
  of(repository: GitRepository): GitRepository
  /** Waits for the work, but not for what waits for the clock. */
  unless(work: Promise<void> | undefined): Promise<void>
  /** Nobody waits any more: the process ends. */
  end(): void
}

/** So many turns of the event loop without an end: what is left waits for the clock. */
const TURNS = 40

/** Everything else that can be done has had its turn. */
const turned = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Everything is fast at first. */
export function createSlowness(clock: VirtualClock): Slowness {
  const waiting = new Set<() => void>()
  const slowed = new WeakMap<GitRepository, GitRepository>()
  const slowness: Slowness = {
    pushMs: 0,
    of(repository) {
      const known = slowed.get(repository) ?? { ...repository, push: slowly(repository) }
      slowed.set(repository, known)
      return known
    },
    async unless(work) {
      if (!work || (slowness.pushMs === 0 && waiting.size === 0)) return work
      const at = { isDone: false }
      const done = work.finally(() => (at.isDone = true))
      await Promise.race([done, blocked(at)])
    },
    end() {
      for (const resolve of waiting) resolve()
      waiting.clear()
    },
  }

  const slowly =
    (repository: GitRepository): GitRepository['push'] =>
    async (branch, commit) => {
      if (slowness.pushMs > 0) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve)
          clock.after(slowness.pushMs, resolve)
          void clock.after(slowness.pushMs, () => waiting.delete(resolve))
        })
      }
      return repository.push(branch, commit)
    }

  /** Resolves once something waits for the clock, and all that could be done beside it has been. */
  async function blocked(at: { isDone: boolean }): Promise<void> {
    for (let turn = 0; !at.isDone && turn < TURNS; turn = waiting.size > 0 ? turn + 1 : 0) await turned()
  }
  return slowness
}
