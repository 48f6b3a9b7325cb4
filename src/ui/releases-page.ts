import type { ReleaseSummary } from '../api/contract.ts'
import type { ReleaseFilter } from '../api/filters.ts'
import { formatDuration } from '../api/format.ts'
import { REPORT_FORMAT_NAMES } from '../api/report/formats.ts'
import { CAUSE_WORDS, chipOf, outcomeWords, OUTCOMES, pullRequestWords, type Chip, type Tone } from '../api/words.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { activeOf, addressOf, causeChoices, chooseOf, type FilterControls } from './board-filter.ts'
import { rolloutHref, type PullRequestChip } from './board.ts'
import { safeHref } from './html.ts'

/** One release as a row of a list. */
export interface ReleaseRow {
  name: string
  place: string
  rolloutHref: string
  href: string
  version: Chip | undefined
  before: Chip | undefined
  outcome: string
  tone: Tone
  why: string | undefined
  /** Epoch milliseconds. */
  startedAt: number
  /** How long it took; undefined while it is open. */
  lasted: string | undefined
  pullRequest: PullRequestChip | undefined
}

/** The index of releases, or one page of it. */
export interface ReleasesPage {
  headline: string
  filter: FilterControls
  rows: readonly ReleaseRow[]
  /** Where the older ones are; undefined where there are none. */
  olderHref: string | undefined
  /** Where the same releases, over all pages, are written as a report. */
  reports: readonly { words: string; href: string }[]
  /** Where it is said how they went. */
  doraHref: string
}

/** What was asked for in words that the form understands again: the texts of the query, as they were given. */
export type AskedReleases = Readonly<Partial<Record<keyof ReleaseFilter, string>>>

const LABELS: Readonly<Record<keyof ReleaseFilter, string>> = {
  q: 'Search',
  cluster: 'Cluster',
  namespace: 'Namespace',
  name: 'Name',
  outcome: 'Outcome',
  cause: 'Cause',
  open: 'Open',
  from: 'From (UTC)',
  to: 'To (UTC)',
}

/** The releases of one Rollout, or one page of them, narrowed down as the index is. */
export interface OwnReleases {
  headline: string
  filter: FilterControls
  rows: readonly ReleaseRow[]
  /** Where the newest are; undefined where they are shown. */
  newestHref: string | undefined
  /** Where the older ones are; undefined where there are none. */
  olderHref: string | undefined
  reports: ReleasesPage['reports']
}

/** Whose releases, which page of them, and what was asked for. */
export interface OwnReleasesInput {
  /** The page of the Rollout. */
  path: string
  rollout: { cluster: string; namespace: string; name: string }
  items: readonly ReleaseSummary[]
  /** Where they go on; null where they do not. */
  next: string | null
  asked: AskedReleases
  /** The newest are on another page. */
  isLater: boolean
}

/** The releases on a Rollout's page as plain data, newest first. `now`: epoch milliseconds. */
export function ownReleasesOf({ path, rollout, items, next, asked, isLater }: OwnReleasesInput, now: number): OwnReleases {
  const { action, search, controls, active } = releaseControls(path, asked, [])
  const isNarrowed = Object.values(asked).some(Boolean) || isLater
  return {
    headline:
      items.length > 0
        ? isLater
          ? 'Older releases'
          : 'Releases, newest first'
        : isNarrowed
          ? nothingIn(next)
          : 'No release of it was recorded',
    filter: { action, search, active, controls: controls.filter(({ name }) => name !== 'namespace') },
    rows: items.map((release) => releaseRowOf(release, now)),
    newestHref: isLater ? addressOf(path, asked) : undefined,
    olderHref: next === null ? undefined : addressOf(path, asked, { continue: next }),
    reports: reportsOf({ ...rollout, ...asked }),
  }
}

function nothingIn(next: string | null): string {
  return next === null ? 'No release is like that' : 'None of the newest is like that: look among the older ones'
}

function reportsOf(asked: AskedReleases): ReleasesPage['reports'] {
  return REPORT_FORMAT_NAMES.map((format) => ({ words: format.toUpperCase(), href: addressOf(`/report.${format}`, asked) }))
}

