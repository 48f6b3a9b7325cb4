import type { MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { VirtualClock } from '../../src/adapters/replay/virtual-clock.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { CommitRules } from '../../src/domain/revert/commit-rules.ts'
import type { AlertSource } from '../../src/ports/alerts.ts'
import type { ForgeLimit } from '../../src/ports/forge.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import type { Origin } from '../contract/git/origin.ts'

/** See {@link StageOptions}. */
export type Outside = Pick<Adapters, 'forges' | 'repositories'> & AsyncDisposable

export interface StageOptions {
  /** What Kedge is given in place of where the ledger is kept. */
  wrapStore?: (store: MemoryLedger) => MemoryLedger
  policy?: Partial<Policy>
  /** One by default. With several, an Application names the one that it deploys to. */
  clusters?: readonly string[]
  /** The cluster that Argo CD runs in; by default the first. */
  argocd?: string
  /** The account may read Applications there, and nothing else. */
  onlyApplications?: true
  allows?: (repoURL: string) => boolean
  /** Puts something between Kedge and its ports, for each start of Kedge. */
  wrap?: (environment: Environment) => Environment
  /** `none`: files have to do. By default plain folders are rendered. */
  renderer?: 'directory' | 'none'
  /** How the commits of reverts are made. */
  commits?: CommitRules
  /** Nobody is asked by default. */
  alerts?: AlertSource
  /** What the forge takes; by default as much as the strictest, GitHub. */
  limits?: readonly ForgeLimit[]
  /** A forge and a Git of one's own in the place of those that only remember, and that lie there. */
  outside?: (at: { origin: Origin; clock: VirtualClock }) => Promise<Outside>
  /** What is new in the repository is fetched, and looked at as it comes. By default Kedge reads where it lies. */
  fetches?: true
}
