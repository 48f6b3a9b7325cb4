import type { RolloutSummary, StormSummary } from '../api/contract.ts'
import type { RolloutFilter } from '../api/filters.ts'
import { formatDuration } from '../api/format.ts'
import {
  chipOf,
  pullRequestWords,
  STATE_WORDS,
  quarantineNote,
  stormWords,
  verdictOf,
  whyOf,
  type Chip,
  type Relation,
  type Tone,
  type Verdict,
} from '../api/words.ts'
import { besideNote } from '../domain/migration/beside.ts'
import type { ServingState } from '../domain/rollout/serving.ts'
import type { RolloutRef } from '../domain/rollout/snapshots.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { besideLines, type BesideStanding } from './beside.ts'
import { addressOf, boardControls, type Choices, type FilterControls } from './board-filter.ts'
import { headlineOf } from './headline.ts'
import { safeHref } from './html.ts'

/** What the board is made from, at one moment. */
export interface BoardInput {
  rollouts: readonly RolloutSummary[]
  /** Of the whole fleet, whatever the filter: how many there are, and in which state. */
  total: number
  fleet: Readonly<Record<ServingState, number>>
  /** Of those that match all but the state that is filtered for. */
  byState: Readonly<Record<ServingState, number>>
  /** How many match, over all pages, and how many need a look among those that do and those that do not. */
  matching: number
  trouble: { matching: number; hidden: number }
  filter: RolloutFilter
  choices: Choices
  /** Which page of how many, from 1. */
  page: number
  pages: number
  /** Clusters that cannot be seen, and why. */
  blind: readonly { cluster: string; kinds: readonly string[]; since: number }[]
  /** Those that are not over. */
  storms: readonly StormSummary[]
  /** How what is known of Deployments stands, a cluster each that is asked. */
  beside: readonly BesideStanding[]
  /** The line of the configuration that would let Kedge look into Git; undefined where it does. */
  unaskedGit: string | undefined
  now: number
}

export interface Since {
  /** Epoch milliseconds. */
  at: number
  text: string
}

export interface PullRequestChip {
  words: string
  tone: Tone
  href: string | undefined
}

export interface BoardRow {
  name: string
  /** Namespace and cluster. */
  place: string
  /** Its release while one is under way, else the page of the Rollout. */
  href: string
  wants: Chip | undefined
  runs: Chip | undefined
  relation: Relation
  relationWords: string
  /** The two sides are settled and differ, so one stands out as wrong and the other as what serves. */
  contrast: boolean
  verdict: Verdict
  /** The first failing metric, or what there is to say instead. */
  why: string | undefined
  since: Since | undefined
  pullRequest: PullRequestChip | undefined
  /**
   * That a Deployment serves beside it; undefined where none does, or that is not known. `href`: the page of the Rollout, which tells more,
   * where the row's own link leads elsewhere.
   */
  beside: { words: string; href: string | undefined } | undefined
  /** Broken before Kedge first looked, and left alone until a person adopts it. */
  preExisting: boolean
}

export interface BoardTile {
  words: string
  tone: Tone
  count: number
  href: string
  active: boolean
}

export interface Board {
  /** The whole fleet in one sentence, or what a filter leaves of it with what it hides. */
  headline: string
  tone: Tone
  tiles: readonly BoardTile[]
  filter: FilterControls
  rows: readonly BoardRow[]
  /** Where the pages before and after are, and which one this is; undefined where all is on one. */
  pages: { words: string; before: string | undefined; after: string | undefined } | undefined
  /** Why nothing is shown; undefined where something is. */
  empty: string | undefined
  blind: readonly string[]
  storms: readonly string[]
  /** Of when that is, and where it is not known. */
  beside: readonly string[]
  unaskedGit: string | undefined
}

const RELATION_WORDS: Readonly<Record<Relation, string>> = {
  '=': 'is what the cluster runs',
  '≠': 'is not what the cluster runs',
  '→': 'is on its way to the cluster',
  '?': 'may or may not be what the cluster runs',
}

