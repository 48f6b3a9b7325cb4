import type { Raw } from '../../simulation/objects.ts'
import type { Folder } from './manifests.ts'
import type { WorldRollout } from './truth.ts'

/** One time that manifests were applied: what is true of it, whatever Argo CD's records say. */
export interface Applied {
  at: number
  revision: string
  /** Template by Rollout. */
  keys: ReadonlyMap<string, string>
  /** The Rollouts whose spec was another before. */
  changed: ReadonlySet<string>
  kind: 'sync' | 'heal' | 'rollback'
  /** The tag that the Application followed, if any. */
  tag: string | undefined
  /** How often it had been made anew. */
  made: number
}

/** A tag of the repository. */
export interface Tag {
  name: string
  commit: string
}

export interface HistoryEntry {
  id: number
  revision: string
  startedAt: number
  at: number
  tag: Tag | undefined
}

export interface ApplicationOptions {
  name: string
  folder: Folder
  cluster: string
  /** How Argo CD names the destination; undefined for the cluster that it runs in. */
  destination: string | undefined
  namespace: string
  rollouts: readonly WorldRollout[]
  autoSync: boolean
  selfHeal: boolean
  /** Where the Rollouts stand among sync waves: what comes `before` makes a sync long, what comes `after` waits for their health. */
  waves: 'none' | 'before' | 'after'
  historyLimit: number
}

/** One `operationState`. */
export interface Operation {
  revision: string
  kind: Applied['kind']
  startedAt: number
  finishedAt?: number
  phase: 'Running' | 'Succeeded' | 'Failed'
  hasResult: boolean
  tag: Tag | undefined
  /** It failed in a hook, before anything of the Application was put into the cluster: its result names nothing else. */
  inHook?: true
}

/** One Application with its controller. */
export interface WorldApplication extends ApplicationOptions {
  /** Where its objects are: the cluster of Argo CD. */
  refreshIn(ms: number): void
  failNext(when: 'before' | 'after'): void
  /** A Rollout of it has changed. */
  liveChanged(): void
  setAutoSync(on: boolean): void
  /** `argocd app sync` at the branch. */
  syncNow(): void
  /** No sync begins for so long, whatever the spec says. */
  denySyncs(ms: number): void
  /** Deleted, and made anew so many milliseconds later. */
  makeAnew(cascade: boolean, ms: number): void
  /** Follows a tag; undefined for `main`. */
  retarget(tag: Tag | undefined): void
  /** When it was last told to follow something else, or made anew, epoch ms. */
  readonly changedAt: number
  readonly tag: Tag | undefined
  readonly isGone: boolean
  /** `argocd app rollback`, to the entry before the newest of the history. */
  rollBack(): void
  object(): Raw
  readonly applied: readonly Applied[]
  readonly isAutomated: boolean
}
