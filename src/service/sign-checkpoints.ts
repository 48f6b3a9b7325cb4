import type { Config } from '../config/settings.ts'
import { createCheckpoints, type CheckpointOptions, type Checkpoints } from '../reconcile/ledger/checkpoints.ts'
import type { ClusterLeader } from '../reconcile/loop/controllers.ts'
import type { OpenPorts } from './open-ports.ts'

/**
 * Begins to sign checkpoints of the ledger, where that is configured. Of several replicas, the one signs that leads the first cluster which
 * somebody leads.
 */
export function signCheckpoints(
  { ledger: { checkpoints } }: Config,
  { site, store, signing }: Pick<OpenPorts, 'site' | 'store' | 'signing'>,
  { leaders, counted }: { leaders: () => readonly ClusterLeader[]; counted: NonNullable<CheckpointOptions['counted']> },
): Checkpoints | undefined {
  if (!checkpoints || !signing) return undefined
  const { everyRecords, everyMs } = checkpoints
  return createCheckpoints({
    store,
    signing,
    clock: site.clock,
    logger: site.logger,
    leads: () => isForThisOne(leaders()),
    everyRecords,
    everyMs,
    counted,
  } satisfies Required<CheckpointOptions>)
}

function isForThisOne(leaders: readonly ClusterLeader[]): boolean {
  return leaders.length === 0 || leaders.find(({ holder }) => holder !== undefined)?.isOwn === true
}
