import type { Revert } from './revert.ts'

/** What those events of a revert tell that tell no more than that they have happened. */
export const MARKS: Readonly<Record<'revert-waits' | 'revert-reopened' | 'restore-overdue', Partial<Revert>>> = {
  'revert-waits': { awaitsTurn: true },
  'revert-reopened': { endedAt: null },
  'restore-overdue': { toldNotRestored: true },
}
