import type { ReleaseDetail, VersionSide } from '../api/contract.ts'
import {
  blindSinceOf,
  blindWords,
  CAUSE_WORDS,
  CHECK_TONES,
  chipOf,
  outcomeWords,
  verdictOf,
  type Chip,
  type Relation,
  type Tone,
} from '../api/words.ts'
import { CHECK_IDS, type Check } from '../domain/decision/check.ts'
import { isExperiment } from '../domain/experiment/name.ts'
import { nextStep } from '../domain/notice/next-step.ts'
import type { Evidence } from '../domain/release/evidence.ts'
import type { Release } from '../domain/release/release.ts'
import { stateBeside } from '../domain/release/standing.ts'
import { shortEvidence } from '../domain/words/evidence.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { shortWhy } from '../domain/words/why-failed.ts'
import { hasVersionBefore } from '../domain/words/wording.ts'
import { rolloutHref, sinceOf, type PullRequestChip, type Since } from './board.ts'
import { safeHref } from './html.ts'
import { measurementsOf, type MeasuredMetric } from './measurements.ts'
import { pullRequestOf } from './pull-request-of.ts'
import { factsOf, peopleFacts, type Fact } from './release-facts.ts'
import { proofOf, type Proof } from './release-proof.ts'
import { openingOf, type Opening } from './release-sentence.ts'
import { sidesOf } from './release-sides.ts'
import { stepsOf, type StepCell } from './steps.ts'
import { timelineOf, type TimelineEntry } from './timeline.ts'

export interface EvidenceRow {
  line: string
  metric: string
  value: string
  condition: string
  counts: string
  limit: string
  phase: string
  source: string
}

export interface CheckRow {
  id: string
  title: string
  outcome: Check['outcome']
  detail: string
  tone: Tone
}

/** `absent`: what a right side is called that there is none of. */
interface Sides {
  left: string
  right: string
  absent?: string
}

/** An Experiment stands between two syncs: what was before it is a commit, and no version. */
const EXPERIMENT_SIDES: Sides = { left: 'Made by', right: 'Before it', absent: 'not known' }

export interface ReleasePage extends Opening {
  name: string
  place: string
  /** Where it is done: the pull request that `todo` is about. */
  todoHref: string | undefined
  /** The page of its Rollout. */
  rolloutHref: string
  tone: Tone
  verdict: string
  /** Between the two sides: their relation while the release is open, what became of it when it has ended. */
  sign: Relation | '↩' | '·'
  /** What the two sides are called: present things while the release is open, history when it has ended. */
  sides: Sides
  why: string | undefined
  wants: Chip | undefined
  /** Undefined where nothing ever served: a first deploy. Of an Experiment, what was synced before it. */
  runs: Chip | undefined
  /** One side is known bad, and the other alone serves. */
  contrast: boolean
  wantsHref: string | undefined
  runsHref: string | undefined
  since: Since | undefined
  pullRequest: PullRequestChip | undefined
  facts: readonly Fact[]
  /** Who did what, as far as it is known. */
  people: readonly Fact[]
  decision: string | undefined
  timeline: readonly TimelineEntry[]
  checks: readonly CheckRow[]
  /** Checks that did not pass, of how many. */
  notPassed: number
  /** What was recorded of the failure, for ever. */
  evidence: readonly EvidenceRow[]
  /** What the cluster still has of all measurements. */
  measurements: readonly MeasuredMetric[]
  steps: readonly StepCell[]
  proof: Proof | undefined
  records: readonly { sequence: number; at: number; what: string; hash: string }[]
  preExisting: boolean
}

/**
 * One release as plain data for its page: harmless lines, and addresses that may be linked. `now` in epoch
 * milliseconds.
 */
export function releasePageOf(detail: ReleaseDetail, now: number): ReleasePage {
  const { freshness, release, revert, links } = detail
  const blindSince = blindSinceOf(freshness)
  const isBlind = release.outcome === 'open' && blindSince !== null
  const attempt = release.attempts.at(-1)
  const evidence = attempt?.evidence ?? []
  const { wants, runs, isElsewhere } = sidesOf(release)
  const opening = openingOf(detail)
  const pullRequest = pullRequestOf(release, revert)
  return {
    name: plainText(release.rollout, 80),
    place: `${plainText(release.namespace, 80)} · ${plainText(release.cluster, 80)}`,
    ...stateOf(release, revert, { blindSince, gitWants: wants, clusterRuns: runs }),
    ...(isExperiment(release) && { sides: EXPERIMENT_SIDES }),
    ...opening,
    rolloutHref: rolloutHref({ cluster: release.cluster, namespace: release.namespace, name: release.rollout }),
    why: isBlind ? blindWords(freshness) : whyOf(release),
    wants: chipOf(wants, runs),
    runs: hasVersionBefore(release) || isExperiment(release) ? chipOf(runs, wants) : undefined,
    contrast: release.outcome === 'open' && release.serving === 'split' && !isElsewhere && !isBlind,
    wantsHref: isElsewhere ? undefined : safeHref(links.badCommit),
    runsHref: safeHref(links.goodCommit),
    since: release.endedAt === null ? sinceOf(blindSince ?? attempt?.seenAt ?? release.startedAt, now) : undefined,
    pullRequest,
    todoHref: todoHrefOf(opening, pullRequest),
    facts: factsOf(detail, now),
    people: peopleFacts(detail),
    timeline: timelineOf(detail),
    ...checkedOf(release),
    evidence: evidence.map(evidenceRow),
    measurements: measurementsOf(detail.analysisRuns, evidence),
    steps: stepsOf(detail.steps, release),
    proof: revert ? proofOf(revert, release) : undefined,
    records: detail.history.map(({ sequence, at, kind, event, hash }) => ({
      sequence,
      at,
      what: plainText((event.startsWith(kind) ? event : `${kind} ${event}`).replaceAll('-', ' '), 120),
      hash,
    })),
    preExisting: release.preExisting,
  }
}