/** The board as plain data: every text is one harmless line, every address one that may be linked. */
export function boardOf(input: BoardInput): Board {
  const { filter, choices, now } = input
  return {
    ...headlineOf(input),
    tiles: tilesOf(input),
    filter: boardControls(filter, choices),
    rows: input.rollouts.map((rollout) => rowOf(rollout, now)),
    pages: pagesOf(input),
    empty: input.rollouts.length > 0 ? undefined : emptyWords(input),
    storms: input.storms.map(stormWords),
    beside: besideLines(
      input.beside,
      input.rollouts.some((rollout) => besideNote(rollout) !== undefined),
      now,
    ),
    unaskedGit: input.unaskedGit === undefined ? undefined : plainText(input.unaskedGit, 300),
    blind: input.blind.map(({ cluster, kinds, since }) => {
      const what = kinds.length > 0 ? kinds.map((kind) => plainText(kind, 60)).join(', ') : 'anything'
      const unseen = `${plainText(cluster, 80)}: cannot see ${what} for ${formatDuration(now - since)}.`
      return `${unseen} Its rows may be old; nothing is decided on them.`
    }),
  }
}

function pagesOf({ filter, page, pages, rollouts, matching }: BoardInput): Board['pages'] {
  if (pages <= 1 && page === 1) return undefined
  const to = (number: number): string => addressOf('/', { ...filter }, { page: number === 1 ? undefined : String(number) })
  return {
    words: `Page ${page} of ${pages}: ${rollouts.length} of ${matching} Rollouts`,
    before: page > 1 ? to(Math.min(page - 1, pages)) : undefined,
    after: page < pages ? to(page + 1) : undefined,
  }
}

function emptyWords({ total, page, filter, choices }: BoardInput): string {
  if (total === 0) return 'Kedge has seen no Rollout yet.'
  const { cluster } = filter
  if (cluster !== undefined && !choices.clusters.includes(cluster)) return `No cluster is called ${plainText(cluster, 80)} here.`
  return page > 1 ? 'Nothing is on this page.' : 'No Rollout is like that.'
}

function rowOf(rollout: RolloutSummary, now: number): BoardRow {
  const verdict = verdictOf(rollout)
  const beside = besideNote(rollout)
  const { gitWants, clusterRuns } = rollout
  const own = rolloutHref(rollout)
  const href =
    rollout.release !== null && (rollout.serving !== 'in-step' || rollout.cause !== null)
      ? `/releases/${encodeURIComponent(rollout.release)}`
      : own
  return {
    name: plainText(rollout.name, 80),
    place: `${plainText(rollout.namespace, 80)} · ${plainText(rollout.cluster, 80)}`,
    href,
    wants: chipOf(gitWants, clusterRuns),
    runs: chipOf(clusterRuns, gitWants),
    relation: verdict.relation,
    relationWords: RELATION_WORDS[verdict.relation],
    contrast: rollout.serving === 'split' && rollout.blindSince === null,
    verdict,
    why: whyOf(rollout) ?? quarantineNote(rollout),
    beside: beside === undefined ? undefined : { words: beside, href: href === own ? undefined : own },
    since: sinceOf(rollout.since, now),
    pullRequest:
      rollout.pullRequest === null ? undefined : { ...pullRequestWords(rollout.pullRequest), href: safeHref(rollout.pullRequest.url) },
    preExisting: rollout.preExisting,
  }
}

/** How long a state has held. */
export function sinceOf(at: number | null, now: number): Since | undefined {
  return at === null ? undefined : { at, text: formatDuration(now - at) }
}

/** The page of a Rollout. */
export function rolloutHref({ cluster, namespace, name }: RolloutRef): string {
  return `/rollouts/${[cluster, namespace, name].map((part) => encodeURIComponent(part.toWellFormed())).join('/')}`
}

function tilesOf({ byState, filter }: BoardInput): readonly BoardTile[] {
  const { state } = filter
  const count = Object.values(byState).reduce((sum, one) => sum + one, 0)
  const all: BoardTile = {
    words: 'All',
    tone: 'unknown',
    count,
    href: addressOf('/', { ...filter }, { state: undefined }),
    active: state === undefined,
  }
  const states = (Object.keys(STATE_WORDS) as ServingState[])
    .filter((one) => byState[one] > 0 || one === state || one === 'split' || one === 'in-step')
    .map((one) => ({
      ...STATE_WORDS[one],
      count: byState[one],
      href: addressOf('/', { ...filter }, { state: one }),
      active: one === state,
    }))
  return [all, ...states]
}
