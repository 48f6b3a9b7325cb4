import { subjectWords } from '../experiment/words.ts'
import { pullRequestsOf } from '../revert/former.ts'
import type { Revert } from '../revert/revert.ts'
import { revertStanding } from '../revert/transitions.ts'
import { plainText } from '../words/plain-text.ts'
import { pullRequestName } from '../words/pull-request.ts'
import { isAdoptedUndone } from './adopted-undone.ts'
import type { DecisionInput } from './facts.ts'
import { fails, holds, type Finding } from './finding.ts'

/** Of one revert. Whatever it is that changes to and fro, Kedge does not go along with it for ever. */
const MOST_PULL_REQUESTS = 3

/** P9: nobody has decided on this revert before, be it under this key, for another Application, or by a PR of their own. */
export function checkDecidedBefore(input: DecisionInput): Finding {
  const { release, source, sameRevert, overlapping, foundPullRequest, theirs } = input
  if (!source?.revertKey) return undefined
  const { another, failed } = subjectWords(input.experiment !== undefined)
  if (theirs)
    return fails(
      `${pullRequestName(theirs)} is open and restores the same files (${plainText(theirs.url, 300)}): it stands for this one, too.`,
    )
  if (overlapping) return fails(whyOther(overlapping, another))
  if (sameRevert?.state === 'closing') return fails(`the PR for this very revert is being closed: ${sameRevert.outcome}.`)
  const standing = revertStanding(sameRevert)
  if (isFreed(release, sameRevert))
    return holds('Kedge closed one when the release made it. It was undone by hand since, and a person wants Git to follow.')
  if (standing === 'merged' || standing === 'declined' || standing === 'closed')
    return fails(`a PR for this very revert has ended: ${sameRevert?.outcome}. It is never opened again.`)
  if (foundPullRequest === 'closed') return fails('a PR for this very revert was closed by somebody. It is never opened again.')
  if (foundPullRequest === 'merged') return fails('a PR for this very revert was merged already.')
  const before = pullRequestsOf(sameRevert).length
  if (standing === 'lapsed' && before >= MOST_PULL_REQUESTS)
    return fails(`${before} PRs for this very revert were opened and closed again. It takes a person to see why.`)
  if (standing === 'lapsed' || foundPullRequest === 'lapsed') return holds(whyAgain(sameRevert, failed))
  return holds((sameRevert ?? foundPullRequest) ? 'One is open; it stands for this release too.' : 'None.')
}

/** What had made it was undone by hand, and a person has handed that over: the first end is past. */
function isFreed(release: DecisionInput['release'], revert: Revert | undefined): boolean {
  return revertStanding(revert) === 'closed' && revert?.outcome === 'promoted' && isAdoptedUndone(release)
}

function whyAgain(lapsed: Revert | undefined, failed: string): string {
  return lapsed?.outcome === 'held'
    ? 'Kedge closed one while many failed for one cause.'
    : `Kedge closed one when Git asked for something else. Git asks for the ${failed} again.`
}

/** Of two that restore one file, only one can be merged, and the other would take back what it has brought. */
function whyOther({ pullRequest, outcome }: Revert, another: string): string {
  const name = pullRequest ? pullRequestName(pullRequest) : 'a PR that is about to be opened'
  return outcome === 'declined'
    ? `${name} takes the same commit back, and somebody has closed it: that is a No to this one, too.`
    : `${pullRequest ? 'the open ' : ''}${name} restores one of the same files, for ${another}: that one comes first.`
}
