import { canonicalJson } from '../canonical-json.ts'
import type { Release } from '../release/release.ts'
import type { Revert } from '../revert/revert.ts'

/** Of in-toto's spec/v1/statement.md; docs/signed-ledger.md links it. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
/** docs/release-attestation.schema.json says what the predicate holds. */
export const PREDICATE_TYPE = 'https://kedge.dev/attestation/release/v1'

/** A record of the ledger, by which what is said can be looked up. */
export interface RecordRef {
  kind: string
  sequence: number
  hash: string
}

export interface StatementInput {
  release: Release
  revert: Revert | undefined
  /** Every record of both, oldest first; one at least. */
  records: readonly RecordRef[]
  /** What the ledger is called. */
  origin: string
  /** Spells epoch milliseconds as UTC, RFC 3339. */
  spellTime: (at: number) => string
}

/**
 * What Kedge says of a release, as an in-toto statement: canonical JSON, and the same for the same records. Its subjects are the images
 * that are named by digest or that its pods ran, else the release's commits, else the record of it. Nothing that a cluster or a person has
 * written in their own words is in it, but names.
 */
export function releaseStatement(input: StatementInput): string {
  return canonicalJson({
    _type: STATEMENT_TYPE,
    subject: subjectsOf(input),
    predicateType: PREDICATE_TYPE,
    predicate: predicateOf(input),
  })
}

type Time = (at: number | null) => string | null

interface Subject {
  name: string
  digest: Record<string, string>
}

function subjectsOf(input: StatementInput): readonly Subject[] {
  const images = subjectsOnce([...input.release.images.flatMap(byDigest), ...ranBy(input.release)])
  if (images.length > 0) return images
  const commits = commitsOf(input)
  if (commits.length > 0) return commits.map((sha) => ({ name: repositoryOf(input), digest: { gitCommit: sha } }))
  const [first] = input.records
  return first ? [{ name: `${input.origin}/records/${first.sequence}`, digest: { sha256: first.hash } }] : []
}

/** What pods of the release ran of its images, by the name of each without its tag. */
function ranBy({ ranImages = [] }: Release): readonly Subject[] {
  return ranImages.flatMap(({ of, image, digests }) => {
    const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
    const isNamed = of === 'release' && name !== ''
    return isNamed ? digests.flatMap((digest) => byDigest(`${name}@${digest}`)) : []
  })
}

function subjectsOnce(subjects: readonly Subject[]): readonly Subject[] {
  return [...new Map(subjects.map((subject) => [canonicalJson(subject), subject])).values()]
}

/** Of `registry/name:tag@sha256:…`; nothing where there is no digest. */
function byDigest(image: string): readonly Subject[] {
  const [, name, algorithm = '', hex = ''] = /^(.+?)(?::[\w.-]+)?@(sha256(?=:.{64}$)|sha512(?=:.{128}$)):([0-9a-f]+)$/.exec(image) ?? []
  return name === undefined ? [] : [{ name, digest: { [algorithm]: hex } }]
}

/** What brought it: the culprits of its revert, else the commit that was found for it. */
function commitsOf({ release, revert }: StatementInput): readonly string[] {
  if (revert && revert.culprits.length > 0) return revert.culprits.map(({ sha }) => sha)
  return release.revision === null ? [] : [release.revision]
}

function repositoryOf({ release, revert, origin }: StatementInput): string {
  return revert?.repository ?? release.repository ?? origin
}

function predicateOf(input: StatementInput): object {
  const { release, revert, records, origin, spellTime } = input
  const time: Time = (at) => (at === null ? null : spellTime(at))
  return {
    ledger: { origin, records },
    rollout: {
      cluster: release.cluster,
      namespace: release.namespace,
      name: release.rollout,
      uid: release.uid,
      revision: release.rolloutRevision,
      podTemplateHash: release.podTemplateHash,
    },
    release: { key: release.key, images: release.images, stableImages: release.stableImages, ...ranOf(release) },
    startedAt: time(release.startedAt),
    endedAt: time(release.endedAt),
    state: release.state,
    outcome: release.outcome,
    cause: release.cause,
    failures: release.attempts.map(({ cause, seenAt, abortedAt }) => ({ cause, seenAt: time(seenAt), abortedAt })),
    git: {
      repository: revert?.repository ?? release.repository,
      commit: release.revision,
      goodCommit: release.goodRevision,
      culprits: revert?.culprits.map(({ sha }) => sha) ?? [],
    },
    revert: revert ? revertOf(revert, time) : null,
  }
}

/** Without the words of whoever did not answer. */
function ranOf({ ranImages }: Release): object {
  return ranImages ? { ran: ranImages.map(({ of, image, digests }) => ({ of, image, digests })) } : {}
}

function revertOf(revert: Revert, time: Time): object {
  const { pullRequest, branch, commit, mergeCommit, state, outcome, provenBy, openedAt, endedAt } = revert
  return {
    pullRequest: pullRequest && { number: pullRequest.number, url: pullRequest.url },
    branch,
    commit,
    mergeCommit,
    state,
    outcome,
    provenBy: provenBy ?? null,
    openedAt: time(openedAt),
    endedAt: time(endedAt),
  }
}
