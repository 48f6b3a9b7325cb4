import type { SourceFacts } from '../decision/facts.ts'
import { isExperiment } from '../experiment/name.ts'
import { bodyLines } from '../quarantine/body-lines.ts'
import { flagsOf } from '../release/flag-files.ts'
import type { Release } from '../release/release.ts'
import { evidenceLine } from '../words/evidence.ts'
import { codeBlock, inlineCode, type Markup } from '../words/markdown.ts'
import { causeClause, failedVersion, rolloutName, versionName } from '../words/wording.ts'
import { revertMarker } from './keys.ts'
import { ledgerLine } from './ledger-line.ts'
import { burnMerging, burnVerdict, flagMerging } from './pull-request-burned.ts'
import { evidenceSection } from './pull-request-evidence.ts'
import { experimentMerging, experimentVerdict, experimentWords } from './pull-request-experiment.ts'
import { proofSection } from './pull-request-proof.ts'
import { goBackByFields, NOTHING_ELSE, some, stays, staysOfOthers } from './pull-request-stays.ts'
import { untilMerged } from './until-merged.ts'

export interface BodyInput {
  /** Every release this PR stands for; the first opened it. */
  releases: readonly Release[]
  source: SourceFacts
  key: string
  commitUrl: (sha: string) => string
  /** Of the forge that the PR is on. */
  markup: Markup
  imageUpdater: boolean
  links: readonly { text: string; url: string }[]
  ledgerHead?: { sequence: number; hash: string } | undefined
  /** The PR of the same revert before this one. */
  follows?: number | undefined
}

/**
 * The body of the revert PR, for the person who gets it at night: verdict, who wants what, why, what merging does, proof. Ends with
 * the hidden marker. All text from outside is escaped.
 */
