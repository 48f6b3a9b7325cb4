import { Counter, Gauge, type Registry } from 'prom-client'
import type { CheckpointStanding } from '../reconcile/ledger/checkpoints.ts'

/** Registers what is told of checkpoints of the ledger. @returns counts one try to write one */
export function checkpointMetrics(
  { checkpoints }: { checkpoints?: () => readonly CheckpointStanding[] },
  registers: Registry[],
): (result: 'written' | 'failed') => void {
  const tries = new Counter({
    name: 'kedge_checkpoints_total',
    help: 'Checkpoints of the ledger, by whether they could be written; each place counts by itself.',
    labelNames: ['result'],
    registers,
  })
  new Gauge({
    name: 'kedge_checkpoint_record',
    help: 'Number of the newest record that this process has signed a checkpoint of, by place; absent where it has not.',
    labelNames: ['place'],
    registers,
    collect() {
      this.reset()
      for (const { place, head } of checkpoints?.() ?? []) if (head) this.set({ place }, head.sequence)
    },
  })
  return (result) => tries.inc({ result })
}
