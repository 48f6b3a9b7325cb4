import type { WatchedKind } from '../../src/adapters/kubernetes/tables.ts'
import type { Question } from '../../src/ports/cluster-view.ts'
import type { Setup } from './script.ts'

/** What an account may get, list and watch, by what `kedge rbac --reads` calls it; a test holds it against what that prints. */
export const ACCOUNTS = {
  rollouts: ['Rollout', 'AnalysisRun', 'Experiment', 'ReplicaSet'],
  applications: ['Application'],
  all: ['Rollout', 'AnalysisRun', 'Experiment', 'ReplicaSet', 'Application'],
} as const satisfies Record<string, readonly WatchedKind[]>

/** The account that docs/several-clusters.md has Kedge given in a cluster. */
export function accountIn({ clusters, hub }: Pick<Setup, 'clusters' | 'hub'>, cluster: string): readonly WatchedKind[] {
  if (cluster !== clusters[0]) return ACCOUNTS.rollouts
  return hub ? ACCOUNTS.applications : ACCOUNTS.all
}

/** The kinds that answer a question; where none is asked, all that are watched: Applications only where Argo CD runs. */
export function kindsFor(question: Question | undefined, isArgoCds: boolean): readonly WatchedKind[] {
  if (question === 'applications') return ACCOUNTS.applications
  return question === undefined && isArgoCds ? ACCOUNTS.all : ACCOUNTS.rollouts
}
