import type { SourceFacts } from '../decision/facts.ts'
import { experimentNamed } from '../experiment/name.ts'
import type { Release } from '../release/release.ts'
import { inlineCode } from '../words/markdown.ts'

// The words of the PR for an Experiment outside of a Rollout: it replaced no version, so none goes back.

/** What people call it. */
export function experimentWords({ namespace, rollout }: Pick<Release, 'namespace' | 'rollout'>): string {
  return `Experiment ${namespace}/${experimentNamed(rollout) ?? rollout}`
}

/** The first lines. */
export function experimentVerdict(first: Release): string {
  return (
    `**The ${inlineCode(experimentWords(first), 160)} (cluster ${inlineCode(first.cluster)}) failed by its analysis. It is no part of a ` +
    'Rollout and replaced no version, so nothing in the cluster went back. Git asks for it still; merging this takes it back there.**'
  )
}

/** What merging does. */
export function experimentMerging(release: Release): string {
  const name = inlineCode(experimentWords(release), 160)
  return (
    `**Takes the ${name} out of Git, or back to what it was there before its sync, with the AnalysisTemplates that came with it; ` +
    'no other object of the Application is rendered otherwise.** Nothing in the cluster is rolled back by it: no Rollout changes, and no ' +
    'pods of one are started or stopped. Argo CD takes the failed object away only where pruning is on; else it lies there, and does not ' +
    'run again. Where another form of it goes back in, that runs only if Argo CD makes it anew (`Replace=true,Force=true`). Whatever ' +
    'else has begun to refer to such an AnalysisTemplate, in another Application, would lack it.'
  )
}

export const EXPERIMENT_UNTIL_MERGED =
  'Until it is merged, Git goes on asking for the failed Experiment: where it is deleted in the cluster, a sync makes it anew, and it ' +
  'runs again.'

export const EXPERIMENT_STAYS = 'With all that came later, the Experiment is rendered as it was when it failed.'

/** Why the revert is right. */
export function experimentProof({ good }: Pick<SourceFacts, 'good'>): string {
  return (
    'between what was synced before it and the sync that made it, nothing that is rendered differs but the Experiment and ' +
    'AnalysisTemplates that came with it; the branch renders these as they failed; and this revert renders them as at ' +
    `${inlineCode(good?.sha.slice(0, 12) ?? '')}, and all else as the branch does.`
  )
}
