import { asCommitSha } from '../application/commit.ts'
import { experimentNamed } from '../experiment/name.ts'
import type { End, Release } from '../release/release.ts'
import { plainText } from '../words/plain-text.ts'

/** How the release of an Experiment ended, beside `gone` as a rule. A reply, too. */
const ENDED: Readonly<Record<End, string>> = {
  restored: 'The failed Experiment is out of Git.',
  promoted: 'It is over.',
  superseded: 'The Experiment was made anew.',
  gone: 'The Experiment is gone.',
}

/** What is so with an Experiment, as the first line of its card, after its name. */
export function experimentTitle({ outcome, cause }: Pick<Release, 'outcome' | 'cause'>): string {
  if (outcome === 'restored') return 'Git asks for the failed Experiment no more'
  if (outcome === 'superseded') return 'the Experiment was made anew'
  if (outcome !== 'open') return 'the Experiment is gone'
  return cause === 'analysis-error' ? 'the Experiment ended, and could not measure' : 'the Experiment failed'
}

/** The words that a release of an Experiment ended with. */
export function experimentEnded(outcome: End): string {
  return ENDED[outcome]
}

/** What stands for the two versions that others have. */
export function experimentFields({ rollout, applied }: Pick<Release, 'rollout' | 'applied'>): readonly { label: string; value: string }[] {
  return [
    { label: 'Experiment', value: plainText(experimentNamed(rollout) ?? rollout, 120) },
    { label: 'Made by', value: madeBy(applied) },
  ]
}

function madeBy(applied: Release['applied']): string {
  if (!applied) return 'a sync that is not known'
  const revision = applied.revisions.find((one) => asCommitSha(one) !== undefined)
  const sync = `a sync of ${plainText(applied.application, 160)}`
  return revision === undefined ? sync : `${sync} at ${revision.slice(0, 7)}`
}

/** What merging the PR does, and what it does not. */
export const MERGE_EXPERIMENT =
  'Look at it and merge it: it takes the failed Experiment out of Git, or back to what it was there before. No Rollout changes by it, ' +
  'and Argo CD takes the object itself away only where it prunes.'

const MERGED = 'was merged: Git asks for the failed Experiment no more. Argo CD takes the object away only where it prunes.'

/** What has come of the merge; what was decided when no sync had applied it in time says that it was merged. */
export function experimentMerged({ outcome, decision }: Pick<Release, 'outcome' | 'decision'>, number: string, isOverdue: boolean): string {
  if (outcome === 'restored') return `${number} ${MERGED}`
  if (outcome !== 'open') return `${number} was merged.`
  return isOverdue && decision ? decision.reason : `${number} was merged. Its sync is waited for.`
}

/** What a person can do where there is no PR. */
export const EXPERIMENT_STEP =
  'It does not run again, whatever its spec says by now: give a mended one another name in Git, or take it out there.'