export function renderPullRequestBody(input: BodyInput): string {
  const [first] = input.releases
  if (!first) return revertMarker(input.key)
  const sections = [
    verdict(first, input.releases),
    follows(first, input),
    versions(first, input),
    evidenceSection(input),
    whatMergingDoes(first, input),
    others(input),
    proofSection(input.source, input.markup, isExperiment(first)),
    links(input),
    details(input.releases),
    ledgerLine(input.ledgerHead),
    revertMarker(input.key),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function follows({ cause }: Release, { follows: former, markup }: BodyInput): string {
  if (former === undefined) return ''
  const when = cause === 'undone' ? '' : ' when Git asked for something else for a while'
  return `Follows ${markup.pullRequest(former)}, which Kedge closed${when}.`
}

function verdict(first: Release, releases: readonly Release[]): string {
  const places = releases.map((release) => `${inlineCode(rolloutName(release))} (cluster ${inlineCode(release.cluster)})`).join(', ')
  const versions = [...new Set(releases.map(failedVersion))].map((version) => inlineCode(version, 120)).join(', ')
  if (first.cause === 'undone')
    return (
      `**${versions} was undone by hand in ${places}. The cluster runs the version before, Git still asks for the other; merging this ` +
      `takes Git back, too.** Wanted by ${inlineCode(first.adoptedBy ?? 'nobody', 120)}.`
    )
  if (isExperiment(first)) return experimentVerdict(first)
  if (first.cause === 'slo-burn') return burnVerdict(first, { versions, places })
  return (
    `**${versions} failed in ${places}. The cluster went back to the version before, Git did not; merging this ` +
    `takes Git back, too.** Cause: ${causeClause(first.cause)}.`
  )
}

function versions(release: Release, { source, commitUrl, markup: { inlineText, link } }: BodyInput): string {
  const row = (label: string, commit: SourceFacts['revision'], version: string): string => {
    const cell = commit ? `${link(commit.sha.slice(0, 12), commitUrl(commit.sha))} ${inlineText(commit.subject, 100)}` : '–'
    return `| **${label}** | ${inlineCode(version, 120)} | ${cell} | ${commit ? inlineText(commit.author.name, 60) : '–'} |`
  }
  if (isExperiment(release)) {
    const head = ['| | what | commit | author |', '|---|---|---|---|']
    return [
      ...head,
      row('Git wants', source.revision, experimentWords(release)),
      row('Before it', source.good, 'not there, or as it was'),
    ].join('\n')
  }
  return [
    '| | version | commit | author |',
    '|---|---|---|---|',
    row(release.cause === 'slo-burn' ? 'Git wants, cluster runs' : 'Git wants', source.revision, failedVersion(release)),
    row(
      release.cause === 'slo-burn' ? 'Version before' : 'Cluster runs',
      source.good,
      versionName(release.stableImages, release.stableHash),
    ),
  ].join('\n')
}

function whatMergingDoes(release: Release, { releases, source, imageUpdater }: BodyInput): string {
  const names = [...new Set(releases.map((one) => inlineCode(rolloutName(one))))].join(', ')
  const whole = source.paths.length - source.byFields.length
  const files = whole === 1 ? '1 file to what it was' : `${whole} files to what they were`
  const good = inlineCode(source.good?.sha.slice(0, 12) ?? '')
  const lines = [
    '### What merging does',
    '',
    ...(whole > 0 ? [`- Restores ${files} at ${good}.${source.byFields.length === 0 ? ` ${NOTHING_ELSE}` : ''}`] : []),
    ...goBackByFields(source, good),
    `- ${mergingOf(release, names)}`,
    ...otherRollouts(source, release, releases),
    `- ${untilMerged(releases)}`,
    '- Closing it is a No: Kedge does not open this revert again.',
  ]
  lines.push(...bodyLines(releases), ...stays(source, isExperiment(release)), ...staysOfOthers(source))
  if (source.culprits.length > 1)
    lines.push(
      `- Reverts ${source.culprits.length} commits: ${source.culprits.map((commit) => inlineCode(commit.sha.slice(0, 12))).join(', ')}.`,
    )
  if (source.culprits.some((commit) => commit.parents.length > 1))
    lines.push('- One of them is a merge: merging that same branch again will not bring its changes back.')
  if (source.otherFiles.length > 0)
    lines.push(
      `- ${source.otherFiles.length} other file(s) of the same commit(s) stay as they are: ${source.otherFiles
        .slice(0, 10)
        .map((file) => inlineCode(file))
        .join(', ')}${source.otherFiles.length > 10 ? ', …' : ''}.`,
    )
  if (imageUpdater)
    lines.push('- An image bot writes to this Application. It may push the bad tag again: let it ignore that tag, or pin the good one.')
  if (release.recurrence > 1) lines.push(`- **This very template has now failed ${release.recurrence} times.** Pin the good tag.`)
  return lines.join('\n')
}

function mergingOf(release: Release, names: string): string {
  if (isExperiment(release)) return experimentMerging(release)
  if (flagsOf(release)) return flagMerging(names)
  return release.cause === 'slo-burn' ? burnMerging(names) : wantedAgain(names)
}

function wantedAgain(names: string): string {
  return (
    `Once Argo CD has synced it (by hand where automatic sync is off), Argo Rollouts finds the running version of ${names} ` +
    'wanted again, which goes Healthy at once: no steps, no new pods. (A template that carries a commit or a build ' +
    'stamp is not the same one: it is rolled out like a release.)'
  )
}

const LIKE_A_RELEASE = 'rolled out like a release, with steps and new pods.'

/**
 * What has failed is back at once; what made it beside it is taken back like a release of its own. They are of the first's Application: one
 * of another cluster that is called the same and has failed there is none of them.
 */
function otherRollouts(source: SourceFacts, { cluster }: Release, releases: readonly Release[]): readonly string[] {
  const own = new Set(releases.flatMap((one) => (one.cluster === cluster ? [`${one.namespace}/${one.rollout}`] : [])))
  const others = source.otherRollouts.filter(({ name }) => !own.has(name))
  const changed = others.filter(({ isKnown }) => isKnown).slice(0, 20)
  const which = (runs: readonly string[]): string => (runs.length > 0 ? ` (it runs ${some(runs)})` : '')
  const unknown = others.flatMap(({ name, isKnown, runs }) => (isKnown ? [] : [`${inlineCode(name)}${which(runs)}`])).slice(0, 20)
  const image = (name: string | undefined): string => (name === undefined ? 'none' : inlineCode(name, 120))
  return [
    ...changed.map(({ name, images, isBack, runs }) => {
      const changes = images.map(({ before, after }) => `${image(before)} to ${image(after)}`).join(', ')
      const what = changes === '' ? '' : `: ${changes}`
      const now = runs.length > 0 ? `It runs ${some(runs)}, and is` : 'It is'
      const then = isBack ? 'That is what it runs already: no steps, no new pods.' : `${now} ${LIKE_A_RELEASE}`
      return `- **Takes ${inlineCode(name)} back, too**${what}. ${then}`
    }),
    ...(unknown.length > 0
      ? [`- It is not known whether it takes other Rollouts of the Application back, too: ${unknown.join(', ')}.`]
      : []),
    ...perhapsGone(source, releases),
  ]
}

/** One that was removed before Kedge first looked has no name that it could know, and files alone do not show it. */
function perhapsGone({ provenBy }: SourceFacts, releases: readonly Release[]): readonly string[] {
  if (provenBy !== 'files') return []
  const names = [...new Set(releases.flatMap(({ applied }) => applied?.application ?? []))].map((name) => inlineCode(name))
  return [
    `- What ${names.length > 0 ? names.join(', ') : 'the Application'} made of these files and does not by now comes back with them, ` +
      'a Rollout that was removed since among it: nothing was rendered that would name it.',
  ]
}

function others({ source }: BodyInput): string {
  const names = source.otherApplications.slice(0, 50).map((name) => `- ${inlineCode(name)}`)
  const untold = source.untoldApplications.slice(0, 50).map((name) => inlineCode(name))
  if (names.length + untold.length === 0) return ''
  const changed = [
    'They render something else at this revert. Those that are healthy on the new version will roll out the old one.',
    '',
    ...names,
  ]
  const doubt = `Of these it could not be told whether this changes them, so look before you merge: ${untold.join(', ')}.`
  return [
    names.length > 0 ? '### Other Applications that this changes' : '### Other Applications that this may change',
    ...(names.length > 0 ? ['', ...changed] : []),
    ...(untold.length > 0 ? ['', doubt] : []),
  ].join('\n')
}

function links({ links: all, markup }: BodyInput): string {
  return all.map(({ text, url }) => markup.link(text, url)).join(' · ')
}

function details(releases: readonly Release[]): string {
  const messages = releases.map((release) => `${rolloutName(release)} (${release.cluster}): ${release.attempts.at(-1)?.message ?? ''}`)
  const lines = releases.flatMap((release) => (release.attempts.at(-1)?.evidence ?? []).map(evidenceLine))
  return ['<details><summary>What the controller said</summary>', '', codeBlock([...messages, ...lines].join('\n')), '', '</details>'].join(
    '\n',
  )
}
