import { createClient } from '../../api/client.ts'
import type { PullRequestSummary, ReleaseDetail, RolloutDetail, VersionSide } from '../../api/contract.ts'
import { exposureFact } from '../../api/exposure.ts'
import { formatDuration, formatTime } from '../../api/format.ts'
import {
  CAUSE_WORDS,
  pullRequestWords,
  quarantineWords,
  REVISION_BY,
  stormWords,
  handlingWords,
  verdictOf,
  type Tone,
} from '../../api/words.ts'
import { exitCodeOf, type ExitCode } from '../../domain/exit-code.ts'
import { beingOpened } from '../../domain/notice/revert-sentence.ts'
import { toDo } from '../../domain/notice/to-do.ts'
import { builtFromWords } from '../../domain/release/image-source.ts'
import { ranWords } from '../../domain/release/ran-image.ts'
import { peopleLines, peopleOf } from '../../domain/report/people.ts'
import type { AnalysisRunSnapshot, MetricSnapshot } from '../../domain/rollout/snapshots.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import { pullRequestNumber } from '../../domain/words/pull-request.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { alertWords } from '../explain-alerts.ts'
import { besideBranches } from '../explain-beside.ts'
import { checksFor, policyFor } from '../explain-decision.ts'
import { findRollout } from '../find-rollout.ts'
import { helpWith, outputOption, serverOption } from '../options.ts'
import { createPaint, TONE_SIGNS, type Paint } from '../terminal/paint.ts'
import { formatTree, type Branch } from '../terminal/tree.ts'
import { sideWords, standingOf } from './status.ts'

/** `kedge explain` and its flags. */
export const addExplain: AddCommand = (program, context, settle) => {
  program
    .command('explain')
    .description('why one Rollout stands as it stands: runs, measurements, commit, pull request, checks, policy')
    .argument('<rollout>', 'NAME, NAMESPACE/NAME or CLUSTER/NAMESPACE/NAME')
    .addOption(serverOption(context.env))
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge explain checkout', 'kedge explain east/shop/checkout -o json']))
    .action((rollout: string, options: { server: string; output: 'text' | 'json' }) => settle(runExplain({ rollout, ...options }, context)))
}

/**
 * `kedge explain`: why one Rollout stands as it stands, down to the failing measurement and up to the commit and the
 * pull request.
 * @returns as `kedge status` for this one
 */
async function runExplain(options: { server: string; rollout: string; output: 'text' | 'json' }, context: CliContext): Promise<ExitCode> {
  const client = createClient(options.server, undefined)
  const detail = await client.rollout(await findRollout(client, options.rollout))
  context.io.stdout(
    options.output === 'json' ? `${JSON.stringify(detail, undefined, 2)}\n` : explainText(detail, createPaint(context), context.now()),
  )
  return exitCodeOf([standingOf(detail)])
}

/** The whole explanation. Times count up to `now`, epoch milliseconds. */
export function explainText(detail: RolloutDetail, paint: Paint, now: number): string {
  const sections = [
    formatTree(rolloutBranch(detail, paint, now)),
    blindness(detail, paint, now),
    checksFor(detail, paint),
    policyFor(detail),
  ]
  return sections.filter((section) => section !== '').join('\n')
}

function rolloutBranch(detail: RolloutDetail, paint: Paint, now: number): Branch {
  const { tone, words } = verdictOf(detail)
  const isBlind = detail.blindSince !== null
  const since = detail.since === null ? '' : ` (for ${formatDuration(now - detail.since)})`
  const name = paint.strong(plainText(`${detail.namespace}/${detail.name}`, 160))
  return {
    text: `${sign(tone, paint)} Rollout ${name} (${plainText(detail.cluster, 80)})  ${paint.tone(tone, words)}${since}`,
    branches: [
      ...toDoBranches(detail, paint),
      { text: plainText(detail.reason, 300) },
      {
        text: healthWords(detail),
      },
      {
        text: `${isBlind ? 'Git wanted    ' : 'Git wants     '}${sideWords(detail.gitWants, detail.clusterRuns)}`,
        branches: commitBranches(detail),
      },
      {
        text: `${isBlind ? 'Cluster ran   ' : 'Cluster runs  '}${sideWords(detail.clusterRuns, detail.gitWants)}`,
        branches: runningBranches(detail),
      },
      ...exposureBranches(detail, now),
      ...newestRuns(detail).map((run) => runBranch(run, paint)),
      ...alertWords(detail.alerts).map((text) => ({ text })),
      ...besideBranches(detail),
      ...releaseBranches(detail, paint, now),
    ],
  }
}