function whyOf({ attempts, cause }: Release): string | undefined {
  return shortWhy(attempts.at(-1)) ?? (cause ? CAUSE_WORDS[cause] : undefined)
}

function stateOf(
  release: Release,
  revert: ReleaseDetail['revert'],
  seen: { blindSince: number | null; gitWants: VersionSide; clusterRuns: VersionSide },
): Pick<ReleasePage, 'tone' | 'verdict' | 'sign' | 'sides'> {
  if (release.outcome === 'open' && isExperiment(release) && seen.blindSince === null)
    return { tone: 'bad', verdict: experimentVerdict(revert), sign: '·', sides: EXPERIMENT_SIDES }
  if (release.outcome !== 'open') {
    const { words, tone } = outcomeWords(release)
    return {
      tone,
      verdict: words,
      sign: release.outcome === 'restored' ? '↩' : '·',
      sides: { left: 'Release', right: 'Version before' },
    }
  }
  const { tone, words, relation } = verdictOf({
    ...seen,
    serving: stateBeside(release.serving, release.wish?.state),
    cause: release.cause,
    paused: null,
    step: null,
    weight: null,
    health: { status: 'Healthy', message: '' },
  })
  const sides = seen.blindSince === null ? { left: 'Git wants', right: 'Cluster runs' } : { left: 'Git wanted', right: 'Cluster ran' }
  return { tone, verdict: words, sign: relation, sides }
}

/** Of one that has failed, beside what has become of its PR. */
function experimentVerdict(revert: ReleaseDetail['revert']): string {
  if (revert?.state === 'planned' || revert?.state === 'open') return 'Failed, and Git asks for it still'
  const isMerged = revert?.outcome === 'merged' && revert.mergesInto === undefined
  return isMerged ? 'Failed, and its revert is merged' : 'Failed, and does not run again'
}

/** Only where what is to be done is about a pull request. */
function todoHrefOf({ todo }: Opening, pullRequest: PullRequestChip | undefined): string | undefined {
  return todo !== undefined && /[#!]\d/.test(todo) ? pullRequest?.href : undefined
}

function checkedOf(release: Release): Pick<ReleasePage, 'checks' | 'notPassed' | 'decision'> {
  const { decision } = release
  if (!decision) return { checks: [], notPassed: 0, decision: undefined }
  return {
    checks: checksOf(decision.checks),
    notPassed: decision.checks.filter(({ outcome }) => outcome !== 'passed').length,
    decision: `${plainText(decision.reason, 400)} ${nextStep(release)}`.trimEnd(),
  }
}

function checksOf(checks: readonly Check[]): readonly CheckRow[] {
  return [...checks]
    .sort((a, b) => CHECK_IDS.indexOf(a.id) - CHECK_IDS.indexOf(b.id))
    .map(({ id, title, outcome, detail }) => ({
      id,
      title: plainText(title, 160),
      outcome,
      detail: plainText(detail, 300),
      tone: CHECK_TONES[outcome],
    }))
}

function evidenceRow(evidence: Evidence): EvidenceRow {
  const role =
    evidence.role === 'Step' && evidence.stepIndex !== undefined ? `step ${evidence.stepIndex + 1}` : (evidence.role ?? evidence.provider)
  return {
    line: shortEvidence(evidence),
    metric: plainText(evidence.metric, 80),
    value: plainText(evidence.value ?? evidence.job ?? evidence.message ?? '–', 120),
    condition: plainText(evidence.condition ?? '–', 160),
    counts: `${evidence.failed} of ${evidence.count}`,
    limit: plainText(evidence.limit, 80),
    phase: plainText(evidence.phase, 40),
    source: plainText(`${evidence.analysisRun} · ${role}`, 160),
  }
}
