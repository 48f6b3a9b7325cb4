import { isExperiment } from '../domain/experiment/name.ts'
import { EXPERIMENT_OUTCOMES } from '../domain/experiment/words.ts'
import type { HealthVerdict } from '../domain/health/health.ts'
import { endWords } from '../domain/quarantine/words.ts'
import type { Cause } from '../domain/release/evidence.ts'
import { snoozedUntil } from '../domain/release/handling.ts'
import type { Outcome, Release } from '../domain/release/release.ts'
import type { Revert } from '../domain/revert/revert.ts'
import type { ServingState } from '../domain/rollout/serving.ts'
import type { Storm } from '../domain/storm/storm.ts'
import { dayOf } from '../domain/words/calendar.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { pullRequestNumber } from '../domain/words/pull-request.ts'
import type { Freshness, PullRequestSummary, RolloutSummary, StormSummary, VersionSide } from './contract.ts'
import { formatTime, shortSha, versionTag } from './format.ts'
import type { QuarantineSummary } from './quarantine-contract.ts'

/** How something stands, in Argo CD's colours: Healthy, Progressing, Degraded, Suspended, Missing, Unknown. */
export type Tone = 'good' | 'moving' | 'bad' | 'paused' | 'warn' | 'unknown'

/** The relation between what Git wants and what the cluster runs. */
export type Relation = '=' | '≠' | '→' | '?'

export interface Verdict {
  tone: Tone
  /** What people read beside the icon. */
  words: string
  relation: Relation
}

/** Short names of the states, for counts and filters. */
export const STATE_WORDS: Readonly<Record<ServingState, { words: string; tone: Tone }>> = {
  split: { words: 'Split', tone: 'bad' },
  stuck: { words: 'Stuck', tone: 'bad' },
  aborting: { words: 'Aborting', tone: 'bad' },
  'first-deploy-failed': { words: 'First deploy failed', tone: 'bad' },
  'invalid-spec': { words: 'Invalid spec', tone: 'bad' },
  undone: { words: 'Undone', tone: 'warn' },
  'waiting-for-sync': { words: 'Waiting for sync', tone: 'warn' },
  unknown: { words: 'Unknown', tone: 'unknown' },
  rolling: { words: 'Rolling', tone: 'moving' },
  'in-step': { words: 'In step', tone: 'good' },
}

/** How a storm stands. */
export const STORM_WORDS: Readonly<Record<Storm['state'], string>> = {
  gathering: 'one card',
  holding: 'PRs held',
  passed: 'passed, PRs held',
  released: 'released',
  over: 'over',
}

/** A storm in one line, with what a person can do about it. */
export function stormWords({ key, total, cause, state, releasedBy }: StormSummary): string {
  const many = `${total} releases failed for one cause: ${plainText(cause, 300)}`
  if (state === 'holding') return `${many}. Their revert PRs are held: kedge storm release ${key} decides on each by itself.`
  if (state === 'passed') return `${many}. That has passed: try them again, or kedge storm release ${key}.`
  return state === 'released' ? `${many}. Released by ${plainText(releasedBy ?? '', 100)}.` : `${many}.`
}

/** What is in quarantine, in one line, with what a person can do about it. */
export function quarantineWords(
  one: Pick<QuarantineSummary, 'key' | 'version' | 'until' | 'state' | 'outcome' | 'liftedBy' | 'unsaid'>,
): string {
  const version = plainText(one.version, 200)
  if (one.state === 'over') return `${version}: no more, ${endWords(one)}.`
  const unsaid = one.unsaid === null ? '' : ` The forge takes no status of it (E_FORGE_NO_STATUS): ${plainText(one.unsaid, 200)}`
  return `${version} until ${dayOf(one.until)}: kedge quarantine lift ${one.key} lets it in again.${unsaid}`
}

/** The same for a row, where something else may have to be told first. */
export function quarantineNote({ quarantine }: Pick<RolloutSummary, 'quarantine'>): string | undefined {
  return quarantine ? `${plainText(quarantine.version, 120)} in quarantine until ${dayOf(quarantine.until)}` : undefined
}

/** Since when a cluster cannot be seen, epoch milliseconds; null while it can. */
export function blindSinceOf({ fresh, asOf, blind }: Freshness): number | null {
  return fresh ? null : Math.min(asOf, ...blind.map(({ since }) => since))
}

