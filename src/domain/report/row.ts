import type { Cause } from '../release/evidence.ts'
import { harmlessSource, type ImageSource } from '../release/image-source.ts'
import { harmlessRan, type RanImage } from '../release/ran-image.ts'
import type { Outcome, Release } from '../release/release.ts'
import type { Revert, RevertOutcome } from '../revert/revert.ts'
import { evidenceLine } from '../words/evidence.ts'
import { plainText } from '../words/plain-text.ts'
import { hasVersionBefore } from '../words/wording.ts'
import { measuresOf, type Measures } from './measures.ts'
import { peopleOf, type Beside, type ReportPeople } from './people.ts'

/** An image as its template names it, the digest in that name, and those that its pods ran. Null: the name has none. Empty: no pod told. */
export interface ReportImage {
  readonly image: string
  readonly digest: string | null
  readonly ran: readonly string[]
}

/** When something happened, epoch milliseconds. Null: it did, and when is not known. Absent: it has not happened. */
export interface ReportTimes {
  /** As Kedge saw it for the first time. */
  readonly began: number
  /** As Kedge saw its first failure, settled. */
  readonly failed?: number
  /** The newest abort, by the controller's clock. */
  readonly aborted?: number | null
  /** Of the revert PR, as Kedge opened it and saw it merged. */
  readonly revertOpened?: number | null
  readonly revertMerged?: number | null
  /** One of these is its end. */
  readonly restored?: number | null
  readonly promoted?: number | null
  readonly superseded?: number | null
  readonly gone?: number | null
}

/** A pull request that has to do with a release. */
export interface ReportPullRequest {
  /** `release`: it brought the release. `revert`: it takes Git back. */
  readonly what: 'release' | 'revert'
  readonly number: number
  readonly url: string
  /** Null while a revert PR is open; that of a release is merged. */
  readonly outcome: RevertOutcome | null
}

/** The records of one document in the ledger's chain: the newest holds the whole of it, and its hash proves those before. */
export interface ReportRecords {
  readonly of: 'release' | 'revert'
  readonly first: number
  readonly last: number
  readonly hash: string
}

/** One release, with what an auditor asks about it. Texts are harmless lines, and still no markup. */
export interface ReportRow {
  readonly key: string
  readonly cluster: string
  readonly namespace: string
  /** The Rollout's name. */
  readonly service: string
  readonly rolloutRevision: number
  readonly podTemplateHash: string | null
  readonly images: readonly ReportImage[]
  /** Empty where nothing served before. */
  readonly imagesBefore: readonly ReportImage[]
  /** The newest commit at or before what was synced that touches what its Application reads. Git is asked when it fails or ends. */
  readonly commit: string | null
  /** The revisions that Argo CD synced, one per source: in a shared repository mostly another team's commit. Null: not known. */
  readonly synced: readonly string[] | null
  /** What its images say that they were built from, by their labels. Null: their registries may not be asked, or were not yet. */
  readonly builtFrom: readonly ImageSource[] | null
  readonly commitBefore: string | null
  readonly repository: string | null
  readonly application: string | null
  readonly people: ReportPeople
  readonly times: ReportTimes
  readonly state: Release['state']
  /** How long a failure lasted, see docs/dora.md; null where the release counts for nothing there. */
  readonly measures: Measures | null
  readonly outcome: Outcome
  /** Why it failed; null where it has not. */
  readonly cause: Cause | null
  readonly attempts: number
  /** How many times this very template was released and failed. */
  readonly recurrence: number
  /** It was broken before Kedge first looked, and nobody has adopted it. */
  readonly preExisting: boolean
  /** Each failing metric, its measurement against its limit, of all attempts, in their order. */
  readonly evidence: readonly string[]
  /** The newest decision, and its reason. */
  readonly decision: string | null
  readonly pullRequests: readonly ReportPullRequest[]
  readonly records: readonly ReportRecords[]
}

/** How a pull request that brought a release has ended: else it would have brought none. */
const MERGED: RevertOutcome = 'merged'

const MOST_IMAGES = 30
const MOST_EVIDENCE = 20
const IMAGE = 300

/** A release as a row of the report. What nobody has told is null: nothing is guessed. */
export function reportRowOf(release: Release, beside: Beside, records: readonly ReportRecords[]): ReportRow {
  const { key, cluster, namespace, rollout, rolloutRevision, podTemplateHash, repository, applied } = release
  const hasBefore = hasVersionBefore(release)
  return {
    key,
    cluster: plainText(cluster, 253),
    namespace: plainText(namespace, 253),
    service: plainText(rollout, 253),
    rolloutRevision,
    podTemplateHash,
    images: imagesOf(release, 'release'),
    imagesBefore: hasBefore ? imagesOf(release, 'before') : [],
    commit: release.revision,
    synced: applied && applied.revisions.slice(0, MOST_IMAGES).map((revision) => plainText(revision, 100)),
    builtFrom: release.imageSources?.map(harmlessSource) ?? null,
    commitBefore: hasBefore ? release.goodRevision : null,
    repository: repository === null ? null : plainText(repository, 300),
    application: applied === null ? null : plainText(applied.application, 300),
    people: peopleOf(release, beside),
    times: timesOf(release, beside.revert),
    state: release.state,
    measures: measuresOf(release, beside.revert) ?? null,
    outcome: release.outcome,
    cause: release.cause,
    attempts: release.attempts.length,
    recurrence: release.recurrence,
    preExisting: release.preExisting,
    evidence: release.attempts
      .flatMap(({ evidence }) => evidence)
      .slice(-MOST_EVIDENCE)
      .map(evidenceLine),
    decision: release.decision && plainText(`${release.decision.action}: ${release.decision.reason}`, 400),
    pullRequests: pullRequestsOf(release, beside.revert),
    records,
  }
}

function imagesOf({ images, stableImages, ranImages = [] }: Release, of: RanImage['of']): readonly ReportImage[] {
  const ran = ranImages.map(harmlessRan).filter((one) => one.of === of)
  return (of === 'release' ? images : stableImages).slice(0, MOST_IMAGES).map((image) => ({
    image: plainText(image, IMAGE),
    ran: ran.find((one) => one.image === plainText(image, IMAGE))?.digests ?? [],
    digest: /@((?:sha256:[0-9a-f]{64})|(?:sha512:[0-9a-f]{128}))$/.exec(image)?.[1] ?? null,
  }))
}

function timesOf({ startedAt, attempts, outcome, endedAt }: Release, revert: Revert | null): ReportTimes {
  const failed = attempts.find(({ cause }) => cause !== 'undone')
  const aborted = attempts.findLast(({ abortedAt }) => abortedAt !== null)
  return {
    began: startedAt,
    ...(failed && { failed: failed.seenAt }),
    ...(aborted && { aborted: aborted.abortedAtMs }),
    ...(revert?.pullRequest && { revertOpened: revert.openedAt }),
    ...(revert?.outcome === 'merged' && { revertMerged: revert.endedAt }),
    ...(outcome !== 'open' && { [outcome]: endedAt }),
  }
}

function pullRequestsOf({ sourcePr }: Release, revert: Revert | null): readonly ReportPullRequest[] {
  const source = sourcePr && ({ what: 'release', number: sourcePr.number, url: sourcePr.url, outcome: MERGED } as const)
  const back = revert?.pullRequest && ({ what: 'revert', ...revert.pullRequest, outcome: revert.outcome } as const)
  return [source, back].flatMap((pull) => (pull ? [{ ...pull, url: plainText(pull.url, 1_000) }] : []))
}
