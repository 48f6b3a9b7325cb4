import type { CommitSha, GitCommit } from '../application/commit.ts'
import type { SourceFacts } from '../decision/facts.ts'
import type { Cause } from '../release/evidence.ts'
import { withoutCredentials } from '../words/credentials.ts'
import { inertText } from '../words/plain-text.ts'
import { type CommitRules, KEDGE, type Person } from './commit-rules.ts'
import type { PlannedRevert } from './transitions.ts'

/** Everything that the revert commit is made of, besides the base it sits on. */
export interface RevertPlan {
  title: string
  message: string
  author: Person
  /** Author and committer date, epoch ms: the newest culprit's, so that the commit is a pure function of what it reverts and its base. */
  date: number
}

const HAPPENED: Partial<Record<Cause, string>> = {
  undone: 'was taken back by hand to the version before.',
  'slo-burn': 'was promoted, and an alert that began after that fires: this goes back to the version before.',
}
const FLAGS = 'has its flags changed, and an alert that began after that fires: this takes the flags back.'
const EXPERIMENT = 'failed by its analysis: this takes it out of Git, or back to what it was there before.'
const FAILED = 'failed and went back to the version before.'

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
  byFields: SourceFacts['byFields']
  cause: Cause | null
  /** It changed flags and no template. */
  isFlags?: boolean
  /** It is an Experiment outside of a Rollout, which replaced no version. */
  isExperiment?: boolean
  commits: Omit<CommitRules, 'via'>
}): RevertPlan {
  const newest = scope.culprits.at(-1)
  const subject = newest?.subject ?? 'release'
  const { prefix, author = KEDGE, signOff } = scope.commits
  const words =
    scope.culprits.length === 1
      ? `Revert "${inertText(subject, 66)}"`
      : `Revert ${scope.culprits.length} commits up to "${inertText(subject, 50)}"`
  const title = `${prefix}${words}`
  const happened = happenedTo(scope)
  const lines = [
    title,
    '',
    `${scope.rollouts.map((rollout) => inertText(rollout)).join(', ')} ${happened}`,
    `Restores ${scope.paths.length} file(s) as they are at ${scope.good}${scope.byFields.length > 0 ? `, ${inFields(scope)}` : ''}.`,
    '',
    ...scope.culprits.map((commit) => `This reverts commit ${commit.sha}.`),
    '',
    `Kedge-Revert-Key: ${scope.key}`,
    ...(signOff ? [`Signed-off-by: ${author.name} <${author.email}>`] : []),
  ]
  return { title, message: `${lines.join('\n')}\n`, author, date: newest?.committedAt ?? 0 }
}

type Happened = Pick<Parameters<typeof planRevert>[0], 'isFlags' | 'isExperiment' | 'cause'>

function happenedTo({ isFlags, isExperiment, cause }: Happened): string {
  if (isExperiment) return EXPERIMENT
  return isFlags ? FLAGS : ((cause && HAPPENED[cause]) ?? FAILED)
}

function inFields({ byFields }: Pick<SourceFacts, 'byFields'>): string {
  return `of them ${byFields.length} only in the fields that the release changed: later commits stay in them`
}

/** The revert that restores what Git says was there before; undefined while Git does not say all of it. `now`: epoch milliseconds. */
export function plannedRevert(source: SourceFacts, cause: Cause, now: number): PlannedRevert | undefined {
  const { revertKey, repoURL, repository, branch, baseBranch, good } = source
  if (!revertKey || !repoURL || !repository || !branch || !baseBranch || !good) return undefined
  return {
    key: revertKey,
    repoURL: withoutCredentials(repoURL),
    repository,
    branch,
    baseBranch,
    culprits: source.culprits,
    goodRevision: good.sha,
    paths: source.paths,
    cause,
    ...(source.provenBy && { provenBy: source.provenBy }),
    otherApplications: [...source.otherApplications, ...source.untoldApplications].toSorted(),
    plannedAt: now,
  }
}