/** Why a cluster cannot be seen, as one line; undefined while it can. */
export function blindWords({ fresh, blind }: Freshness): string | undefined {
  if (fresh) return undefined
  return plainText(
    `Kedge cannot see this cluster: ${blind.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ') || 'nothing yet'}`,
    300,
  )
}

/**
 * The verdict on one Rollout in words. *Paused* is what people read where Argo CD's status says Suspended. What cannot be seen has no
 * present: whoever asks has to say since when it cannot (`blindSince`).
 */
export function verdictOf(
  rollout: Pick<RolloutSummary, 'serving' | 'paused' | 'step' | 'weight' | 'health' | 'blindSince' | 'gitWants' | 'clusterRuns'> &
    Partial<Pick<RolloutSummary, 'cause'>>,
): Verdict {
  const { serving, paused, health, blindSince, gitWants } = rollout
  if (blindSince !== null) return { tone: 'unknown', words: 'Unknown: the cluster cannot be seen', relation: '?' }
  if (serving === 'in-step' && rollout.cause === 'slo-burn') return { tone: 'bad', words: 'In step, and an alert names it', relation: '=' }
  if (serving === 'in-step') return inStep(health)
  if (serving === 'rolling') {
    if (paused !== null) return { tone: 'paused', words: `Paused (${plainText(paused, 60)})${progress(rollout)}`, relation: '→' }
    return { tone: 'moving', words: `Rolling${progress(rollout)}`, relation: '→' }
  }
  const { tone } = STATE_WORDS[serving]
  if (serving === 'split' && !isKnown(gitWants)) return { tone, words: 'Split: the cluster went back, Git is not known', relation: '?' }
  if (serving === 'undone' && isSameVersion(rollout))
    return { tone, words: 'Undone: told by hand, what Git asks for serves', relation: '=' }
  return { tone, words: LONG[serving], relation: serving === 'unknown' ? '?' : '≠' }
}

function isKnown({ podTemplateHash, revision, images }: VersionSide): boolean {
  return podTemplateHash !== null || revision !== null || images.length > 0
}

function isSameVersion({ gitWants, clusterRuns }: Pick<RolloutSummary, 'gitWants' | 'clusterRuns'>): boolean {
  return gitWants.podTemplateHash !== null && gitWants.podTemplateHash === clusterRuns.podTemplateHash
}

const LONG: Readonly<Record<Exclude<ServingState, 'in-step' | 'rolling'>, string>> = {
  split: 'Split: the cluster went back, Git did not',
  stuck: 'Stuck: not aborted, both versions are there',
  aborting: 'Aborted: not proven yet who serves',
  'first-deploy-failed': 'First deploy failed: nothing to go back to',
  'invalid-spec': 'Invalid spec: Git cannot be applied',
  undone: 'Undone: Git asks for another version',
  'waiting-for-sync': 'Waiting for sync: Git asks for something newer',
  unknown: 'Unknown',
}

function inStep(health: HealthVerdict): Verdict {
  if (health.status === 'Healthy') return { tone: 'good', words: 'In step', relation: '=' }
  if (health.status === 'Degraded') return { tone: 'bad', words: 'In step, Degraded', relation: '=' }
  const isPaused = health.status === 'Suspended'
  return {
    tone: isPaused ? 'paused' : 'moving',
    words: `In step, ${isPaused ? 'Paused' : health.status}`,
    relation: '=',
  }
}

function progress({ step, weight }: Pick<RolloutSummary, 'step' | 'weight'>): string {
  const share = weight === null ? '' : ` ${weight}%`
  return step === null ? share : `${share} (${step.index}/${step.count})`
}

/** A pull request as `#412 open`, or `!412 open` where its forge writes it so. */
export function pullRequestWords({ state, outcome, ...pull }: PullRequestSummary): { words: string; tone: Tone } {
  const number = pullRequestNumber(pull)
  if (state !== 'ended') return { words: `${number} ${state === 'closing' ? 'closing' : 'open'}`, tone: 'moving' }
  const isGood = outcome === 'merged' || outcome === 'restored' || outcome === 'promoted'
  return { words: `${number} ${outcome ?? 'ended'}`, tone: isGood ? 'good' : 'paused' }
}

