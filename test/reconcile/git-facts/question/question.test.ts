import { expect, it } from 'vitest'
import type { AppliedRevision } from '../../../../src/domain/application/applied-revision.ts'
import { asBegun, asOnBranch, type OpenQuestion } from '../../../../src/reconcile/git-facts/question/question.ts'
import { aRelease } from '../../../contract/ledger-documents.ts'

const applied = (revision: string): AppliedRevision => ({ application: 'argocd/web', revisions: [revision] })
const [FIRST, OTHER, THIRD] = [applied('a'), applied('b'), applied('c')]
const QUESTION = { release: aRelease({ key: 'r', applied: FIRST, goodApplied: OTHER }), isLate: true } as unknown as OpenQuestion

it('a question is about the release as it has begun, where more is known of that by now', () => {
  const begun = asBegun(QUESTION, { applied: THIRD, goodApplied: null })
  expect(begun).toEqual({ ...QUESTION, release: { ...QUESTION.release, applied: THIRD, goodApplied: null } })
  expect(asBegun(QUESTION, undefined)).toBe(QUESTION)
})

it('a question is about what is on the branch by now, where that was pushed by force', () => {
  expect(asOnBranch(QUESTION, THIRD)).toEqual({ ...QUESTION, release: { ...QUESTION.release, applied: THIRD } })
  expect(asOnBranch(QUESTION, undefined)).toBe(QUESTION)
})
