import type { Freshness, RolloutSummary } from '../api/contract.ts'
import { blindWords, chipOf, verdictOf, whyOf, type Chip, type Verdict } from '../api/words.ts'
import { isExperiment } from '../domain/experiment/name.ts'
import { besideWords, type Beside } from '../domain/migration/beside.ts'
import type { RolloutRef } from '../domain/rollout/snapshots.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { sinceOf, type Since } from './board.ts'
import { safeHref } from './html.ts'
import type { OwnReleases } from './releases-page.ts'

/** One Rollout with all its releases. */
export interface RolloutPage {
  name: string
  place: string
  /** What is so, in one sentence. */
  sentence: string
  verdict: Verdict
  /** What runs and what is asked for; undefined where the cluster does not show it. */
  sides: { wants: Chip | undefined; runs: Chip | undefined; contrast: boolean } | undefined
  why: string | undefined
  since: Since | undefined
  facts: readonly { label: string; value: string; href: string | undefined }[]
  /** The release that is under way. */
  currentHref: string | undefined
  releases: OwnReleases
}

/** What the page of one Rollout is made from. */
export interface RolloutPageInput {
  ref: RolloutRef
  /** Undefined where no cluster shows it: it is gone, or cannot be seen. */
  rollout: RolloutSummary | undefined
  /** Undefined where its cluster is not in the configuration. */
  freshness: Freshness | undefined
  /** Undefined where it is not asked for. */
  beside?: Beside | undefined
  releases: OwnReleases
  applicationHref: string | undefined
  now: number
}

/** One Rollout as plain data for its page. */
export function rolloutPageOf({ ref, rollout, freshness, beside, releases, applicationHref, now }: RolloutPageInput): RolloutPage {
  const verdict = rollout ? verdictOf(rollout) : UNSEEN
  const name = plainText(ref.name, 80)
  return {
    name,
    place: `${plainText(ref.namespace, 80)} · ${plainText(ref.cluster, 80)}`,
    sentence: `${name} – ${rollout ? verdict.words : unseenWords(ref, freshness)}`,
    verdict,
    sides: rollout && {
      wants: chipOf(rollout.gitWants, rollout.clusterRuns),
      runs: chipOf(rollout.clusterRuns, rollout.gitWants),
      contrast: rollout.serving === 'split' && rollout.blindSince === null,
    },
    why: rollout && whyOf(rollout),
    since: rollout && sinceOf(rollout.since, now),
    facts: rollout ? [...factsOf(rollout, applicationHref), ...besideFacts(beside)] : [],
    currentHref:
      rollout?.release && (rollout.serving !== 'in-step' || rollout.cause !== null)
        ? `/releases/${encodeURIComponent(rollout.release)}`
        : undefined,
    releases,
  }
}

const UNSEEN: Verdict = { tone: 'unknown', words: 'Not seen', relation: '?' }

function unseenWords({ name }: RolloutRef, freshness: Freshness | undefined): string {
  if (isExperiment({ rollout: name })) return 'an Experiment outside of a Rollout; what follows are those of this name that failed'
  if (!freshness) return 'its cluster is not in the configuration; what follows is history'
  const blind = blindWords(freshness)
  return blind === undefined ? 'no cluster has it any more; what follows is history' : `not seen. ${blind}`
}

function besideFacts(beside: Beside | undefined): RolloutPage['facts'] {
  return beside ? besideWords(beside).map((value) => ({ label: 'Beside it', value, href: undefined })) : []
}

function factsOf(rollout: RolloutSummary, applicationHref: string | undefined): RolloutPage['facts'] {
  const fact = (label: string, value: string | null, href?: string) =>
    value === null ? [] : [{ label, value: plainText(value, 300), href: safeHref(href) }]
  return [
    ...fact('Health', `${rollout.health.status}${rollout.health.message ? `: ${rollout.health.message}` : ''}`),
    ...fact('Application', rollout.application, applicationHref),
    ...fact('Project', rollout.project),
    ...fact('Strategy', rollout.strategy),
    ...fact('Images it runs', rollout.clusterRuns.images.join(', ') || null),
  ]
}
