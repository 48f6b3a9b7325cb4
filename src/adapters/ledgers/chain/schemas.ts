import { z } from 'zod'
import type { AppliedRevision, AppliedSource } from '../../../domain/application/applied-revision.ts'
import type { GitCommit } from '../../../domain/application/commit.ts'
import { CHECK_IDS, type Check } from '../../../domain/decision/check.ts'
import type { PullRequestPeople, SyncStarter } from '../../../domain/people.ts'
import type { BlamingWay } from '../../../domain/policy/policy.ts'
import type { KeptQuarantine } from '../../../domain/quarantine/quarantine.ts'
import type { ImageSource } from '../../../domain/release/image-source.ts'
import type { RanImage } from '../../../domain/release/ran-image.ts'
import type { Attempt, KeptPolicy, Outcome, Release, StoredDecision } from '../../../domain/release/release.ts'
import type { Said, Snooze } from '../../../domain/release/snooze.ts'
import type { Version } from '../../../domain/release/version.ts'
import type { ClosedFor, KeptChange, KeptChanges, RenderedNo, Revert, RevertOutcome } from '../../../domain/revert/revert.ts'
import type { LedgerDocuments } from '../../../ports/ledger.ts'
import { DEPLOYMENT } from './announcement-schema.ts'
import { BURN, EVIDENCE } from './evidence-schema.ts'
import { WISH } from './wish-schema.ts'
import { CAUSE, oneOf, SERVING, type Shape } from './words.ts'

const text = z.string()
const texts = z.array(z.string())
const number = z.number()
const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
const maybeText = text.nullable()
const maybeNumber = number.nullable()
const maybeSha = sha.nullable()
const absentText = text.optional()

const APPLIED = z.object({
  application: text,
  revisions: texts,
  sources: z
    .array(
      z.object({
        repository: text,
        path: maybeText,
        chart: maybeText,
        pin: text,
        parameters: text,
      } satisfies Shape<AppliedSource>),
    )
    .optional(),
  startedBy: z.object({ automated: z.boolean(), username: text.optional() } satisfies Shape<SyncStarter>).optional(),
} satisfies Shape<AppliedRevision>)

const PEOPLE = { author: text, approvers: texts, mergedBy: text.optional(), unread: text.optional() } satisfies Shape<PullRequestPeople>

export const VERSION = z.object({
  templateKey: text,
  podTemplateHash: text,
  healthyAt: number,
  applied: APPLIED.nullable(),
  byHand: z.boolean().optional(),
  stay: number.optional(),
  images: texts,
} satisfies Shape<Version>)

const ATTEMPT = z.object({
  key: text,
  cause: CAUSE,
  message: text,
  seenAt: number,
  abortedAt: maybeText,
  abortedAtMs: maybeNumber,
  evidence: EVIDENCE,
  percent: number.optional(),
  safeAt: number.optional(),
  burn: BURN.optional(),
} satisfies Shape<Attempt>)

const DECISION = z.object({
  action: text,
  reason: text,
  checks: z.array(
    z.object({
      id: z.enum(CHECK_IDS),
      title: text,
      outcome: oneOf<Check['outcome']>({ passed: true, failed: true, skipped: true }),
      detail: text,
    } satisfies Shape<Check>),
  ),
  theirs: z.object({ number, url: text }).optional(),
  at: number,
} satisfies Shape<StoredDecision>)

const SAID = { by: text, user: text, channel: text, at: number } satisfies Shape<Said>