/** Causes as people read them. */
export const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  'analysis-failed': 'analysis failed',
  'analysis-error': 'analysis could not measure',
  'analysis-inconclusive': 'analysis was inconclusive',
  'human-abort': 'aborted by a person',
  'progress-deadline': 'aborted at its progress deadline',
  stuck: 'past its progress deadline, not aborted',
  'first-deploy': 'the first deploy failed',
  'invalid-spec': 'the controller refuses the spec',
  'plugin-step': 'a plugin step failed',
  'slo-burn': 'an alert after its promotion',
  undone: 'undone by hand',
  unknown: 'cause unknown',
}

const OUTCOME_WORDS: Readonly<Record<Outcome, { words: string; tone: Tone }>> = {
  open: { words: 'Open', tone: 'moving' },
  restored: { words: 'Restored: Git and cluster agree again', tone: 'good' },
  superseded: { words: 'Superseded by a newer release', tone: 'paused' },
  promoted: { words: 'Promoted after all', tone: 'good' },
  gone: { words: 'Gone from the cluster', tone: 'paused' },
}

/** Every outcome there is. */
export const OUTCOMES = Object.keys(OUTCOME_WORDS) as readonly Outcome[]

/** The outcome of a release as people read it, with its tone. */
export function outcomeWords(release: Pick<Release, 'rollout' | 'outcome' | 'cause' | 'restoredBy'>): { words: string; tone: Tone } {
  const { outcome, cause, restoredBy } = release
  if (restoredBy) return { words: 'Restored: the parameters of the Application ask for the version before', tone: 'good' }
  if (outcome === 'promoted' && cause === null) return { words: 'Promoted', tone: 'good' }
  const { words, tone } = OUTCOME_WORDS[outcome]
  return { words: (isExperiment(release) ? EXPERIMENT_OUTCOMES[outcome] : undefined) ?? words, tone }
}

/** How the outcome of a check looks. */
export const CHECK_TONES: Readonly<Record<'passed' | 'failed' | 'skipped', Tone>> = {
  passed: 'good',
  failed: 'bad',
  skipped: 'unknown',
}

/** One side of a Rollout as people tell versions apart. */
export interface Chip {
  sha: string | undefined
  tag: string | undefined
  author: string | undefined
  /** Whose word the commit is, where Git itself was not asked. */
  by: string | undefined
}

/** Whose word a commit is, where Git was not asked. */
export const REVISION_BY: Readonly<Record<NonNullable<VersionSide['revisionBy']>, string | undefined>> = {
  git: undefined,
  synced: 'as Argo CD synced',
  compared: 'as Argo CD compared',
}

/** One side as a chip; undefined when nothing is known of it. */
export function chipOf(side: VersionSide, other: VersionSide): Chip | undefined {
  const sha = shortSha(side.revision)
  const tag = versionTag(side.images, other.images)
  if (sha === undefined && tag === undefined) return undefined
  const by = sha === undefined || side.revisionBy === null ? undefined : REVISION_BY[side.revisionBy]
  return { sha, tag, author: side.author === null ? undefined : plainText(side.author, 40), by }
}

/** The best thing to say about why: the failing metric, else the cause, else the controller's own words where something is wrong. */
export function whyOf(rollout: RolloutSummary): string | undefined {
  if (rollout.blindSince !== null || rollout.serving === 'unknown') return plainText(rollout.reason, 160)
  if (rollout.why !== null) return plainText(rollout.why, 160)
  if (rollout.cause !== null) return CAUSE_WORDS[rollout.cause]
  const isQuiet = rollout.serving === 'in-step' ? rollout.health.status === 'Healthy' : rollout.serving === 'rolling'
  if (isQuiet) return undefined
  return plainText(rollout.serving === 'in-step' ? rollout.health.message : rollout.reason, 160) || undefined
}

/**
 * What people have said about a release in a channel: who is on it, and until when nobody is called. Of what has ended, who was. `now`:
 * epoch ms.
 */
export function handlingWords(release: Release, revert: Revert | undefined, now: number): readonly { label: string; value: string }[] {
  const { state, onIt, snooze } = release
  const until = snoozedUntil(release, revert, now)
  return [
    ...(onIt
      ? [{ label: state === 'ended' ? 'Was on it' : 'On it', value: `${plainText(onIt.by, 80)}, since ${formatTime(onIt.at)}` }]
      : []),
    ...(snooze && until !== undefined ? [{ label: 'Snoozed', value: `until ${formatTime(until)}, by ${plainText(snooze.by, 80)}` }] : []),
  ]
}
