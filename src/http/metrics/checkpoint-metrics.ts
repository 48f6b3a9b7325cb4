import { Counter, Gauge, type Registry } from 'prom-client'
import type { CheckpointStanding } from '../../reconcile/ledger/checkpoints.ts'
import type { ChainStanding } from '../../reconcile/ledger/resume-ledger.ts'

export interface ChainOptions {
  /** Where checkpoints are written, see `Checkpoints`. */
  checkpoints?: () => readonly CheckpointStanding[]
  /** How far the chain of the ledger has been walked. */
  chain?: (() => ChainStanding) | undefined
}

/** Registers what is told of the chain of the ledger and its checkpoints. @returns counts one try to write one */
export function checkpointMetrics({ checkpoints, chain }: ChainOptions, registers: Registry[]): (result: 'written' | 'failed') => void {
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
  new Gauge({
    name: 'kedge_ledger_unverified_records',
    help: 'Records up to the checkpoint that the start began after, while the whole chain is being verified; 0 once that has held.',
    registers,
    collect() {
      this.set(chain?.().from?.sequence ?? 0)
    },
  })
  return (result) => tries.inc({ result })
}
