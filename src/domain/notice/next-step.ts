import { isBackInGit } from '../decision/back-in-git.ts'
import type { CheckId } from '../decision/check.ts'
import { isExperiment } from '../experiment/name.ts'
import type { Release } from '../release/release.ts'
import { burnNextStep } from './burned.ts'
import { EXPERIMENT_STEP } from './experiment.ts'

const STILL_ASKS = 'Git still asks for the failed version: try it again, revert it there, or release a mended one.'
const UNKNOWN_SOURCE = 'Kedge cannot tell what to revert: take it back where it was changed, or release a mended version.'

/** Where it does not, or nobody says it: a sync is another thing then. */
const BY_SYNC = 'A sync brings what Git asks for by now.'
const NOT_KNOWN = 'What Git asks for now is not known: look at Argo CD first.'

const WAIT_FOR_SYNC = 'A sync brings it to the cluster: then this is over.'

const UNDONE = 'Sync it, and it comes back; or let Git follow: kedge adopt opens a PR that takes it back there.'

/** Where the check that failed asks for something else than {@link STILL_ASKS}. P8 gives its advice itself. */
const BY_CHECK: Partial<Record<CheckId, string>> = {
  P2: UNKNOWN_SOURCE,
  P3: UNKNOWN_SOURCE,
  P4: UNKNOWN_SOURCE,
  P5: 'If what Git asks for now does not mend it, revert by hand.',
  P6: UNKNOWN_SOURCE,
  P7: UNKNOWN_SOURCE,
  P8: '',
}

/** What a person can do about a failed release for which no PR was opened, as a sentence; empty where there is nothing to say. */
export function nextStep({
  rollout,
  decision,
  state,
  serving,
  cause,
  adoptedBy,
  wish,
  attempts,
}: Pick<Release, 'rollout' | 'decision' | 'state' | 'serving' | 'cause' | 'adoptedBy' | 'wish' | 'attempts'>): string {
  if (state !== 'failed' || decision?.action !== 'notify') return ''
  if (isExperiment({ rollout })) return EXPERIMENT_STEP
  if (cause === 'slo-burn') return burnNextStep({ serving, attempts, cause })
  switch (serving) {
    case 'split': {
      if (wish) return wish.state === 'unknown' ? NOT_KNOWN : BY_SYNC
      if (isBackInGit({ decision }, undefined)) return WAIT_FOR_SYNC
      const failed = decision.checks.find((check) => check.outcome === 'failed')
      return failed ? (BY_CHECK[failed.id] ?? STILL_ASKS) : ''
    }
    case 'undone':
      if (wish) return wish.state === 'unknown' ? NOT_KNOWN : BY_SYNC
      return cause === 'undone' && adoptedBy === undefined ? UNDONE : ''
    case 'stuck':
      return 'Abort it, or release a mended version: Argo Rollouts does neither by itself.'
    case 'first-deploy-failed':
      return 'Release a mended version.'
    case 'invalid-spec':
      return 'Correct the spec in Git.'
    default:
      return ''
  }
}
