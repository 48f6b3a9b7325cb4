import { plainText } from '../words/plain-text.ts'
import type { CheckId } from './check.ts'
import { nameOf } from './culprits.ts'
import type { DecisionInput } from './facts.ts'
import { fails, holds, type Finding } from './finding.ts'

/** What the checks ask of an Experiment outside of a Rollout, where that is something else than of a Rollout. */
export const EXPERIMENT_TITLES = {
  P1: 'The Experiment has failed by what was measured, seen fresh and live',
  P2: 'Exactly one Application owns the Experiment',
  P4: 'The sync that made it is known, and its commit on the branch',
  P6: 'The sync before that is known, with nothing unseen between',
  P7: 'Nothing but the Experiment changed with its sync',
} as const satisfies Partial<Record<CheckId, string>>

export const NOT_MEASURED = 'no measurement of it is left: what was measured is not known.'

/** The same of each check; the others are asked as they are of a Rollout. */
export const EXPERIMENT_CHECKS: Partial<Record<CheckId, (input: DecisionInput, asOfRollout: () => Finding) => Finding>> = {
  P1: ({ experiment, live }) => {
    if (!experiment?.isThere) return fails('the Experiment is gone, or was made anew.')
    if (!experiment.hasFailed) return fails('the Experiment did not end as Failed.')
    if (!experiment.isMeasured) return fails(NOT_MEASURED)
    if (live === 'failed') return fails('the cluster could not be asked once more, past the watch. Kedge goes on trying.')
    return holds(live === 'same' ? 'It has failed, confirmed by a live read.' : 'It has failed; the live read comes last.')
  },
  P2: ({ applications }, asOfRollout) =>
    applications.length === 0 ? fails('no Application lists this Experiment, so its commits are not known.') : asOfRollout(),
  P4: ({ source }) => (source?.revision ? holds(`It came with ${nameOf(source.revision)}.`) : undefined),
  P5: ({ source }) => {
    if (!source?.revision || !source.head) return undefined
    if (source.restoredInGit) return fails('Git asks for the failed Experiment no more.')
    const [newest, stays] = [source.later.at(-1), source.staying.at(-1)]
    const why = source.notByFields === null ? '' : ` With it ${plainText(source.notByFields, 300)}.`
    if (newest) return fails(`a later commit touches the same inputs: ${nameOf(newest)}.${why}`)
    return holds(stays ? `${nameOf(stays)} touches nothing that goes back, and leaves the Experiment as it is: it stays.` : 'None since.')
  },
  P6: ({ source }) => (source?.good ? holds(`Before it was ${nameOf(source.good)}.`) : undefined),
  P10: ({ source }, asOfRollout) => {
    const found = asOfRollout()
    if (!found?.holds) return found
    if (source?.provenBy !== 'rendering') return fails('nobody has rendered the revert, and files prove nothing of an Experiment.')
    return holds(source.notRendered === null ? PROVEN : `The two commits differ in nothing else. ${plainText(source.notRendered, 300)}`)
  },
}

const PROVEN = 'Proven by rendering: at the revert the Experiment is as before its sync, and all else as the branch has it.'
