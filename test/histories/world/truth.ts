import type { Owner, Raw } from '../../simulation/objects.ts'
import type { By, Verdict } from './host.ts'
import type { Wanted } from './manifests.ts'
import type { Kind } from './watches.ts'

/** Who put which template into the spec, and when. */
export interface Asked {
  key: string
  by: By
  /** The commit, where Argo CD applied it. */
  revision: string | undefined
  at: number
}

/** One time that a version was aborted. `until` is when that was over. */
export interface Failure {
  /** Of the Rollout, which may be deleted and made again. */
  uid: string
  key: string
  rolloutRevision: number
  cause: Verdict | 'human'
  asked: Asked
  stable: string
  stableBy: By
  from: number
  until: number | undefined
}

/** One Rollout with its controller: what it shows, and what is true of it. */
export interface WorldRollout {
  readonly owner: Owner
  readonly cluster: string
  readonly application: string
  /** Argo CD or a person writes its spec. Whether that changed it. */
  apply(wanted: { template: Raw; steps: number }, by: By, revision?: string): boolean
  /** Argo CD found it as Git asks for at this commit. */
  agree(revision: string): void
  /** `kubectl argo rollouts` and the dashboard. */
  abort(): void
  retry(): void
  promoteFull(): void
  undo(): void
  setImage(tag: string): void
  /** Argo CD prunes it: with its ReplicaSets it is gone. */
  remove(): void
  isGone: boolean
  /** An HPA: another generation, the same template. */
  scale(): void
  /** Its pods are away for so long, milliseconds, however well the version is. */
  drain(ms: number): void
  /** The controller does nothing until then (epoch ms). */
  stopController(until: number): void
  objects(kind?: Kind): readonly Raw[]
  readonly spec: Pick<Wanted, 'key' | 'steps'>
  readonly asked: Asked
  readonly stable: { key: string; by: By }
  readonly health: 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended' | 'Missing'
  readonly failures: readonly Failure[]
  /** Every template that has run Healthy as stable, with who asked for it. */
  readonly ran: readonly Asked[]
}
