import type { CommitSha, GitCommit } from '../application/commit.ts'
import { plainText } from '../words/plain-text.ts'

/** Everything that the revert commit is made of, besides the base it sits on. */
export interface RevertPlan {
  title: string
  message: string
  /** Author and committer date, epoch ms: the newest culprit's, so that the commit is a pure function of what it reverts and its base. */
  date: number
}

/**
 * The words of the revert: subject like `git revert`'s, one trailer line for each culprit (oldest first) and the key, so that a merge
 * commit, a `git log --grep` and an empty ledger all find it again.
 */
export function planRevert(scope: {
  culprits: readonly GitCommit[]
  good: CommitSha
  key: string
  rollouts: readonly string[]
  paths: readonly string[]
}): RevertPlan {
  const newest = scope.culprits.at(-1)
  const subject = newest?.subject ?? 'release'
  const title =
    scope.culprits.length === 1
      ? `Revert "${plainText(subject, 66)}"`
      : `Revert ${scope.culprits.length} commits up to "${plainText(subject, 50)}"`
  const lines = [
    title,
    '',
    `${scope.rollouts.map((rollout) => plainText(rollout)).join(', ')} failed and went back to the version before.`,
    `Restores ${scope.paths.length} file(s) as they are at ${scope.good}.`,
    '',
    ...scope.culprits.map((commit) => `This reverts commit ${commit.sha}.`),
    '',
    `Kedge-Revert-Key: ${scope.key}`,
  ]
  return { title, message: `${lines.join('\n')}\n`, date: newest?.committedAt ?? 0 }
}
