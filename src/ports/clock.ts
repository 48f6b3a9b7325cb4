/** Time. Promises nothing about order between two clocks: the cluster, Git and the forge have their own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls once at or after `at` (epoch ms). Dispose cancels. Never calls before the caller has returned. */
  schedule(at: number, call: () => void): Disposable
}
