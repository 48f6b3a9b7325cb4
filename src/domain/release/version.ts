import type { AppliedRevision } from '../application/applied-revision.ts'

/** The ledger's document of one template that was seen to serve: "N must have been seen Healthy". */
export interface Version {
  templateKey: string
  podTemplateHash: string
  healthyAt: number
  /** The newest sync that can have made it. */
  applied: AppliedRevision | null
  /** No sync made it: the Rollout was changed by hand. */
  byHand?: boolean
  /** It had left and come back: Rollouts' number of the stay in which Argo CD was last seen to find it as Git asks. */
  stay?: number
  images: readonly string[]
}
