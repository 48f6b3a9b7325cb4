import { asCommitSha } from '../application/commit.ts'
import { experimentNamed } from '../experiment/name.ts'
import type { End, Release } from '../release/release.ts'
import { plainText } from '../words/plain-text.ts'

/** How the release of an Experiment ended, beside `gone` as a rule. A reply, too. */
const ENDED: Readonly<Record<End, string>> = {
  restored: 'It is over.',
  promoted: 'It is over.',
  superseded: 'The Experiment was made anew.',
  gone: 'The Experiment is gone.',
}

/** What is so with an Experiment, as the first line of its card, after its name. */
export function experimentTitle({ outcome, cause }: Pick<Release, 'outcome' | 'cause'>): string {
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
