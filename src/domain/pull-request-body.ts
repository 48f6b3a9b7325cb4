import type { Proof, SourceFacts } from './facts.ts'
import { revertMarker } from './identity.ts'
import { codeBlock, inlineCode, inlineText, link } from './markdown.ts'
import type { Release } from './release.ts'
import { causeClause, evidenceLine, rolloutName, versionName } from './wording.ts'

export interface BodyInput {
  /** Every release this PR stands for; the first opened it. */
  releases: readonly Release[]
  source: SourceFacts
  key: string
  commitUrl: (sha: string) => string
  imageUpdater: boolean
  links: readonly { text: string; url: string }[]
}

/**
 * The body of the revert PR, for the person who gets it at night: verdict, who wants what, why, what merging does, proof. Ends with
 * the hidden marker. All text from outside is escaped.
 */
export function renderPullRequestBody(input: BodyInput): string {
  const [first] = input.releases
  if (!first) return revertMarker(input.key)
  const sections = [
    verdict(input.releases),
    versions(first, input),
    evidence(input.releases),
    whatMergingDoes(first, input),
    others(input),
    proof(input.source, input.source.proof),
    links(input),
    details(input.releases),
    revertMarker(input.key),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function verdict(releases: readonly Release[]): string {
  const names = releases.map((release) => inlineCode(rolloutName(release))).join(', ')
  const [first] = releases
  return `**${names} failed and runs the version before; this PR lets Git ask for that version too.** It failed because ${causeClause(first?.cause ?? null)}.`
}

function versions(release: Release, { source, commitUrl }: BodyInput): string {
  const row = (label: string, commit: SourceFacts['revision'], images: readonly string[], hash: string | null): string => {
    const cell = commit ? `${link(commit.sha.slice(0, 12), commitUrl(commit.sha))} ${inlineText(commit.subject, 100)}` : '–'
    return `| **${label}** | ${inlineCode(versionName(images, hash), 120)} | ${cell} | ${commit ? inlineText(commit.author.name, 60) : '–'} |`
  }
  return [
    '| | version | commit | author |',
    '|---|---|---|---|',
    row('Git wants', source.revision, release.images, release.podTemplateHash),
    row('Cluster runs', source.good, release.stableImages, release.stableHash),
  ].join('\n')
}

function evidence(releases: readonly Release[]): string {
  const rows = releases.flatMap((release) =>
    (release.attempts.at(-1)?.evidence ?? []).map((one) => {
      const value = one.value ?? (one.job === undefined ? (one.message ?? '–') : `Job ${one.job}`)
      const counts = `${one.failed} of ${Math.max(one.count, one.failed)}, ${one.limit}`
      return `| ${inlineText(one.metric, 80)} | ${inlineText(one.phase, 20)} | ${inlineCode(value, 120)} | ${one.condition === undefined ? '–' : inlineCode(one.condition, 160)} | ${inlineText(counts, 80)} | ${inlineCode(one.analysisRun, 100)} |`
    }),
  )
  if (rows.length === 0) return 'No measurement is left to show; the controller\'s own message is below.'
  return ['### Why it failed', '', '| metric | result | value | wanted | count | AnalysisRun |', '|---|---|---|---|---|---|', ...rows.slice(0, 20)].join('\n')
}

function whatMergingDoes(release: Release, { source, imageUpdater }: BodyInput): string {
  const lines = [
    '### What merging does',
    '',
    `- Restores ${source.paths.length} file(s) to what they were at ${inlineCode(source.good?.sha.slice(0, 12) ?? '')}. Nothing else in the repository changes.`,
    '- Argo CD syncs, Argo Rollouts finds the running version wanted again and goes Healthy at once: no steps, no new pods. (A template that carries a commit or a build stamp is not the same one: it is rolled out like a release.)',
    '- Until then every unrelated change of the pod template or the steps releases the failed version again.',
  ]
  if (source.culprits.length > 1) lines.push(`- Reverts ${source.culprits.length} commits: ${source.culprits.map((commit) => inlineCode(commit.sha.slice(0, 12))).join(', ')}.`)
  if (source.culprits.some((commit) => commit.parents.length > 1)) lines.push('- One of them is a merge: merging that same branch again will not bring its changes back.')
  if (source.otherFiles.length > 0) lines.push(`- ${source.otherFiles.length} other file(s) of the same commit(s) stay as they are: ${source.otherFiles.slice(0, 10).map((file) => inlineCode(file)).join(', ')}${source.otherFiles.length > 10 ? ', …' : ''}.`)
  if (imageUpdater) lines.push('- An image bot writes to this Application. It may push the bad tag again: let it ignore that tag, or pin the good one.')
  if (release.recurrence > 1) lines.push(`- **This very template has now failed ${release.recurrence} times.** Pin the good tag.`)
  return lines.join('\n')
}

function others({ source }: BodyInput): string {
  if (source.otherApplications.length === 0) return ''
  const names = source.otherApplications.slice(0, 50).map((name) => `- ${inlineCode(name)}`)
  return ['### Other Applications that this changes', '', 'They render from the same files. Those that are healthy on the new version will roll out the old one.', '', ...names].join('\n')
}

function proof(source: SourceFacts, shown: Proof | null): string {
  if (!shown) return ''
  const rows = shown.files.slice(0, 30).map((file) => `| ${inlineCode(file.path, 160)} | ${name(file.before)} | ${name(file.after)} |`)
  return [
    '<details><summary>Proof</summary>',
    '',
    `The inputs of the Application are the same at this revert and at ${inlineCode(source.good?.sha ?? '')} (N): fingerprint ${inlineCode(shown.atGood)} both times. Commit ${inlineCode(shown.commit)}, tree ${inlineCode(shown.tree)}.`,
    '',
    '| file | object at N+1 | object as restored |',
    '|---|---|---|',
    ...rows,
    ...(shown.files.length > 30 ? [`| … ${shown.files.length - 30} more | | |`] : []),
    '',
    'Check one with `git rev-parse <commit>:<file>`.',
    '',
    '</details>',
  ].join('\n')
}

function links(input: BodyInput): string {
  return input.links.map(({ text, url }) => link(text, url)).join(' · ')
}

function details(releases: readonly Release[]): string {
  const messages = releases.map((release) => `${rolloutName(release)} (${release.cluster}): ${release.attempts.at(-1)?.message ?? ''}`)
  const lines = releases.flatMap((release) => (release.attempts.at(-1)?.evidence ?? []).map(evidenceLine))
  return ['<details><summary>What the controller said</summary>', '', codeBlock([...messages, ...lines].join('\n')), '', '</details>'].join('\n')
}

function name(object: string | null): string {
  return object === null ? 'absent' : inlineCode(object.slice(0, 12))
}
