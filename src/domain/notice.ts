import type { Release, Revert } from './release.ts'
import { causeClause, evidenceLine, rolloutName, versionName } from './wording.ts'

/** A mark that says at a glance how a release stands. */
export type Tone = 'bad' | 'waiting' | 'good' | 'info'

/**
 * What people are told about one release, for any channel: plain text everywhere, escaped by each Notifier for its own markup.
 * The same card is published again and again as the state moves.
 */
export interface Card {
  /** One card per release: the release's key. */
  key: string
  tone: Tone
  title: string
  /** Pairs such as `Git wants` / `Cluster runs`. */
  fields: readonly { label: string; value: string }[]
  /** One line per failing metric. */
  evidence: readonly string[]
  /** What Kedge did or did not do, and why. */
  outcome: string
  links: readonly { text: string; url: string }[]
}

/** Where a published card is, as the channel names it. */
export interface CardRef {
  channel: string
  timestamp: string
}

/** Builds the card of a release as it stands. Pure: the same state gives the same card, so an unchanged one is not published again. */
export function buildCard(release: Release, revert: Revert | undefined, links: Card['links']): Card {
  const failures = Math.max(1, release.attempts.length)
  return {
    key: release.key,
    tone: tone(release, revert),
    title: title(release),
    fields: [
      ...versions(release),
      { label: 'Cause', value: `${causeClause(release.cause)}${failures > 1 ? ` (attempt ${failures})` : ''}` },
      { label: 'Cluster', value: release.cluster },
    ],
    evidence: (release.attempts.at(-1)?.evidence ?? []).slice(0, 5).map(evidenceLine),
    outcome: outcomeSentence(release, revert),
    links: [...(revert?.pullRequest ? [{ text: `PR #${revert.pullRequest.number}`, url: revert.pullRequest.url }] : []), ...links],
  }
}

function title(release: Release): string {
  const name = rolloutName(release)
  const version = versionName(release.images, release.podTemplateHash)
  switch (release.outcome) {
    case 'restored':
      return `${name}: restored. Git and cluster agree again`
    case 'promoted':
      return `${name}: ${version} made it after all`
    case 'superseded':
      return `${name}: a newer release took the place of ${version}`
    case 'gone':
      return `${name}: the Rollout is gone`
    case 'open':
      return `${name}: ${openTitle(release, version)}`
  }
}

function openTitle(release: Release, version: string): string {
  if (release.state === 'rolling') return `${version} is being tried again`
  if (release.serving === 'split') return `${version} failed; the cluster runs the version before, Git does not`
  if (release.serving === 'aborting') return `${version} was aborted; traffic is still moving back`
  if (release.serving === 'stuck') return `${version} is stuck; both versions serve`
  if (release.serving === 'first-deploy-failed') return `${version} failed, and there is no version before it`
  if (release.serving === 'invalid-spec') return 'the controller refuses the new spec'
  return `${version} failed`
}

/** While it is open, the two sides; afterwards what failed and what was before it, because then the sides agree. */
function versions(release: Release): Card['fields'] {
  const [wants, runs] = release.outcome === 'open' ? ['Git wants', 'Cluster runs'] : ['Failed version', 'Version before']
  return [
    { label: wants, value: wanted(release) },
    { label: runs, value: running(release) },
  ]
}

function wanted(release: Release): string {
  const commit = release.revision ? ` (${release.revision.slice(0, 7)}${release.author ? ` by ${release.author}` : ''})` : ''
  return `${versionName(release.images, release.podTemplateHash)}${commit}`
}

function running(release: Release): string {
  if (release.serving === 'stuck' || release.serving === 'aborting') return 'both versions'
  if (release.serving === 'first-deploy-failed') return 'nothing that ever served'
  return `${versionName(release.stableImages, release.stableHash)}${release.goodRevision ? ` (${release.goodRevision.slice(0, 7)})` : ''}`
}

function tone(release: Release, revert: Revert | undefined): Tone {
  if (release.outcome === 'restored' || release.outcome === 'promoted') return 'good'
  if (release.outcome !== 'open') return 'info'
  return revert?.pullRequest || release.state === 'rolling' ? 'waiting' : 'bad'
}

/** What was done, in one or two sentences. */
export function outcomeSentence(release: Release, revert: Revert | undefined): string {
  const number = revert?.pullRequest ? `PR #${revert.pullRequest.number}` : 'The revert PR'
  if (revert?.outcome === 'merged') {
    if (release.outcome === 'restored') return `${number} was merged and N is back.`
    return revert.toldNotRestored ? `${number} was merged, but N is not back in time. See Argo CD.` : `${number} was merged. Waiting for Argo CD to bring N back.`
  }
  if (revert?.outcome === 'declined') return `${number} was closed by somebody: declined. Kedge will not open it again.`
  if (revert?.state === 'ended') return `${number} was closed: ${revert.outcome}.`
  if (revert?.state === 'open' || revert?.state === 'closing') return `${number} reverts it, with proof. Merging it ends the split.`
  if (revert?.state === 'planned') return 'A revert PR is being opened.'
  return release.decision?.reason ?? 'Nothing was decided yet.'
}
