import { expect, it } from 'vitest'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { factsOf, type CardFacts } from '../../../src/domain/notice/card-facts.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../an-attempt.ts'

const [SECOND, THIRD] = ['2'.repeat(40) as CommitSha, '3'.repeat(40)]
const failed = (fields: Partial<Release> = {}): Release =>
  aRelease({ key: 'k', attempts: [anAttempt({ seenAt: AT - 1 }), anAttempt()], ...fields })
const applied = (...revisions: string[]) => ({ application: 'argocd/web', revisions })

it('programs read of a release what its card says in words', () => {
  expect(factsOf(failed({ goodRevision: SECOND, repository: 'github.com/acme/shop' }), aRevert({ key: 'v' }))).toEqual({
    state: 'failed',
    serving: 'split',
    cause: 'analysis-failed',
    cluster: 'east',
    namespace: 'shop',
    rollout: 'web',
    podTemplateHash: 'abc',
    images: ['registry.example/web:1.8.0'],
    imagesBefore: ['registry.example/web:1.7.3'],
    revision: '1'.repeat(40),
    revisionBefore: SECOND,
    repository: 'github.com/acme/shop',
    pullRequest: { number: 7, url: 'https://github.com/acme/shop/pull/7' },
    attempt: 2,
    at: AT,
  })
})

it('what is not known is null, and of a first deploy there is no image before', () => {
  expect(factsOf(failed({ revision: null, stableHash: 'abc' }), undefined)).toMatchObject({
    imagesBefore: [],
    revision: null,
    revisionBefore: null,
    pullRequest: null,
  })
})

it('a commit that Git was not asked for is the first one that Argo CD has synced', () => {
  const synced = { revision: null, applied: applied('7.0.1', SECOND, THIRD), goodApplied: applied(THIRD) }
  expect(factsOf(failed(synced), undefined)).toMatchObject({ revision: SECOND, revisionBefore: THIRD })
  expect(factsOf(failed({ revision: null, applied: applied('7.0.1') }), undefined)).toMatchObject({ revision: null })
})

it.each<[CardFacts['state'], number, Partial<Release>]>([
  ['failed', AT, {}],
  ['failed', 1_000, { attempts: [] }],
  ['rolling', 1_000, { state: 'rolling' }],
  ['waiting', 1_000, { state: 'rolling', waiting: { reason: '', evidence: [] } }],
  ['promoted', AT + 1, { state: 'ended', outcome: 'promoted', endedAt: AT + 1 }],
])('a release is %s since then', (state, at, fields) => {
  expect(factsOf(failed(fields), undefined)).toMatchObject({ state, at })
})
