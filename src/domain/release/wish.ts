import type { AppliedSync } from '../application/applied.ts'

/**
 * Whether the cluster was told what Git asks for, by Argo CD's comparison of that very Rollout. `undone`: it was told something else by
 * hand. `waiting-for-sync`: Git asks for something newer. `unknown`: nobody says.
 */
export type WishState = 'met' | 'undone' | 'waiting-for-sync' | 'unknown'

/** See {@link WishState}. */
export interface Wish {
  readonly state: WishState
  /** What Git asks for by Argo CD's word, one per source: what was synced, or, while that is not done, what was compared. */
  readonly revisions: readonly string[]
  /** Of `unknown`, where one Application owns the Rollout: it could not compare, or cannot be seen, or nobody has rendered it. */
  readonly why?: 'not-compared' | 'not-seen' | 'not-rendered' | undefined
  /** Of `met`: when Argo CD compared, by its clock, epoch milliseconds. */
  readonly comparedAt?: number | undefined
  /** Of `undone`: no sync has applied yet what Git asks for by now, so it need not be what was undone. */
  readonly isNewer?: true
  /** How it was undone: `argocd app rollback` is a sync of an older revision. */
  readonly by?: 'hand' | 'older-sync'
  /** `kind/name` of what was changed by hand, where that is not the Rollout but what it takes its template from. */
  readonly workload?: string | undefined
  /** Automated sync is off, so a person has to sync it. */
  readonly syncedByHand?: boolean
  /** The sync whose template Git asks for, and the hash of that template. Undefined where they are not known, or nothing was undone. */
  readonly sync?: AppliedSync | undefined
  readonly wanted?: string | undefined
}

/** A wish that has not been met, or not been known, for longer than a normal sync takes. `met`: what is rendered says so. */
export interface HeldWish extends Wish {
  /** What the cluster was told instead. */
  readonly podTemplateHash: string
  /** Epoch milliseconds. */
  readonly since: number
  /** It was so when Kedge first looked at this cluster. */
  readonly wasThere: boolean
}
