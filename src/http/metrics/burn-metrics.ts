import { Gauge, type Registry } from 'prom-client'
import type { BurnState } from '../../domain/alert/alert.ts'
import { burnOf } from '../../domain/release/burned.ts'
import type { Release } from '../../domain/release/release.ts'

const STATES: readonly BurnState[] = ['firing', 'silenced', 'inhibited', 'resolved', 'unknown']

/** The releases that an alert after their promotion names, of those that are open, by how that alert stands. */
export function burnGauge(registers: Registry[], views: () => readonly { cluster: string }[], open: () => readonly Release[]): void {
  new Gauge({
    name: 'kedge_burns',
    help: 'Releases that an alert after their promotion names and that have not ended, by how that alert stands.',
    labelNames: ['cluster', 'alert'],
    registers,
    collect() {
      this.reset()
      for (const { cluster } of views()) for (const alert of STATES) this.set({ cluster, alert }, 0)
      for (const release of open()) {
        const burn = burnOf(release)
        if (burn) this.inc({ cluster: release.cluster, alert: burn.state })
      }
    },
  })
}
