import type { CommitSha } from '../../../domain/application/commit.ts'
import type { RenderedDigest, Rendering } from '../../../domain/application/rendered.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { RenderedNo } from '../../../domain/revert/revert.ts'
import type { ChangedField } from '../../../domain/rollout/changed-fields.ts'
import { Refusal } from './refusal.ts'

/** What a revert's own commit renders. */
export interface RevertContent {
  readonly provenBy: 'rendering' | 'files'
  /** Why the revert was not rendered, or is rendered only once it is pushed. */
  readonly notRendered: string | null
  /** Fields of the Rollout that merging the revert changes; null where they are not known. */
  readonly changedFields: readonly ChangedField[] | null
}

/** The revert's commit, and one that makes the same of the same files and was pushed and taken back before. */
export interface RevertCommits {
  readonly commit: CommitSha
  /** `answer`: see `Revert.takenBackFor`; `rests`: it is too early for another push. */
  readonly takenBack: { readonly commit: CommitSha; readonly answer: RenderedNo | undefined; readonly rests: boolean } | undefined
}

/** Who is asked what a commit renders, and what the answer says of the revert. All throw a Refusal P10 where it is not proven. */
interface Proving<Told extends Rendering | RenderedDigest> {
  readonly at: (commit: CommitSha, isUnpublished: boolean) => Promise<Told>
  readonly read: (told: Told) => RevertContent
  readonly byFiles: (because: string) => RevertContent
}

/**
 * Renders the revert itself. While it cannot be rendered yet, one that was taken back before is asked about once more: as long as the
 * answer to that one is a No, nothing is pushed again. That it is found no more, with its branch gone, is none: then what was answered
 * while it was there holds.
 * @throws Refusal P10; KedgeError E_RENDERER_*
 */
export async function proveCommit<Told extends Rendering | RenderedDigest>(
  { pushed, isLate }: { pushed: CommitSha | undefined; isLate: boolean },
  { commit, takenBack }: RevertCommits,
  proving: Proving<Told>,
): Promise<RevertContent> {
  const rendered = await proving.at(pushed ?? commit, pushed === undefined)
  const unknown = unknownOf(rendered)
  if (unknown?.why === 'unpublished') {
    const before = takenBack && (await proveAgain(proving, takenBack))
    return before?.provenBy === 'files' ? before : { provenBy: 'rendering', notRendered: unknown.detail, changedFields: null }
  }
  // The host's copies, or the server's, may be behind the push.
  if (unknown?.why === 'unfetched' && pushed !== undefined && !isLate) throw new KedgeError('E_RENDERER_UNREACHABLE', unknown.detail)
  return proving.read(rendered)
}

/** What is known of what was taken back; undefined where it takes another push. @throws Refusal P10; KedgeError E_RENDERER_* */
async function proveAgain<Told extends Rendering | RenderedDigest>(
  { at, read, byFiles }: Proving<Told>,
  { commit, answer, rests }: NonNullable<RevertCommits['takenBack']>,
): Promise<RevertContent | undefined> {
  const rendered = await at(commit, false)
  if (unknownOf(rendered)?.why !== 'unfetched') return read(rendered)
  if (answer?.provenBy === 'files') return byFiles(answer.reason)
  if (answer) throw new Refusal('P10', answer.reason, RENDERED)
  return rests ? read(rendered) : undefined
}

function unknownOf(told: Rendering | RenderedDigest): (Rendering & { result: 'unknown' }) | undefined {
  return told.result === 'unknown' ? told : undefined
}

export const NOT_FOUND = 'who renders does not find the revert that was pushed, so nobody has rendered it. It is pushed again later.'

/** An answer of who renders, not the want of one. */
export const RENDERED = { found: { provenBy: 'rendering' } } as const
