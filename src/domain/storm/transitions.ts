import { row, type StateTable } from '../state-table.ts'
import type { Storm } from './storm.ts'

/** Where a storm stands; `none` before it has begun. */
export type StormStanding = 'none' | Storm['state']

/** What may happen to a storm, under the name that the ledger's record bears. Times (`at`) are epoch milliseconds. */
export type StormEvent =
  | { type: 'storm-begun'; storm: Pick<Storm, 'key' | 'cause'>; at: number }
  | { type: 'storm-held' }
  | { type: 'storm-passed'; at: number }
  | { type: 'storm-released'; by: string; at: number }
  | { type: 'storm-ended'; at: number }

/** Everything that a storm may go through. What is over never begins again: the same cause makes another storm. */
export const STORM_TABLE: StateTable<StormStanding, Storm['state'], StormEvent['type'], never> = {
  none: {
    'storm-begun': row('gathering', [], 'A second Rollout has failed for the same cause.'),
  },
  gathering: {
    'storm-held': row('holding', [], 'So many have failed for it that the cause is hardly their releases.'),
    'storm-passed': row('over', [], 'The cause is gone before anything was held.'),
    'storm-released': row('released', [], 'What one commit brought to other files waits for its first revert: a person wants it now.'),
    'storm-ended': row('over', [], 'None of its releases is open any more.'),
  },
  holding: {
    'storm-passed': row('passed', [], 'The cause is gone: trying again is right, and only a person may want the PRs all the same.'),
    'storm-released': row('released', [], 'A person wants each release decided by itself.'),
    'storm-ended': row('over', [], 'None of its releases is open any more.'),
  },
  passed: {
    'storm-released': row('released', [], 'A person wants each release decided by itself.'),
    'storm-ended': row('over', [], 'None of its releases is open any more.'),
  },
  released: {
    'storm-ended': row('over', [], 'None of its releases is open any more.'),
  },
  over: {},
}

/** Where a document stands; `none` without one. */
export function stormStanding(storm: Storm | undefined): StormStanding {
  return storm?.state ?? 'none'
}

/**
 * Applies the table to the document as the ledger has it now. Undefined where the event does not apply to where it stands: then nothing is
 * written. Nothing else may write where a storm stands.
 */
export function moveStorm(storm: Storm | undefined, event: StormEvent): Storm | undefined {
  const step = STORM_TABLE[stormStanding(storm)][event.type]
  if (!step) return undefined
  if (event.type === 'storm-begun') return { ...event.storm, state: step.to, begunAt: event.at, endedAt: null }
  if (!storm) return undefined
  const ended = 'at' in event ? { endedAt: event.at } : {}
  return { ...storm, ...ended, ...(event.type === 'storm-released' && { releasedBy: event.by }), state: step.to }
}