/** A page of releases as plain data, newest first. `now`: epoch milliseconds. */
export function releasesPageOf(
  {
    items,
    next,
    asked,
    clusters,
  }: { items: readonly ReleaseSummary[]; next: string | null; asked: AskedReleases; clusters: readonly string[] },
  now: number,
): ReleasesPage {
  const isNarrowed = Object.values(asked).some(Boolean)
  const many = `${items.length}${next === null ? '' : ' newest'} ${items.length === 1 ? 'release' : 'releases'}`
  return {
    headline: items.length > 0 ? `${many}${isNarrowed ? ' that match' : ''}` : isNarrowed ? nothingIn(next) : 'No release was recorded yet',
    filter: releaseControls('/releases', asked, clusters),
    rows: items.map((release) => releaseRowOf(release, now)),
    reports: reportsOf(asked),
    doraHref: addressOf('/dora', asked, { outcome: undefined, cause: undefined, open: undefined }),
    olderHref: next === null ? undefined : addressOf('/releases', asked, { continue: next }),
  }
}

/** What a period can be narrowed down by on a page: by what became of its releases it cannot. @param action its path */
export function periodControls(action: string, asked: AskedReleases, clusters: readonly string[]): FilterControls {
  const all = releaseControls(action, asked, clusters)
  return { ...all, controls: all.controls.filter(({ name }) => !['outcome', 'cause', 'open'].includes(name)) }
}

/** What releases can be narrowed down by on a page. @param action its path */
function releaseControls(action: string, asked: AskedReleases, clusters: readonly string[]): FilterControls {
  return {
    action,
    search: asked.q ?? '',
    controls: [
      { name: 'from', label: LABELS.from, value: asked.from ?? '', options: [], kind: 'date' },
      { name: 'to', label: LABELS.to, value: asked.to ?? '', options: [], kind: 'date' },
      ...(clusters.length > 1 || asked.cluster
        ? [
            chooseOf(
              'cluster',
              LABELS.cluster,
              asked.cluster,
              clusters.map((value) => ({ value, words: plainText(value, 80) })),
            ),
          ]
        : []),
      { name: 'namespace', label: LABELS.namespace, value: asked.namespace ?? '', options: [] },
      ...(asked.name ? [{ name: 'name', label: LABELS.name, value: asked.name, options: [] }] : []),
      chooseOf('outcome', LABELS.outcome, asked.outcome, outcomeChoices()),
      chooseOf('cause', LABELS.cause, asked.cause, causeChoices()),
      ...(asked.open
        ? [
            chooseOf(
              'open',
              LABELS.open,
              asked.open,
              ['true', 'false'].map((value) => ({ value, words: value })),
            ),
          ]
        : []),
    ],
    active: activeOf(action, asked, LABELS),
  }
}

function outcomeChoices(): readonly { value: string; words: string }[] {
  return OUTCOMES.map((value) => ({ value, words: value }))
}

/** One release as a row. `now`: epoch milliseconds. */
export function releaseRowOf(release: ReleaseSummary, now: number): ReleaseRow {
  const { id, images, stableImages, revision, goodRevision, author, pullRequest, startedAt, endedAt } = release
  const version = { podTemplateHash: null, revision, revisionBy: null, author, images }
  const before = { podTemplateHash: null, revision: goodRevision, revisionBy: null, author: null, images: stableImages }
  const { words, tone } = outcomeWords({ ...release, rollout: release.name })
  const isFailed = release.outcome === 'open' && release.state === 'failed'
  const why = release.why ?? (release.cause ? CAUSE_WORDS[release.cause] : undefined)
  return {
    name: plainText(release.name, 80),
    place: `${plainText(release.namespace, 80)} · ${plainText(release.cluster, 80)}`,
    rolloutHref: rolloutHref(release),
    href: `/releases/${encodeURIComponent(id)}`,
    version: chipOf(version, before),
    before: chipOf(before, version),
    outcome: isFailed ? 'Failed, open' : words,
    tone: isFailed ? 'bad' : tone,
    why: why === undefined ? undefined : plainText(why, 160),
    startedAt,
    lasted: endedAt === null ? undefined : formatDuration(Math.min(endedAt, now) - startedAt),
    pullRequest: pullRequest === null ? undefined : { ...pullRequestWords(pullRequest), href: safeHref(pullRequest.url) },
  }
}
