import type { ApplicationSnapshot } from '../domain/application/snapshots.ts'
import { KedgeError } from '../domain/errors.ts'
import type { Policy } from '../domain/policy/policy.ts'
import type { PolicySubject } from '../domain/policy/settings.ts'
import type { Release } from '../domain/release/release.ts'
import type { CommitRules } from '../domain/revert/commit-rules.ts'
import type { Digest } from '../domain/revert/keys.ts'
import type { Channel } from '../ports/channel.ts'
import type { Clock } from '../ports/clock.ts'
import type { ClusterView } from '../ports/cluster-view.ts'
import type { ForgeLimit, Forges } from '../ports/forge.ts'
import type { GitRepositories } from '../ports/git.ts'
import type { ImageRegistry } from '../ports/image-registry.ts'
import type { Within } from '../ports/leader-election.ts'
import type { Ledger, LedgerEntry, LedgerHead } from '../ports/ledger.ts'
import type { Logger } from '../ports/log.ts'
import type { Renderer } from '../ports/renderer.ts'
import type { Tracer } from '../ports/tracer.ts'
import type { AlertView } from './alerts/alert-view.ts'

/** What this process leads, where several share the work. */
export interface Lead {
  leads(cluster: string): boolean
  within: Within
}

/** Of a process that is the only one. */
export const LEADS_ALL: Lead = { leads: () => true, within: (work) => work() }

/** Everything the loop works with: ports, and the pure parts of the configuration. */
export interface Environment {
  clock: Clock
  logger: Logger
  /** One per cluster with Rollouts. */
  views: readonly ClusterView[]
  /** The view that has the Applications. */
  applications: ClusterView
  ledger: Ledger
  repositories: GitRepositories
  renderer: Renderer
  forges: Forges
  /** Undefined when no channel is configured: then nobody is told, and the log says so. */
  channel: Channel | undefined
  /** Absent where no registry may be asked. */
  images?: ImageRegistry
  /** Undefined where nobody is asked for alerts. */
  alerts?: AlertView | undefined
  digest: Digest
  /** In [0, 1). */
  random: () => number
  policyFor: (rollout: PolicySubject['rollout'], application: ApplicationSnapshot | undefined, now: number) => Policy
  /** How the commits of reverts are made in a repository. */
  commitsFor: (repoURL: string) => CommitRules
  /** What the forge of a repository takes from Kedge's account. */
  limitsFor: (repoURL: string) => readonly ForgeLimit[]
  allowsRepository: (repoURL: string) => boolean
  /** Whether the Application deploys to that cluster. */
  deploysTo: (application: ApplicationSnapshot, cluster: string) => boolean
  /** Told of each look at a Rollout: how long it took, and whether it failed. */
  onReconciled?: (seconds: number, result: 'ok' | 'error') => void
  /** Undefined when nobody collects traces: then nothing is wrapped and nothing is timed. */
  tracer?: Tracer | undefined
  /** Where the chain stands, for whoever will hold it against that. Undefined where nobody will: then it is told nowhere. */
  ledgerHead?: (() => Promise<LedgerHead | undefined>) | undefined
  linksFor: (release: Release) => readonly { text: string; url: string }[]
}

/**
 * Reads, decides and appends without anybody else's append in between: two writers of one document (the reconciler and the delivery)
 * would otherwise lose each other's news. The function sees every earlier commit, those of other processes too, and is asked again where
 * one of them came first.
 */
export interface Journal {
  commit(entries: () => readonly LedgerEntry[]): Promise<void>
}

/** See {@link Journal}. */
export function createJournal(ledger: Ledger): Journal {
  let last: Promise<unknown> = Promise.resolve()
  return {
    commit(entries) {
      const next = last.then(async () => {
        while (!(await isAppended(ledger, entries()))) continue
      })
      last = next.catch(() => undefined)
      return next
    },
  }
}

async function isAppended(ledger: Ledger, entries: readonly LedgerEntry[]): Promise<boolean> {
  try {
    if (entries.length > 0) await ledger.append(entries)
    return true
  } catch (fault) {
    if (isBehind(fault)) return false
    throw fault
  }
}

/** Another process came first, and what it has appended is known by now. */
function isBehind(fault: unknown): boolean {
  return fault instanceof KedgeError && fault.code === 'E_LEDGER_BEHIND'
}
