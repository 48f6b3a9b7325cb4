import type { ReleaseDetail, VersionSide } from '../api/contract.ts'
import { formatTime } from '../api/format.ts'
import {
  blindSinceOf,
  blindWords,
  CAUSE_WORDS,
  CHECK_TONES,
  chipOf,
  handlingWords,
  outcomeWords,
  quarantineWords,
  stormWords,
  verdictOf,
  type Chip,
  type Relation,
  type Tone,
} from '../api/words.ts'
import { CHECK_IDS, type Check } from '../domain/decision/check.ts'
import { nextStep } from '../domain/notice/next-step.ts'
import { toDo } from '../domain/notice/to-do.ts'
import type { Evidence } from '../domain/release/evidence.ts'
import type { Release } from '../domain/release/release.ts'
import { stateBeside } from '../domain/release/standing.ts'
import type { Revert } from '../domain/revert/revert.ts'
import { shortEvidence } from '../domain/words/evidence.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { pullRequestNumber } from '../domain/words/pull-request.ts'
import { hasVersionBefore } from '../domain/words/wording.ts'
import { sinceOf, type PullRequestChip, type Since } from './board.ts'
import { safeHref } from './html.ts'
import { pullRequestOf } from './pull-request-of.ts'
import { sidesOf } from './release-sides.ts'
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

export interface Proof {
  commit: string | undefined
  branch: string
  base: string
  restores: string
  culprits: readonly { sha: string; subject: string; author: string }[]
  paths: readonly string[]
  otherApplications: readonly string[]
  touchedByOthers: boolean
}

export interface ReleasePage {
  name: string
  place: string
  tone: Tone
  verdict: string
  /** What a person has to do, by the same words as on the card; undefined while the cluster cannot be seen. */
  todo: string | undefined
  /** Between the two sides: their relation while the release is open, what became of it when it has ended. */
  sign: Relation | '↩' | '·'
  /** What the two sides are called: present things while the release is open, history when it has ended. */
  sides: { left: string; right: string }
  why: string | undefined
  wants: Chip | undefined
  /** Undefined where nothing ever served: a first deploy. */
  runs: Chip | undefined
  /** One side is known bad, and the other alone serves. */
  contrast: boolean
  wantsHref: string | undefined
  runsHref: string | undefined
  since: Since | undefined
  pullRequest: PullRequestChip | undefined
  facts: readonly { label: string; value: string; href: string | undefined }[]
  decision: string | undefined
  timeline: readonly TimelineEntry[]
  checks: readonly CheckRow[]
  evidence: readonly EvidenceRow[]
  proof: Proof | undefined
  records: readonly { sequence: number; time: string; what: string; hash: string }[]
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
  return {
    name: plainText(release.rollout, 80),
    place: `${plainText(release.namespace, 80)} · ${plainText(release.cluster, 80)}`,
    ...stateOf(release, { blindSince, gitWants: wants, clusterRuns: runs }),
    todo: isBlind ? undefined : toDoOf(release, revert ?? undefined),
    why: isBlind ? blindWords(freshness) : whyOf(release),
    wants: chipOf(wants, runs),
    runs: hasVersionBefore(release) ? chipOf(runs, wants) : undefined,
    contrast: release.outcome === 'open' && release.serving === 'split' && !isElsewhere && !isBlind,
    wantsHref: isElsewhere ? undefined : safeHref(links.badCommit),
    runsHref: safeHref(links.goodCommit),
    since: release.endedAt === null ? sinceOf(blindSince ?? attempt?.seenAt ?? release.startedAt, now) : undefined,
    pullRequest: pullRequestOf(release, revert),
    facts: factsOf(detail, now),
    decision: release.decision ? `${plainText(release.decision.reason, 400)} ${nextStep(release)}`.trimEnd() : undefined,
    timeline: timelineOf(detail),
    checks: checksOf(release.decision?.checks ?? []),
    evidence: evidence.map(evidenceRow),
    proof: revert ? proofOf(revert) : undefined,
    records: detail.history.map(({ sequence, at, kind, event, hash }) => ({
      sequence,
      time: formatTime(at),
      what: plainText((event.startsWith(kind) ? event : `${kind} ${event}`).replaceAll('-', ' '), 120),
      hash,
    })),
    preExisting: release.preExisting,
  }
}

/** Of what has ended, nothing is said of now. */
function toDoOf(release: Release, revert: Revert | undefined): string {
  const words = toDo(release, revert)
  return release.state === 'ended' ? words.replace(/:.*/, '') : words
}

function whyOf({ attempts, cause }: Release): string | undefined {
  const [evidence] = attempts.at(-1)?.evidence ?? []
  if (evidence) return shortEvidence(evidence)
  return cause ? CAUSE_WORDS[cause] : undefined
}

function stateOf(
  release: Release,
  seen: { blindSince: number | null; gitWants: VersionSide; clusterRuns: VersionSide },
): Pick<ReleasePage, 'tone' | 'verdict' | 'sign' | 'sides'> {
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
    paused: null,
    step: null,
    weight: null,
    health: { status: 'Healthy', message: '' },
  })
  const sides = seen.blindSince === null ? { left: 'Git wants', right: 'Cluster runs' } : { left: 'Git wanted', right: 'Cluster ran' }
  return { tone, verdict: words, sign: relation, sides }
}

function factsOf({ release, revert, links, storm, quarantine }: ReleaseDetail, now: number): ReleasePage['facts'] {
  const fact = (label: string, value: string | null | undefined, href?: string | null) =>
    value ? [{ label, value: plainText(value, 500), href: safeHref(href) }] : []
  return [
    ...handlingWords(release, revert ?? undefined, now).flatMap(({ label, value }) => fact(label, value)),
    ...fact('Application', release.applied?.application, links.application),
    ...fact('Repository', release.repository),
    ...fact(
      'Brought in by',
      release.sourcePr ? `${pullRequestNumber(release.sourcePr)} by ${release.sourcePr.author}` : release.author,
      release.sourcePr?.url,
    ),
    ...fact('Cause', release.cause ? CAUSE_WORDS[release.cause] : null),
    ...fact('Storm', storm && stormWords(storm)),
    ...fact('Quarantine', quarantine && quarantineWords(quarantine)),
    ...fact('Attempts', String(release.attempts.length)),
    ...fact('Same template failed', release.recurrence > 1 ? `${release.recurrence} times` : null),
    ...fact(
      'Pod template',
      release.podTemplateHash && `${release.podTemplateHash}, before it ${hasVersionBefore(release) ? release.stableHash : 'nothing'}`,
    ),
    ...links.more.flatMap(({ text, url }) => fact('Link', text, url)),
  ]
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

function proofOf(revert: Revert): Proof {
  return {
    commit: revert.commit === null ? undefined : plainText(revert.commit, 64),
    branch: plainText(revert.branch, 120),
    base: plainText(revert.baseBranch, 80),
    restores: plainText(revert.goodRevision, 64),
    culprits: revert.culprits.map(({ sha, subject, author }) => ({
      sha: plainText(sha, 64),
      subject: plainText(subject, 120),
      author: plainText(author.name, 60),
    })),
    paths: revert.paths.map((path) => plainText(path, 200)),
    otherApplications: revert.otherApplications.map((name) => plainText(name, 160)),
    touchedByOthers: revert.touchedByOthers,
  }
}
