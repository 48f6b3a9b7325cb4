import type { ReleaseFacts } from './transitions.ts'

/** What no release has when it begins. */
export const UNTRIED = {
  applied: null,
  revision: null,
  goodRevision: null,
  author: null,
  sourcePr: null,
  repository: null,
  waiting: null,
  cause: null,
  attempts: [],
  recurrence: 0,
  preExisting: false,
  decision: null,
  revertKey: null,
} satisfies Partial<ReleaseFacts>
