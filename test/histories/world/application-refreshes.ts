import type { LiveApplication } from './application-live.ts'
import type { ApplicationSyncs } from './application-syncs.ts'

/** When Argo CD looks at an Application, and what it begins by what it finds: a sync of a newer commit, or one that heals. */
export class ApplicationRefreshes {
  readonly #live: LiveApplication
  readonly #syncs: ApplicationSyncs
  #at: number | undefined
  #isHealing = false

  constructor(live: LiveApplication, syncs: ApplicationSyncs) {
    this.#live = live
    this.#syncs = syncs
  }

  /** Unless it looks before that anyway. */
  refreshIn(ms: number): void {
    const { host } = this.#live
    const at = host.now() + ms
    if (this.#at !== undefined && this.#at <= at) return
    this.#at = at
    host.after(ms, () => {
      if (this.#at !== at) return
      this.#at = undefined
      this.#refresh()
    })
  }

  #refresh(): void {
    const { state } = this.#live
    if (state.isGone) return
    const { compared, syncStatus, drifted } = state
    this.#live.compare()
    const head = state.compared
    const isDue = state.isAutomated && state.syncStatus === 'OutOfSync' && this.#live.maySync()
    // The sync is under way before what was compared is shown.
    if (isDue && head !== state.tried?.revision) {
      Object.assign(state, { compared, syncStatus, drifted })
      return this.#syncs.begin(head, 'sync')
    }
    this.#live.tell()
    if (isDue && state.tried?.ok) this.#heal()
  }

  /** What is not as the commit asks for that was synced last, a little later. */
  #heal(): void {
    const { host, state, options } = this.#live
    if (!options.selfHeal || state.drifted.size === 0 || this.#isHealing) return
    this.#isHealing = true
    host.after(host.random.between(400, 5_500), () => {
      this.#isHealing = false
      this.#live.compare()
      const isDue = state.isAutomated && state.drifted.size > 0 && state.compared === state.tried?.revision
      if (isDue && this.#live.maySync()) this.#syncs.begin(state.compared, 'heal')
      else this.refreshIn(50)
    })
  }
}
