import { createClusterView, type ClusterViewOptions, type LiveClusterView } from '../../../src/adapters/kubernetes/cluster-view.ts'
import { createSystemClock } from '../../../src/adapters/system/clock.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { ClusterView } from '../../../src/ports/cluster-view.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { createManualClock } from '../../../src/simulator/clock.ts'

/** The machine's own time. */
export const machineClock: Clock = createSystemClock()

/** A view of a plain loopback server. Unless told otherwise, what takes 15 s in production takes 1.5 s here. */
export function aView(url: string, options: Partial<ClusterViewOptions> = {}): LiveClusterView {
  const connection = { server: url, credentials: () => Promise.resolve({ headers: {}, tls: {} }) }
  return createClusterView({
    cluster: 'prod',
    connection,
    kinds: ['Rollout'],
    clock: machineClock,
    random: Math.random,
    logger: SILENT,
    staleAfterMs: 1_500,
    ...options,
  })
}

/** Resolves as soon as the condition holds, looked at after every change of the view. */
export function until(view: Pick<ClusterView, 'subscribe'>, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (holds()) return resolve()
    const subscription = view.subscribe(() => {
      if (!holds()) return
      subscription[Symbol.dispose]()
      resolve()
    })
  })
}

/** Time that a test moves by hand. */
export function handClock(): Clock & { advance(ms: number): void } {
  const clock = createManualClock()
  return {
    now: () => clock.now(),
    elapsed: () => clock.now(),
    after(ms, call) {
      const cancel = clock.setTimer(ms, call)
      return { [Symbol.dispose]: cancel }
    },
    advance: (ms) => clock.advance(ms),
  }
}
