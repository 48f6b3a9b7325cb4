import { z } from 'zod'
import { PREDICATE_TYPE, STATEMENT_TYPE } from '../../../src/domain/attest/statement.ts'

// What a statement on a release holds: docs/release-attestation.schema.json is made of it.

const text = z.string()
const time = z.iso.datetime().nullable().describe('UTC. Null where it has not come.')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const commit = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/)

const subject = z
  .strictObject({
    name: text.min(1),
    digest: z.union([
      z.strictObject({ sha256 }),
      z.strictObject({ sha512: z.string().regex(/^[0-9a-f]{128}$/) }),
      z.strictObject({ gitCommit: commit }),
    ]),
  })
  .describe(
    'An image that is named by digest, or that pods of the release ran; else a commit that brought it; else the first record of it.',
  )

const record = z.strictObject({
  kind: z.enum(['release', 'revert']),
  sequence: z.int().min(1).describe('Number of the record in the ledger.'),
  hash: sha256.describe('SHA-256 over the record and the hash before it.'),
})

const pullRequest = z.strictObject({ number: z.int(), url: text })

const revert = z.strictObject({
  pullRequest: pullRequest.nullable(),
  branch: text,
  commit: commit.nullable(),
  mergeCommit: commit.nullable(),
  state: z.enum(['planned', 'open', 'closing', 'ended']),
  outcome: text.nullable().describe('How the pull request ended: merged, declined, restored, …'),
  provenBy: z.enum(['rendering', 'files']).nullable(),
  openedAt: time,
  endedAt: time,
})

const predicate = z.strictObject({
  ledger: z.strictObject({ origin: text.min(1), records: z.array(record).min(1) }),
  rollout: z.strictObject({
    cluster: text,
    namespace: text,
    name: text,
    uid: text,
    revision: z.int().describe("Rollouts' number of its ReplicaSet."),
    podTemplateHash: text.nullable(),
  }),
  release: z.strictObject({
    key: text,
    images: z.array(text),
    stableImages: z.array(text),
    ran: z
      .array(
        z.strictObject({ of: z.enum(['release', 'before']), image: text, digests: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)) }),
      )
      .optional()
      .describe("What pods of both versions ran, by their runtimes' word. Absent where pods are not read."),
  }),
  startedAt: time,
  endedAt: time,
  state: z.enum(['rolling', 'failed', 'ended']),
  outcome: z.enum(['open', 'restored', 'superseded', 'promoted', 'gone']),
  cause: text.nullable().describe('Why it failed, in the words of docs/glossary.md.'),
  failures: z.array(z.strictObject({ cause: text, seenAt: time, abortedAt: text.nullable() })),
  git: z.strictObject({
    repository: text.nullable(),
    commit: commit.nullable().describe('The commit that brought it.'),
    goodCommit: commit.nullable().describe('The commit of the version before.'),
    culprits: z.array(commit).describe('The commits that the revert takes back.'),
  }),
  revert: revert.nullable(),
})

/** See docs/release-attestation.schema.json. */
export const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(subject).min(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate,
})
