import type { RolloutSummary, StormSummary } from '../api/contract.ts'
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
import type { ServingState } from '../domain/rollout/serving.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { safeHref } from './html.ts'

/** What the board is made from, at one moment. */
export interface BoardInput {
  rollouts: readonly RolloutSummary[]
  total: number
  byState: Readonly<Record<ServingState, number>>
  /** The state that is filtered for. */
  state: ServingState | undefined
  /** Clusters that cannot be seen, and why. */
  blind: readonly { cluster: string; kinds: readonly string[]; since: number }[]
  /** Those that are not over. */
  storms: readonly StormSummary[]
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
  href: string | undefined
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
  /** The whole fleet in one sentence. */
  headline: string
  tone: Tone
  tiles: readonly BoardTile[]
  rows: readonly BoardRow[]
  /** Rollouts beyond those shown. */
  notShown: number
  blind: readonly string[]
  storms: readonly string[]
}

const RELATION_WORDS: Readonly<Record<Relation, string>> = {
  '=': 'is what the cluster runs',
  '≠': 'is not what the cluster runs',
  '→': 'is on its way to the cluster',
  '?': 'may or may not be what the cluster runs',
}

/** The board as plain data: every text is one harmless line, every address one that may be linked. */
export function boardOf(input: BoardInput): Board {
  const matching = input.state === undefined ? input.total : input.byState[input.state]
  return {
    ...headline(input),
    tiles: tilesOf(input),
    rows: input.rollouts.map((rollout) => rowOf(rollout, input.now)),
    notShown: Math.max(0, matching - input.rollouts.length),
    storms: input.storms.map(stormWords),
    blind: input.blind.map(({ cluster, kinds, since }) => {
      const what = kinds.length > 0 ? kinds.map((kind) => plainText(kind, 60)).join(', ') : 'anything'
      const unseen = `${plainText(cluster, 80)}: cannot see ${what} for ${formatDuration(input.now - since)}.`
      return `${unseen} Its rows may be old; nothing is decided on them.`
    }),
  }
}

function rowOf(rollout: RolloutSummary, now: number): BoardRow {
  const verdict = verdictOf(rollout)
  const { gitWants, clusterRuns } = rollout
  return {
    name: plainText(rollout.name, 80),
    place: `${plainText(rollout.namespace, 80)} · ${plainText(rollout.cluster, 80)}`,
    href: rollout.release === null ? undefined : `/releases/${encodeURIComponent(rollout.release)}`,
    wants: chipOf(gitWants, clusterRuns),
    runs: chipOf(clusterRuns, gitWants),
    relation: verdict.relation,
    relationWords: RELATION_WORDS[verdict.relation],
    contrast: rollout.serving === 'split' && rollout.blindSince === null,
    verdict,
    why: whyOf(rollout) ?? quarantineNote(rollout),
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

function tilesOf({ byState, state, total }: BoardInput): readonly BoardTile[] {
  const all: BoardTile = { words: 'All', tone: 'unknown', count: total, href: '/', active: state === undefined }
  const states = (Object.keys(STATE_WORDS) as ServingState[])
    .filter((one) => byState[one] > 0 || one === state || one === 'split' || one === 'in-step')
    .map((one) => ({ ...STATE_WORDS[one], count: byState[one], href: `/?state=${one}`, active: one === state }))
  return [all, ...states]
}

function headline({ byState, total, blind }: BoardInput): { headline: string; tone: Tone } {
  const wrong = byState.split + byState.stuck + byState.aborting + byState['first-deploy-failed'] + byState['invalid-spec']
  const unmet = byState.undone + byState['waiting-for-sync']
  if (wrong > 0) {
    const split =
      byState.split > 0
        ? `${byState.split} of ${total} split: Git asks for a version that the cluster has given up`
        : `${wrong} of ${total} need a look`
    return { headline: split, tone: 'bad' }
  }
  if (unmet > 0) return { headline: `${unmet} of ${total} not told what Git asks for`, tone: 'warn' }
  if (blind.length > 0 || byState.unknown > 0) return { headline: 'Not everything can be seen', tone: 'warn' }
  if (total === 0) return { headline: 'No Rollouts seen yet', tone: 'unknown' }
  if (byState.rolling > 0) return { headline: `${byState.rolling} of ${total} rolling, the others in step`, tone: 'moving' }
  return {
    headline: total === 1 ? 'Git and cluster are in step' : `All ${total} in step: the clusters run what Git wants`,
    tone: 'good',
  }
}
