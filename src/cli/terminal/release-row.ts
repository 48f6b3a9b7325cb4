import type { ReleaseSummary } from '../../api/contract.ts'
import { formatTime, shortSha, versionTag } from '../../api/format.ts'
import { CAUSE_WORDS, outcomeWords, pullRequestWords, type Tone } from '../../api/words.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import { TONE_SIGNS, type Paint } from './paint.ts'
import type { Cell } from './table.ts'

/** The heads of {@link releaseRow}'s cells. */
export const RELEASE_COLUMNS = ['  ROLLOUT', 'BEGAN', 'RELEASE', 'OVER', 'OUTCOME', 'WHY', 'PR']

/** Of a name with its sign before it, the end is what tells it from others. */
export const AFTER_SIGN = 2

/** One release as a row of a table. */
export function releaseRow(release: ReleaseSummary, paint: Paint): Cell[] {
  const isFailed = release.outcome === 'open' && release.state === 'failed'
  const outcome = isFailed ? ({ words: 'Failed', tone: 'bad' } as const) : outcomeWords({ ...release, rollout: release.name })
  const side = (revision: string | null, images: readonly string[], others: readonly string[]): Cell => ({
    text: [shortSha(revision), versionTag(images, others)].filter((word) => word !== undefined).join(' ') || '-',
  })
  return [
    namedCell(release, outcome.tone, paint),
    // Its day is the last to go.
    { text: formatTime(release.startedAt), cutAt: Infinity },
    side(release.revision, release.images, release.stableImages),
    side(release.goodRevision, release.stableImages, release.images),
    { text: outcome.words.split(':')[0] ?? '', painted: paint.tone(outcome.tone, outcome.words.split(':')[0] ?? '') },
    { text: release.why ?? (release.cause ? CAUSE_WORDS[release.cause] : '-') },
    { text: release.pullRequest ? pullRequestWords(release.pullRequest).words : '-' },
  ]
}

/** A Rollout by its whole name, with the sign of how it stands. */
export function namedCell(
  { cluster, namespace, name }: { cluster: string; namespace: string; name: string },
  tone: Tone,
  paint: Paint,
): Cell {
  const full = plainText(`${cluster}/${namespace}/${name}`, 160)
  return { text: `${TONE_SIGNS[tone]} ${full}`, painted: `${paint.tone(tone, TONE_SIGNS[tone])} ${full}`, cutAt: AFTER_SIGN }
}