/** Of what cannot be seen, nothing is asked of anybody; nor of what has ended, while something else is going on. */
function toDoBranches({ newestRelease, blindSince, serving }: RolloutDetail, paint: Paint): readonly Branch[] {
  if (!newestRelease || blindSince !== null) return []
  if (newestRelease.release.state === 'ended' && serving !== 'in-step') return []
  return [{ text: paint.strong(plainText(toDo(newestRelease.release, newestRelease.revert ?? undefined), 120)) }]
}

function exposureBranches({ newestRelease, blindSince }: RolloutDetail, now: number): readonly Branch[] {
  if (!newestRelease) return []
  return exposureFact(newestRelease.release, blindSince !== null, now).map(({ label, value }) => ({ text: `${label} ${value}` }))
}

function healthWords({ blindSince, health: { status, message } }: RolloutDetail): string {
  const words = status === 'Suspended' ? 'Suspended (Paused)' : status
  return `Argo CD ${blindSince === null ? 'shows' : 'showed'} ${words}${message ? `: ${plainText(message, 300)}` : ''}`
}

function commitBranches({ gitWants, newestRelease, application, unaskedGit }: RolloutDetail): readonly Branch[] {
  // Once Git asks for the version before again, the failed release's pull request is not what brought that.
  const source = newestRelease?.release.revision === gitWants.revision ? newestRelease?.release.sourcePr : null
  return [
    ...(gitWants.revision === null ? [] : [{ text: `commit ${plainText(gitWants.revision, 64)}${byWords(gitWants)}` }]),
    ...(source ? [{ text: `came by ${pullRequestNumber(source)} of ${plainText(source.author, 60)}  ${plainText(source.url, 200)}` }] : []),
    ...(application === null ? [] : [{ text: `Application ${plainText(application, 160)}` }]),
    // A server of before does not say it.
    ...(unaskedGit ? [{ text: `Git is not looked into. This line of the configuration lets Kedge: ${plainText(unaskedGit, 300)}` }] : []),
  ]
}

/** Where both sides are one version, it has been said. */
function runningBranches({ clusterRuns, gitWants }: RolloutDetail): readonly Branch[] {
  if (clusterRuns.revision === null || clusterRuns.revision === gitWants.revision) return []
  return [{ text: `commit ${plainText(clusterRuns.revision, 64)}${byWords(clusterRuns)}` }]
}

function byWords({ revisionBy }: VersionSide): string {
  const by = revisionBy === null ? undefined : REVISION_BY[revisionBy]
  return by === undefined ? '' : ` (${by})`
}

/** Runs of the present pod template, failed ones first, then the newest. */
function newestRuns({ analysisRuns, gitWants, newestRelease }: RolloutDetail): readonly AnalysisRunSnapshot[] {
  const release = newestRelease?.release
  const present = (release?.state === 'ended' ? null : release?.podTemplateHash) ?? gitWants.podTemplateHash
  const own = analysisRuns.filter(({ podTemplateHash }) => podTemplateHash === undefined || podTemplateHash === present)
  return [...own].sort((a, b) => Number(isFailed(b.phase)) - Number(isFailed(a.phase)) || b.createdAt - a.createdAt).slice(0, 5)
}

function isFailed(phase: string): boolean {
  return phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive'
}

const PHASE_TONES: Readonly<Record<string, Tone>> = {
  Successful: 'good',
  Failed: 'bad',
  Error: 'bad',
  Inconclusive: 'warn',
  Running: 'moving',
  Pending: 'moving',
}

