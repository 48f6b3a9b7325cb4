import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../../../src/domain/application/commit.ts'
import { notRendered, type NotRendered, type RenderedDigest } from '../../../../src/domain/application/rendered.ts'
import { KedgeError } from '../../../../src/domain/errors.ts'
import type { RenderedNo } from '../../../../src/domain/revert/revert.ts'
import { proveCommit, type RevertContent } from '../../../../src/reconcile/git-facts/question/prove-commit.ts'
import { Refusal } from '../../../../src/reconcile/git-facts/question/refusal.ts'

const [COMMIT, PUSHED, BEFORE] = ['commit', 'pushed', 'before'] as unknown as [CommitSha, CommitSha, CommitSha]
const RENDERED: RenderedDigest = { result: 'rendered', digest: 'd', hides: false }
const PROVEN: RevertContent = { provenBy: 'rendering', notRendered: null, changedFields: [] }
const files = (notRendered: string): RevertContent => ({ provenBy: 'files', notRendered, changedFields: null })
/** Only what is pushed can be rendered: until then, that has to do. */
const UNTIL_PUSHED: RevertContent = { provenBy: 'rendering', notRendered: 'Why unpublished.', changedFields: null }

const unknown = (why: NotRendered): RenderedDigest => notRendered(why, `Why ${why}.`)

interface Story {
  /** What the revert renders, and what was taken back before does. */
  readonly told: RenderedDigest
  readonly before?: RenderedDigest
  readonly pushed?: CommitSha
  readonly isLate?: boolean
  readonly takenBack?: { answer?: RenderedNo; rests?: boolean }
  /** What an answer says of the revert. */
  readonly read?: (told: RenderedDigest) => RevertContent
}

/** What is proven, or what stands in the way; and who was asked. */
async function provenOf({ told, before = RENDERED, pushed, isLate = false, takenBack, read = () => PROVEN }: Story) {
  const asked: string[] = []
  const commits = { commit: COMMIT, takenBack: takenBack && { commit: BEFORE, answer: undefined, rests: false, ...takenBack } }
  const proven = await proveCommit<RenderedDigest>({ pushed, isLate }, commits, {
    async at(commit, isUnpublished) {
      asked.push(`${commit}${isUnpublished ? ', unpublished' : ''}`)
      return commit === BEFORE ? before : told
    },
    read,
    byFiles: files,
  }).catch((error: unknown) => error)
  if (proven instanceof Refusal) return { proven: [proven.check, proven.message, proven.found], asked }
  return { proven: proven instanceof KedgeError ? [proven.code, proven.what] : proven, asked }
}

describe('a revert is rendered', () => {
  it.each<[string, Story, unknown, readonly string[]]>([
    ['before it is pushed', { told: RENDERED }, PROVEN, ['commit, unpublished']],
    ['as it was pushed', { told: RENDERED, pushed: PUSHED }, PROVEN, ['pushed']],
    ['later, where it cannot be yet', { told: unknown('unpublished') }, UNTIL_PUSHED, ['commit, unpublished']],
    ['or is read as what it is instead', { told: unknown('unsupported'), read: () => files('x') }, files('x'), ['commit, unpublished']],
    ['or not found, which is an answer before it is pushed', { told: unknown('unfetched') }, PROVEN, ['commit, unpublished']],
    [
      'or not found yet, which is none just after',
      { told: unknown('unfetched'), pushed: PUSHED },
      ['E_RENDERER_UNREACHABLE', 'Why unfetched.'],
      ['pushed'],
    ],
    ['or not found at all, which is one later', { told: unknown('unfetched'), pushed: PUSHED, isLate: true }, PROVEN, ['pushed']],
  ])('%s', async (_, story, proven, asked) => {
    expect(await provenOf(story)).toEqual({ proven, asked })
  })
})

describe('while it cannot be rendered, what was pushed and taken back before', () => {
  const both = ['commit, unpublished', 'before']
  const told = unknown('unpublished')
  const NO: RenderedNo = { provenBy: 'rendering', reason: 'It renders something else.' }

  it.each<[string, Omit<Story, 'told'>, unknown]>([
    ['is asked about again, and takes another push where it is right by now', { takenBack: {} }, UNTIL_PUSHED],
    ['is left to files where nobody renders it any more', { takenBack: {}, read: () => files('x') }, files('x')],
    ['takes another push where it is found no more', { takenBack: {}, before: unknown('unfetched') }, UNTIL_PUSHED],
    [
      'stays what was answered while it was found',
      { takenBack: { answer: NO }, before: unknown('unfetched') },
      ['P10', NO.reason, { provenBy: 'rendering' }],
    ],
    [
      'stays left to files where that was the answer',
      { takenBack: { answer: { provenBy: 'files', reason: 'Nobody reads it.' } }, before: unknown('unfetched') },
      files('Nobody reads it.'),
    ],
    [
      'is asked about in vain as long as it is too early for another push',
      { takenBack: { rests: true }, before: unknown('unfetched'), read: (given) => files(given.result) },
      files('unknown'),
    ],
    ['says what it says now, whatever was answered', { takenBack: { answer: NO }, before: RENDERED }, UNTIL_PUSHED],
  ])('%s', async (_, story, proven) => {
    expect(await provenOf({ told, ...story })).toEqual({ proven, asked: both })
  })
})
