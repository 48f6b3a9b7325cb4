import type { CardAnswer } from './interaction.ts'

/** What a person wants, from one process to the one that leads what it is about. Plain data: it is kept until it was done. */
export type Command =
  | { type: 'adopt'; release: string; by: string }
  | { type: 'release-storm'; storm: string; by: string }
  /** `side`: see `Channel.sideOf`. */
  | { type: 'answer'; answer: CardAnswer; side: string }
  /** `rollout`: `cluster/namespace/name`. */
  | { type: 'retry'; rollout: string }
