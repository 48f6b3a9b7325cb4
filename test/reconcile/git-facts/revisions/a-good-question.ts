import type { AppliedRevision } from '../../../../src/domain/application/applied-revision.ts'
import type { CommitSha, GitCommit } from '../../../../src/domain/application/commit.ts'
import type { Release } from '../../../../src/domain/release/release.ts'
import type { ReplicaSetSnapshot } from '../../../../src/domain/rollout/snapshots.ts'
import type { Reduced } from '../../../../src/reconcile/git-facts/commit/reduced.ts'
import type { Answer, GoodQuestion } from '../../../../src/reconcile/git-facts/revisions/good-revision.ts'
import type { Difference } from '../../../../src/reconcile/git-facts/syncs/by-difference.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'
import { applied, aReplicaSet } from '../../../domain/release/a-look.ts'
import { APPLICATION, at, type Sync } from '../a-question.ts'

/** Commits are letters, one upon the other; `x` is of another branch. What was applied may be another team's: `d2` is for `d`. */
export const commit = (name: string): Reduced => ({ commit: { sha: name } as GitCommit, inputs: [] })

const isAncestor = async (one: CommitSha, other: CommitSha): Promise<boolean> =>
  one === other || (![one, other].includes('x' as CommitSha) && one < other)

export interface Asking extends Partial<Omit<GoodQuestion, 'release' | 'stable' | 'failed'>> {
  /** Oldest first. */
  readonly synced?: readonly Sync[]
  /** What is remembered of N. */
  readonly remembered?: string
  readonly release?: Partial<Release>
  readonly stable?: Partial<ReplicaSetSnapshot> | null
  readonly failed?: readonly string[]
}

/** N was made in minute 10, and N+1 is of the commit `d`, which was synced in minute 50. */
export function aGoodQuestion({ synced = [], remembered, release, stable, failed = [], ...fields }: Asking): GoodQuestion {
  const history = synced.map(([name, began, ended = began + 1], id) => ({
    id,
    revisions: [name],
    sources: [],
    deployStartedAt: at(began),
    deployedAt: at(ended),
  }))
  const goodApplied: AppliedRevision | null = remembered === undefined ? null : applied(remembered)
  return {
    reduce: async ({ revisions: [name = ''] }) => (name === 'gone' ? undefined : commit(name.slice(0, 1))),
    mayBeGood: async () => true,
    imagesDiffer: true,
    isPrompt: false,
    isByHand: () => false,
    cameBackUnsynced: false,
    touchesSame: async () => false,
    isSame: async () => false,
    isAncestor,
    application: { ...APPLICATION, history },
    release: aRelease({ key: 'r', applied: applied('d'), goodApplied, ...release }),
    bad: commit('d').commit,
    inputs: [],
    difference: undefined,
    byDifference: async () => undefined,
    stable: stable === null ? undefined : aReplicaSet('old', 1, { createdAt: at(10), ...stable }),
    before: [],
    failed: new Set(failed),
    ...fields,
  }
}

/** What the two versions differ in, where it says the same of any two commits. */
export function aDifference(fields: Partial<Record<keyof Difference, boolean>>): Difference {
  const says = (name: keyof Difference) => async (): Promise<boolean> => fields[name] ?? false
  return { isBetween: says('isBetween'), isRefuted: says('isRefuted'), isAnother: says('isAnother'), isLike: says('isLike') }
}

/** N's commit and those that it was told after, or the check that refuses and why. */
export function inShort(answer: Answer | undefined): unknown {
  if (!answer) return undefined
  if ('refusal' in answer) return [answer.refusal.check, answer.refusal.reason]
  return [answer.commit.sha, answer.passedBy.map((passed) => passed.commit.sha)]
}

/** What was synced before N+1's commit, ten minutes apart, the first in minute 10. */
export const before = (...names: readonly string[]): Asking => ({
  synced: [...names.map((name, index): Sync => [name, 10 * (index + 1)]), ['d', 50]],
})

/** Files speak against `c`: it cannot have made N. */
export const notC = async ({ commit: { sha } }: Reduced): Promise<boolean> => sha !== 'c'