function runBranch(run: AnalysisRunSnapshot, paint: Paint): Branch {
  const tone = PHASE_TONES[run.phase] ?? 'unknown'
  const where = run.role === 'Step' && run.stepIndex !== undefined ? `step ${run.stepIndex + 1}` : (run.role ?? run.ownerKind)
  const [name, phase] = [plainText(run.name, 160), paint.tone(tone, plainText(run.phase, 40))]
  return {
    text: `${sign(tone, paint)} AnalysisRun ${name}  ${phase} (${plainText(where, 60)})`,
    branches: run.metrics
      .filter(({ phase, dryRun }) => isFailed(phase) || !dryRun)
      .slice(0, 10)
      .map((metric) => metricBranch(metric, paint)),
  }
}

function metricBranch(metric: MetricSnapshot, paint: Paint): Branch {
  const tone = PHASE_TONES[metric.phase] ?? 'unknown'
  const condition = metric.successCondition ?? metric.failureCondition
  const counts = `${metric.failed} failed, ${metric.error} errors of ${metric.count}`
  const measurements = isFailed(metric.phase) ? metric.measurements.filter(({ phase }) => phase === metric.phase).slice(-3) : []
  const words = `${metric.name}  ${metric.phase}  ${condition ?? metric.provider}  ${counts}`
  return {
    text: `${sign(tone, paint)} ${plainText(words, 240)}`,
    branches: measurements.map(({ value, message, job, finishedAt }) => ({
      text: plainText(`${value ?? job ?? message ?? 'no value'}${finishedAt === undefined ? '' : `  at ${formatTime(finishedAt)}`}`, 200),
    })),
  }
}

function releaseBranches({ newestRelease, cause, why, pullRequest }: RolloutDetail, paint: Paint, now: number): readonly Branch[] {
  if (!newestRelease) return [{ text: 'The ledger knows no release of it.' }]
  const { release } = newestRelease
  const words = release.outcome === 'open' ? (cause ? CAUSE_WORDS[cause] : 'under way') : release.outcome
  const pull =
    pullRequest ??
    (newestRelease.revert?.pullRequest
      ? {
          ...newestRelease.revert.pullRequest,
          state: newestRelease.revert.state,
          outcome: newestRelease.revert.outcome,
        }
      : undefined)
  const note = release.preExisting ? ', pre-existing (kedge adopt)' : ''
  const { storm, quarantine } = newestRelease
  const attempts = `${release.attempts.length} attempt${release.attempts.length === 1 ? '' : 's'}`
  return [
    {
      text: `Release no. ${release.rolloutRevision}: ${words}, ${attempts}${note}`,
      branches: [
        why === null ? [] : { text: plainText(why, 160) },
        storm ? { text: stormWords(storm) } : [],
        quarantine ? { text: `Quarantine: ${quarantineWords(quarantine)}` } : [],
        handlingWords(release, newestRelease.revert ?? undefined, now).map(({ label, value }) => ({ text: `${label}: ${value}` })),
      ].flat(),
    },
    ...(release.imageSources ?? []).map((one) => ({ text: `Built from ${builtFromWords(one)}` })),
    ...(release.ranImages ?? []).map((one) => ({ text: `Ran ${ranWords(one)}` })),
    {
      text: 'Who did what',
      branches: peopleLines(peopleOf(release, newestRelease)).map(({ label, value }) => ({ text: `${label}: ${value}` })),
    },
    {
      text: pull ? `Pull request ${paintPull(pull, paint)}  ${plainText(pull.url, 200)}` : unopenedWords(newestRelease.revert),
    },
  ]
}

function unopenedWords(revert: ReleaseDetail['revert']): string {
  return revert?.state === 'planned' ? `No pull request yet. ${beingOpened(revert)}` : 'No pull request'
}

function paintPull(pull: PullRequestSummary, paint: Paint): string {
  const { tone, words } = pullRequestWords(pull)
  return paint.tone(tone, words)
}

function blindness({ freshness }: RolloutDetail, paint: Paint, now: number): string {
  if (freshness.fresh) return ''
  const kinds = freshness.blind.map(
    ({ kind, reason, since }) => `  ${plainText(kind, 60)} for ${formatDuration(now - since)}: ${plainText(reason, 200)}\n`,
  )
  const head = `${TONE_SIGNS.warn} Blind: what is above may be old, and nothing is decided on it`
  return `${paint.tone('warn', head)}\n${kinds.join('')}`
}

function sign(tone: Tone, paint: Paint): string {
  return paint.tone(tone, TONE_SIGNS[tone])
}
