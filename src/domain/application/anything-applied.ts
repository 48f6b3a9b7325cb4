import { appliedBy } from './applied-sources.ts'
import type { AppliedSync } from './applied.ts'
import type { ApplicationSnapshot, OperationSnapshot } from './snapshots.ts'

/**
 * Every sync that may have changed anything of an Application, newest first: also one that failed, that was of some resources only, or that
 * runs now. What never reached the Rollout may have reached what it reads.
 */
export function anythingApplied(application: ApplicationSnapshot): readonly AppliedSync[] {
  const { operation, formerOperations = [], history } = application
  const operations = [...(operation ? [operation] : []), ...formerOperations].flatMap((one) => syncOf(application, one))
  const entries = history
    .toSorted((a, b) => b.id - a.id)
    .filter(({ revisions }) => revisions.length > 0)
    .map((entry): AppliedSync => {
      const { deployStartedAt: startedAt = entry.deployedAt, deployedAt: endedAt } = entry
      return { ...appliedBy(application, entry), startedAt, endedAt }
    })
  const all = [...operations, ...entries].toSorted((a, b) => timeOf(b) - timeOf(a))
  // One at a time: what was never seen to end had ended when the next began.
  return all.map((sync, at) => (sync.endedAt === undefined && at > 0 ? { ...sync, endedAt: all[at - 1]?.startedAt } : sync))
}

function syncOf(application: ApplicationSnapshot, operation: OperationSnapshot): readonly AppliedSync[] {
  const { revisions: applied, requested, sources: said, startedAt, finishedAt: endedAt } = operation
  const revisions = applied.length > 0 ? applied : requested
  if (revisions.length === 0) return []
  const sources = said.length > 0 ? said : application.sources
  return [{ ...appliedBy(application, { ...operation, revisions, sources }), startedAt, endedAt }]
}

const timeOf = ({ startedAt, endedAt }: AppliedSync): number => startedAt ?? endedAt ?? Infinity

/** Whether the history is known without a gap to before a time, epoch ms: Argo CD keeps no more than its newest entries. */
export function historyReachesBack({ history }: Pick<ApplicationSnapshot, 'history'>, to: number): boolean {
  const entries = history.toSorted((a, b) => b.id - a.id)
  for (const [at, { id, deployedAt }] of entries.entries()) {
    if (deployedAt < to) return true
    if (entries[at + 1]?.id !== id - 1) return false
  }
  return false
}

/**
 * Whether manifests of somebody's own, which are of no commit, may have been applied within a time, epoch ms: what they changed nobody can
 * say. Argo CD keeps an entry of them without a revision.
 */
export function appliedOfNoCommit(application: ApplicationSnapshot, from: number, to: number): boolean {
  const { operation, formerOperations = [], history } = application
  const operations = [...(operation ? [operation] : []), ...formerOperations].filter(({ local }) => local === true)
  const entries = history.filter(({ revisions }) => revisions.length === 0)
  const times = [
    ...operations.map(({ startedAt, finishedAt }) => ({ startedAt, endedAt: finishedAt })),
    ...entries.map(({ deployStartedAt, deployedAt }) => ({ startedAt: deployStartedAt ?? deployedAt, endedAt: deployedAt })),
  ]
  return times.some(({ startedAt = -Infinity, endedAt = Infinity }) => startedAt <= to && endedAt >= from)
}
