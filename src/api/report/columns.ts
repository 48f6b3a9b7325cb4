import { builtFromWords } from '../../domain/release/image-source.ts'
import type { Measured } from '../../domain/report/measures.ts'
import { NOT_KNOWN, whoWords, type Named } from '../../domain/report/people.ts'
import type { ReportImage, ReportRecords } from '../../domain/report/row.ts'
import { pullRequestNumber } from '../../domain/words/pull-request.ts'
import { formatDuration, formatTime, versionTag } from '../format.ts'
import { CAUSE_WORDS } from '../words.ts'
import type { ReportItem } from './contract.ts'

/** A column: its name, and a release's cell as a harmless line without any markup. Empty: there was nothing of the kind. */
export interface Column {
  readonly name: string
  readonly cell: (item: ReportItem) => string
}

type Group = 'service' | 'outcome' | 'times' | 'people' | 'requests' | 'proof'

/** Several values in one cell. */
const BETWEEN = ' / '

/** Everything that a report says of a release, in the order of the columns. */
export const COLUMNS: Readonly<Record<Group, readonly Column[]>> = {
  service: [
    { name: 'Cluster', cell: ({ cluster }) => cluster },
    { name: 'Namespace', cell: ({ namespace }) => namespace },
    { name: 'Service', cell: ({ service }) => service },
    { name: 'Version', cell: ({ images, imagesBefore }) => tagOf(images, imagesBefore) },
    { name: 'Version before', cell: ({ images, imagesBefore }) => (imagesBefore.length === 0 ? '' : tagOf(imagesBefore, images)) },
    { name: 'Images', cell: ({ images }) => known(images.map(({ image }) => image)) },
    { name: 'Digests', cell: ({ images }) => known(images.map(({ digest }) => digest ?? NOT_KNOWN)) },
    { name: 'Digests that ran', cell: ({ images }) => known(images.map(ranOf)) },
    { name: 'Digests that ran before', cell: ({ imagesBefore }) => imagesBefore.map(ranOf).join(BETWEEN) },
    { name: 'Commit', cell: ({ commit }) => commit ?? NOT_KNOWN },
    { name: 'Synced revision', cell: ({ synced }) => known(synced ?? []) },
    { name: 'Built from', cell: ({ builtFrom }) => known((builtFrom ?? []).map(builtFromWords)) },
    { name: 'Commit before', cell: ({ commitBefore, imagesBefore }) => commitBefore ?? (imagesBefore.length === 0 ? '' : NOT_KNOWN) },
    { name: 'Repository', cell: ({ repository }) => repository ?? NOT_KNOWN },
    { name: 'Application', cell: ({ application }) => application ?? NOT_KNOWN },
    { name: 'Release no.', cell: ({ rolloutRevision }) => String(rolloutRevision) },
    { name: 'Pod template', cell: ({ podTemplateHash }) => podTemplateHash ?? NOT_KNOWN },
  ],
  outcome: [
    { name: 'Outcome', cell: outcomeWords },
    { name: 'Cause', cell: ({ cause }) => (cause === null ? '' : CAUSE_WORDS[cause]) },
    { name: 'Attempts that failed', cell: ({ attempts }) => String(attempts) },
    { name: 'Same template failed', cell: ({ recurrence }) => String(recurrence) },
    { name: 'Broken before Kedge looked', cell: ({ preExisting }) => (preExisting ? 'yes' : 'no') },
    { name: 'Evidence', cell: ({ evidence, cause }) => (cause !== null && evidence.length === 0 ? NOT_KNOWN : evidence.join(BETWEEN)) },
    { name: 'Decision', cell: ({ decision }) => decision ?? '' },
  ],
  times: [
    { name: 'Began (UTC)', cell: ({ times }) => timeOf(times.began) },
    { name: 'Failed (UTC)', cell: ({ times }) => timeOf(times.failed) },
    { name: 'Aborted (UTC)', cell: ({ times }) => timeOf(times.aborted) },
    { name: 'Revert PR opened (UTC)', cell: ({ times }) => timeOf(times.revertOpened) },
    { name: 'Revert PR merged (UTC)', cell: ({ times }) => timeOf(times.revertMerged) },
    { name: 'Restored (UTC)', cell: ({ times }) => timeOf(times.restored) },
    { name: 'Promoted (UTC)', cell: ({ times }) => timeOf(times.promoted) },
    { name: 'Superseded (UTC)', cell: ({ times }) => timeOf(times.superseded) },
    { name: 'Gone (UTC)', cell: ({ times }) => timeOf(times.gone) },
    { name: 'Lead time', cell: ({ measures }) => lengthOf(measures?.leadTime) },
    { name: 'Failure until the cluster was safe', cell: ({ measures }) => lengthOf(measures?.clusterSafe) },
    { name: 'Failure until Git was honest', cell: ({ measures }) => lengthOf(measures?.gitHonest) },
  ],
  people: [
    who('Commit author', ({ people }) => people.commitAuthor),
    who('PR author', ({ people }) => people.author),
    who('PR approved by', ({ people }) => people.approvers),
    who('PR merged by', ({ people }) => people.mergedBy),
    who('Sync started by', ({ people }) => people.syncStartedBy),
    who('Aborted by', ({ people }) => people.abortedBy),
    who('Revert approved by', ({ people }) => people.revertApprovers),
    who('Revert merged by', ({ people }) => people.revertMergedBy),
    who('Adopted by', ({ people }) => people.adoptedBy),
    who('Was on it', ({ people }) => people.onItBy),
    who('Snoozed by', ({ people }) => people.snoozedBy),
    who('Quarantine lifted by', ({ people }) => people.liftedBy),
    who('Storm released by', ({ people }) => people.stormReleasedBy),
    { name: 'Why people are not known', cell: ({ people }) => people.notes.join(BETWEEN) },
  ],
  requests: [
    { name: 'Release PR', cell: (item) => urlOf(item, 'release') },
    { name: 'Revert PR', cell: (item) => urlOf(item, 'revert') },
    { name: 'Revert PR outcome', cell: ({ pullRequests }) => outcomeOf(pullRequests) },
  ],
  proof: [
    { name: 'Release records', cell: ({ records }) => recordsOf(records, 'release') },
    { name: 'Release hash', cell: ({ records }) => hashOf(records, 'release') },
    { name: 'Revert records', cell: ({ records }) => recordsOf(records, 'revert') },
    { name: 'Revert hash', cell: ({ records }) => hashOf(records, 'revert') },
    { name: 'Release id', cell: ({ id }) => id },
  ],
}

