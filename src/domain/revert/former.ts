import type { CommitSha } from '../application/commit.ts'
import type { RenderedNo, Revert } from './revert.ts'

/** It was at the Git host already. `commit`: where the renderer is why it went; `answer`: what that said, where it had one. */
export interface TakenBack {
  commit: CommitSha | undefined
  answer: RenderedNo | undefined
}

/** A revert that was pushed and taken back once more. */
export function withTakenBack(revert: Revert, { commit, answer }: TakenBack): Revert {
  const { takenBackFor: before, ...rest } = revert
  const known = commit ? answer : before
  return {
    ...rest,
    ...(commit && { takenBack: commit }),
    ...(known && { takenBackFor: known }),
    takenBackTimes: (revert.takenBackTimes ?? 0) + 1,
  }
}

/** Once it is open, what was before is past. */
export function withoutTakenBack(revert: Revert): Revert {
  const { takenBack: _commit, takenBackFor: _answer, takenBackTimes: _times, ...rest } = revert
  return rest
}

/** Its PRs, each once, the one that was opened or reopened last at the end: that may be its own former one. */
export function pullRequestsOf(revert: Revert | undefined): readonly number[] {
  const { formerPullRequests = [], pullRequest } = revert ?? {}
  const last = pullRequest ? [pullRequest.number] : []
  return [...new Set(formerPullRequests.filter((number) => !last.includes(number))), ...last]
}

/** What a new plan keeps of the revert as it was before. */
export function formerOf(revert: Revert | undefined): Pick<Revert, 'formerPullRequests' | 'takenBack' | 'takenBackFor' | 'takenBackTimes'> {
  const former = pullRequestsOf(revert)
  return {
    ...(former.length > 0 && { formerPullRequests: former }),
    ...(revert?.takenBack && { takenBack: revert.takenBack }),
    ...(revert?.takenBackFor && { takenBackFor: revert.takenBackFor }),
    ...(revert?.takenBackTimes && { takenBackTimes: revert.takenBackTimes }),
  }
}
