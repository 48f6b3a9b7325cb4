/** Time. Promises nothing about order between two clocks: the cluster, Git and the forge have their own. */
export interface Clock {
  /** Epoch milliseconds, for what is written down, shown or compared with somebody else's time. A person may set it back or forward. */
  now(): number
  /** Milliseconds since a moment of its own. Goes on evenly whatever is set: for how long something has held, and how long to wait. */
  elapsed(): number
  /** Calls once when so many milliseconds have passed by `elapsed`. Dispose cancels. Never calls before the caller has returned. */
  after(ms: number, call: () => void): Disposable
}