export const RELEASE = z.object({
  key: text,
  templateKey: text,
  cluster: text,
  namespace: text,
  rollout: text,
  uid: text,
  podTemplateHash: maybeText,
  rolloutRevision: number,
  stableHash: maybeText,
  images: texts,
  stableImages: texts,
  startedAt: number,
  applied: APPLIED.nullable(),
  before: APPLIED.nullable(),
  stepHash: maybeText,
  byTemplate: z.boolean(),
  anewSince: number.optional(),
  goodApplied: APPLIED.nullable(),
  revision: maybeSha,
  goodRevision: maybeSha,
  committedAt: number.optional(),
  author: maybeText,
  imageSources: z
    .array(
      z.object({ image: text, revision: text.optional(), source: text.optional(), unread: text.optional() } satisfies Shape<ImageSource>),
    )
    .optional(),
  ranImages: z
    .array(
      z.object({
        of: oneOf<RanImage['of']>({ release: true, before: true }),
        image: text,
        digests: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)),
        unread: text.optional(),
      } satisfies Shape<RanImage>),
    )
    .optional(),
  sourcePr: z.object({ number, url: text, ...PEOPLE }).nullable(),
  sourceAsked: sha.optional(),
  repository: maybeText,
  repoURL: absentText,
  told: oneOf<NonNullable<Release['told']>>({ 'by-clocks': true, 'by-rendering': true, 'stands-in': true }).optional(),
  state: oneOf<Release['state']>({ rolling: true, failed: true, ended: true }),
  waiting: z.object({ reason: text, evidence: EVIDENCE }).nullable(),
  serving: SERVING,
  wish: WISH.optional(),
  instead: z.object({ podTemplateHash: text, images: texts }).optional(),
  cause: CAUSE.nullable(),
  attempts: z.array(ATTEMPT),
  recurrence: number,
  preExisting: z.boolean(),
  policy: z
    .object({
      mode: oneOf<KeptPolicy['mode']>({ observe: true, notify: true, pr: true }),
      channel: maybeText,
      alsoTell: texts.optional(),
      announce: z.array(oneOf<BlamingWay>({ status: true, comment: true })).optional(),
      deployments: text.optional(),
      mutedUntil: maybeNumber,
      inStorms: z.literal(false).optional(),
    } satisfies Shape<KeptPolicy>)
    .optional(),
  deployment: DEPLOYMENT.optional(),
  storm: text.optional(),
  quarantine: z.object({ key: text, until: number } satisfies Shape<KeptQuarantine>).optional(),
  adoptedBy: text.optional(),
  onIt: z.object(SAID).optional(),
  snooze: z.object({ ...SAID, until: number, pullRequest: maybeNumber } satisfies Shape<Snooze>).optional(),
  restoredBy: z.literal('parameters').optional(),
  outcome: oneOf<Outcome>({ open: true, restored: true, superseded: true, promoted: true, gone: true }),
  endedAt: maybeNumber,
  decision: DECISION.nullable(),
  revertKey: maybeText,
} satisfies Shape<Release>)

const COMMIT = z.object({
  sha,
  parents: z.array(sha),
  author: z.object({ name: text, email: text }),
  committedAt: number,
  subject: text,
  body: text,
} satisfies Shape<GitCommit>)

export const REVERT = z.object({
  key: text,
  repoURL: text,
  repository: text,
  branch: text,
  baseBranch: text,
  culprits: z.array(COMMIT),
  goodRevision: sha,
  paths: texts,
  cause: CAUSE,
  releases: texts,
  provenBy: oneOf<NonNullable<Revert['provenBy']>>({ rendering: true, files: true }).optional(),
  changes: z
    .object({
      release: text,
      fields: z.array(
        z.object({
          path: text,
          image: z.object({ before: absentText, after: absentText } satisfies Shape<NonNullable<KeptChange['image']>>).optional(),
        } satisfies Shape<KeptChange>),
      ),
    } satisfies Shape<KeptChanges>)
    .optional(),
  takenBack: sha.optional(),
  takenBackFor: z
    .object({
      provenBy: oneOf<RenderedNo['provenBy']>({ rendering: true, files: true }),
      reason: text,
    } satisfies Shape<RenderedNo>)
    .optional(),
  takenBackTimes: number.optional(),
  otherApplications: texts,
  state: oneOf<Revert['state']>({ planned: true, open: true, closing: true, ended: true }),
  outcome: oneOf<RevertOutcome>({
    merged: true,
    declined: true,
    restored: true,
    superseded: true,
    promoted: true,
    gone: true,
    withdrawn: true,
    held: true,
  }).nullable(),
  closedFor: oneOf<ClosedFor>({ rewritten: true, 'other-branch': true, parameters: true }).optional(),
  commit: maybeSha,
  pullRequest: z.object({ number, url: text }).nullable(),
  mergesInto: text.optional(),
  formerPullRequests: z.array(number).optional(),
  touchedByOthers: z.boolean(),
  plannedAt: number,
  awaitsTurn: z.literal(true).optional(),
  openedAt: maybeNumber,
  endedAt: maybeNumber,
  mergeCommit: maybeSha,
  people: z.object(PEOPLE).optional(),
  toldNotRestored: z.boolean(),
} satisfies Shape<Revert>)

export const BASELINE = z.object({ cluster: text, at: number, experiments: z.literal(true).optional() } satisfies Shape<
  LedgerDocuments['baseline']
>)