/** All of them, in their order. */
export const ALL_COLUMNS: readonly Column[] = Object.values(COLUMNS).flat()

/** How it ended; of what has not, how it stands. */
export function outcomeWords({ outcome, state }: ReportItem): string {
  return outcome === 'open' ? `open, ${state}` : outcome
}

/** A release's pull requests as `#12 revert, merged`. */
export function pullWords(pull: ReportItem['pullRequests'][number]): string {
  return `${pullRequestNumber(pull)} ${pull.what}, ${pull.outcome ?? 'open'}`
}

function who(name: string, read: (item: ReportItem) => Named): Column {
  return { name, cell: (item) => whoWords(read(item)) }
}

function tagOf(images: readonly ReportImage[], other: readonly ReportImage[]): string {
  const names = (of: readonly ReportImage[]): readonly string[] => of.map(({ image }) => image)
  return versionTag(names(images), names(other)) ?? NOT_KNOWN
}

function ranOf({ ran }: ReportImage): string {
  return ran.length === 0 ? NOT_KNOWN : ran.join(' and ')
}

function known(values: readonly string[]): string {
  return values.length === 0 ? NOT_KNOWN : values.join(BETWEEN)
}

function timeOf(at: number | null | undefined): string {
  if (at === undefined) return ''
  return at === null ? NOT_KNOWN : formatTime(at)
}

function lengthOf(measured: Measured | undefined): string {
  if (measured === undefined || measured === 'none') return ''
  if (typeof measured === 'number') return formatDuration(measured)
  return measured === 'open' ? 'open still' : NOT_KNOWN
}

function urlOf({ pullRequests }: ReportItem, what: 'release' | 'revert'): string {
  const found = pullRequests.find((pull) => pull.what === what)
  return found ? found.url : what === 'release' ? NOT_KNOWN : ''
}

function outcomeOf(pullRequests: ReportItem['pullRequests']): string {
  const revert = pullRequests.find(({ what }) => what === 'revert')
  return revert ? (revert.outcome ?? 'open') : ''
}

function recordsOf(records: readonly ReportRecords[], of: ReportRecords['of']): string {
  const found = records.find((one) => one.of === of)
  return found ? (found.first === found.last ? String(found.first) : `${found.first} to ${found.last}`) : ''
}

function hashOf(records: readonly ReportRecords[], of: ReportRecords['of']): string {
  return records.find((one) => one.of === of)?.hash ?? ''
}
