import type { HistoryRecord, ReleaseDetail } from '../api/contract.ts'
import { formatDuration, formatTime, versionTag } from '../api/format.ts'
import { CAUSE_WORDS, outcomeWords, type Tone } from '../api/words.ts'
import { isExperiment } from '../domain/experiment/name.ts'
import { flagsOf, flagWords } from '../domain/release/flag-files.ts'
import type { Attempt, Release, StoredDecision } from '../domain/release/release.ts'
import type { Revert } from '../domain/revert/revert.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { pullRequestNumber } from '../domain/words/pull-request.ts'

/** Where something happened. */
export type Lane = 'Cluster' | 'Kedge' | 'Git' | 'People'

export interface TimelineEntry {
  /** Epoch milliseconds. */
  at: number
  /** After the entry before it, as `+4s`; empty for the first. */
  after: string
  lane: Lane
  title: string
  detail: string | undefined
  tone: Tone
}

type Entry = Pick<TimelineEntry, 'at' | 'lane' | 'title' | 'detail' | 'tone'>

/** What happened to a release, oldest first, out of the times that the ledger's newest documents carry. */
export function timelineOf({ release, revert, history }: ReleaseDetail): readonly TimelineEntry[] {
  const entries: Entry[] = [
    // An Experiment is seen for the first time when it has failed.
    ...(isExperiment(release) ? [] : [started(release)]),
    ...release.attempts.flatMap((attempt) => attempted(attempt)),
    ...(release.decision ? [decided(release.decision)] : []),
    ...(revert ? reverted(revert) : []),
    ...history
      .filter(({ kind }) => kind === 'card')
      .slice(0, 1)
      .map(({ at }): Entry => ({
        at,
        lane: 'Kedge',
        title: 'Told people',
        detail: 'One card, brought up to date as the state moves.',
        tone: 'moving',
      })),
    ...history.flatMap(said),
    ...(release.endedAt === null ? [] : [ended(release, release.endedAt)]),
  ]
  const sorted = entries.filter(({ at }) => Number.isFinite(at)).sort((a, b) => a.at - b.at)
  return sorted.map((entry, index) => {
    const before = sorted[index - 1]
    return { ...entry, after: before ? `+${formatDuration(entry.at - before.at)}` : '' }
  })
}

function started(release: Release): Entry {
  const tag = versionTag(release.images, release.stableImages) ?? release.podTemplateHash ?? 'a new version'
  const times = release.recurrence > 1 ? `This template was released and failed ${release.recurrence - 1} time(s) before.` : undefined
  const flags = flagsOf(release)
  if (flags)
    return { at: release.startedAt, lane: 'Cluster', title: `The sync of ${flagWords(flags)} began`, detail: undefined, tone: 'moving' }
  return { at: release.startedAt, lane: 'Cluster', title: `Release of ${tag} began`, detail: times, tone: 'moving' }
}

function attempted(attempt: Attempt): readonly Entry[] {
  const detail = plainText(attempt.message, 300) || undefined
  const seen: Entry = {
    at: attempt.seenAt,
    lane: 'Kedge',
    title: `Settled: ${CAUSE_WORDS[attempt.cause]}`,
    detail,
    tone: 'bad',
  }
  if (attempt.abortedAtMs === null) return [seen]
  return [
    {
      at: attempt.abortedAtMs,
      lane: 'Cluster',
      title: 'Aborted: the cluster goes back',
      detail: undefined,
      tone: 'bad',
    },
    seen,
  ]
}

/** What people have said in a channel, each time. */
function said({ at, event, document }: HistoryRecord): readonly Entry[] {
  const { onIt, snooze } = document as Pick<Release, 'onIt' | 'snooze'>
  const entry = (title: string): Entry => ({ at, lane: 'People', title, detail: undefined, tone: 'moving' })
  if (event === 'release-acknowledged' && onIt) return [entry(`${plainText(onIt.by, 80)} is on it`)]
  if (event !== 'release-snoozed' || !snooze) return []
  const by = plainText(snooze.by, 80)
  return [entry(snooze.until > snooze.at ? `${by} snoozed it until ${formatTime(snooze.until)}` : `${by} ended the snooze`)]
}

const ACTIONS: Readonly<Record<string, string>> = {
  'open-revert': 'Decided to open a revert',
  notify: 'Decided to tell people, and no more',
  wait: 'Waiting',
  none: 'Nothing to do',
}

function decided({ action, reason, at }: StoredDecision): Entry {
  const title = ACTIONS[action] ?? `Decided: ${plainText(action, 40)}`
  return {
    at,
    lane: 'Kedge',
    title,
    detail: plainText(reason, 300),
    tone: action === 'open-revert' ? 'moving' : 'paused',
  }
}

function reverted(revert: Revert): readonly Entry[] {
  const pull = revert.pullRequest ? pullRequestNumber(revert.pullRequest) : 'the pull request'
  const entries: Entry[] = []
  if (revert.openedAt !== null)
    entries.push({
      at: revert.openedAt,
      lane: 'Git',
      title: `Opened ${pull}`,
      detail: `${plainText(revert.branch, 120)} onto ${plainText(revert.baseBranch, 80)}`,
      tone: 'moving',
    })
  if (revert.endedAt !== null) {
    const merger = revert.people?.mergedBy
    const by = merger === undefined ? '' : ` by ${plainText(merger, 80)}`
    const isGood = revert.outcome === 'merged' || revert.outcome === 'restored'
    entries.push({
      at: revert.endedAt,
      lane: 'Git',
      title: `${pull} ${revert.outcome ?? 'ended'}${by}`,
      detail: undefined,
      tone: isGood ? 'good' : 'paused',
    })
  }
  return entries
}

function ended(release: Release, at: number): Entry {
  const { words, tone } = outcomeWords(release)
  return { at, lane: 'Cluster', title: words, detail: undefined, tone }
}
