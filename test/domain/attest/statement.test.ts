import { describe, expect, it } from 'vitest'
import type { CommitSha, GitCommit } from '../../../src/domain/application/commit.ts'
import { releaseStatement, type StatementInput } from '../../../src/domain/attest/statement.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../an-attempt.ts'

const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => digit.repeat(40) as CommitSha) as [CommitSha, CommitSha, CommitSha]
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)]
const RECORD = { kind: 'release', sequence: 4, hash: 'c'.repeat(64) }
const culprit = (sha: CommitSha): GitCommit => ({
  sha,
  parents: [],
  author: { name: '', email: '' },
  committedAt: 0,
  subject: '',
  body: '',
})

interface Statement {
  subject: unknown
  predicate: { git: unknown; revert: unknown }
}
const statement = (release: Partial<StatementInput['release']> = {}, more: Partial<StatementInput> = {}): Statement =>
  JSON.parse(
    releaseStatement({
      release: aRelease({ key: 'k', ...release }),
      revert: undefined,
      records: [RECORD],
      origin: 'kedge.example/prod',
      spellTime: (at) => `at ${at}`,
      ...more,
    }),
  ) as Statement
const web = (digest: object) => ({ name: 'registry.example/web', digest })

it('a statement has all that is known of a release, and null for what is not', () => {
  const attempts = [anAttempt({ abortedAt: '2026-12-01T11:59:00Z' })]
  expect(statement({ attempts })).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'kedge.example/prod', digest: { gitCommit: ONE } }],
    predicateType: 'https://kedge.dev/attestation/release/v1',
    predicate: {
      ledger: { origin: 'kedge.example/prod', records: [RECORD] },
      rollout: { cluster: 'east', namespace: 'shop', name: 'web', uid: 'uid-1', revision: 2, podTemplateHash: 'abc' },
      release: { key: 'k', images: ['registry.example/web:1.8.0'], stableImages: ['registry.example/web:1.7.3'] },
      startedAt: 'at 1000',
      endedAt: null,
      state: 'failed',
      outcome: 'open',
      cause: 'analysis-failed',
      failures: [{ cause: 'analysis-failed', seenAt: `at ${AT}`, abortedAt: '2026-12-01T11:59:00Z' }],
      git: { repository: null, commit: ONE, goodCommit: null, culprits: [] },
      revert: null,
    },
  })
})

it('a statement has the revert, its culprits and its repository', () => {
  const revert = aRevert({ key: 'v', culprits: [culprit(TWO), culprit(THREE)], provenBy: 'rendering', outcome: 'merged', endedAt: AT })
  const said = statement({ repository: 'git.example/other', goodRevision: TWO }, { revert })
  expect(said.subject).toEqual([
    { name: 'github.com/acme/shop', digest: { gitCommit: TWO } },
    { name: 'github.com/acme/shop', digest: { gitCommit: THREE } },
  ])
  expect(said.predicate.git).toEqual({ repository: 'github.com/acme/shop', commit: ONE, goodCommit: TWO, culprits: [TWO, THREE] })
  expect(said.predicate.revert).toEqual({
    pullRequest: { number: 7, url: 'https://github.com/acme/shop/pull/7' },
    branch: 'kedge/revert/111111111111-abcdefab',
    commit: ONE,
    mergeCommit: null,
    state: 'open',
    outcome: 'merged',
    provenBy: 'rendering',
    openedAt: 'at 1100',
    endedAt: `at ${AT}`,
  })
  const { provenBy: _, ...unproven } = revert
  const planned = statement({}, { revert: { ...unproven, culprits: [], pullRequest: null } })
  expect(planned.predicate.revert).toMatchObject({ pullRequest: null, provenBy: null })
  expect(planned.subject).toEqual([{ name: 'github.com/acme/shop', digest: { gitCommit: ONE } }])
})

describe('what a statement is about', () => {
  it('is each image that is named by digest, without its tag, once', () => {
    const images = [`registry.example/web:1.8.0@sha256:${A}`, `registry.example/web@sha256:${A}`, `side@sha512:${'d'.repeat(128)}`]
    expect(statement({ images }).subject).toEqual([web({ sha256: A }), { name: 'side', digest: { sha512: 'd'.repeat(128) } }])
  })

  it('is what the pods of the release ran, and not those of the version before', () => {
    const digests = [`sha256:${A}`, `sha256:${B}`, 'sha256:short']
    const ranImages = [
      { of: 'release', image: 'registry.example:5000/web:1.8.0', digests },
      { of: 'before', image: 'registry.example:5000/web:1.7.3', digests: [`sha256:${'e'.repeat(64)}`] },
      { of: 'release', image: '', digests },
    ] as const
    const said = statement({ ranImages })
    expect(said.subject).toEqual([A, B].map((sha256) => ({ name: 'registry.example:5000/web', digest: { sha256 } })))
    expect(said.predicate).toMatchObject({ release: { ran: ranImages } })
  })

  it.each([`web@sha256:${A}0`, `web@sha256:${A.slice(1)}`, `web@sha512:${A}`, `web@md5:${A}`, `@sha256:${A}`])(
    'is no image that is named as %s',
    (image) => {
      expect(statement({ images: [image] }).subject).toEqual([{ name: 'kedge.example/prod', digest: { gitCommit: ONE } }])
    },
  )

  it('is the commit of the release, in the repository that Git has told of', () => {
    expect(statement({ repository: 'git.example/shop' }).subject).toEqual([{ name: 'git.example/shop', digest: { gitCommit: ONE } }])
  })

  it('is the first record of it where there is no commit either, and nothing without one', () => {
    const records = [RECORD, { ...RECORD, sequence: 5 }]
    expect(statement({ revision: null }, { records }).subject).toEqual([
      { name: 'kedge.example/prod/records/4', digest: { sha256: RECORD.hash } },
    ])
    expect(statement({ revision: null }, { records: [] }).subject).toEqual([])
  })
})
