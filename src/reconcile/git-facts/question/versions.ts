import type { AppliedRevision } from '../../../domain/application/applied-revision.ts'
import type { CommitSha, GitCommit } from '../../../domain/application/commit.ts'
import type { GitSource } from '../../../domain/application/inputs.ts'
import type { RenderedRollout, Rendering } from '../../../domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../domain/application/snapshots.ts'
import type { CheckId } from '../../../domain/decision/check.ts'
import type { Release } from '../../../domain/release/release.ts'
import { changedFields } from '../../../domain/rollout/changed-fields.ts'
import type { ReplicaSetSnapshot } from '../../../domain/rollout/snapshots.ts'
import { isRenderedAlike, isRewrittenAlike, matchTemplate, type TemplateMatch, type Version } from '../../../domain/rollout/template.ts'
import { plainText } from '../../../domain/words/plain-text.ts'
import { NOT_FOUND, proveCommit, RENDERED, type RevertCommits, type RevertContent } from './prove-commit.ts'
import { Refusal } from './refusal.ts'
import { LEFT_TO_FILES, revisionsAt, type Renderings } from './renderings.ts'

export interface ContentQuestion {
  readonly renderings: Renderings
  readonly application: ApplicationSnapshot
  readonly release: Release
  /** N+1's ReplicaSet, when the view has it. */
  readonly failing: ReplicaSetSnapshot | undefined
  /** N's. */
  readonly stable: ReplicaSetSnapshot | undefined
  /** The revert's commit, once its branch is pushed: then every renderer can read it. */
  readonly pushed: CommitSha | undefined
  /** Who renders has not answered the delivery for two minutes: what it does not find by then is not there. */
  readonly isLate: boolean
}

/**
 * The two versions, each as its commit renders it and as it runs; or why files have to do. `head`: what the branch renders by now, where
 * later commits stay.
 */
export type Versions =
  | { readonly by: 'rendering'; readonly failed: Read; readonly before: Read; readonly head?: RenderedRollout }
  | { readonly by: 'files'; readonly because: string }

interface Read extends Version {
  readonly rollout: RenderedRollout
}

/** More would not be read. */
const SHOWN = 5

/**
 * Holds what the two commits render against what runs. The order and the age of syncs have named the commits; only here is it seen whether
 * they are the right ones.
 * @throws Refusal P4, P6 for a commit that renders something else; KedgeError E_CLUSTER_*, E_RENDERER_*
 */
export async function readVersions(
  question: ContentQuestion & { source: GitSource },
  { revision, good }: { revision: GitCommit; good: GitCommit },
): Promise<Versions> {
  const { release } = question
  const failing = readVersion(question, { commit: revision, applied: release.applied, replicaSet: question.failing, check: 'P4' })
  const stable = readVersion(question, { commit: good, applied: release.goodApplied, replicaSet: question.stable, check: 'P6' })
  // Side by side; what is wrong with N+1 is said first.
  stable.catch(() => undefined)
  const failed = await failing
  const before = await stable
  const asRun: Versions =
    'because' in failed
      ? { by: 'files', ...failed }
      : 'because' in before
        ? { by: 'files', ...before }
        : { by: 'rendering', failed, before }
  if (asRun.by === 'rendering' && isRewrittenAlike(asRun.before, asRun.failed)) return asRun
  return insist('P4', revision, failed) ?? insist('P6', good, before) ?? asRun
}

/** Refuses a commit that does not render its version; says why files have to do where that is too large to be told. */
function insist(check: 'P4' | 'P6', commit: GitCommit, read: Read | { because: string }): Versions | undefined {
  if ('because' in read) return undefined
  const match = matchTemplate(read.rendered, read.live)
  if (match.result === 'unclear') return { by: 'files', because: 'The template is too large to be compared.' }
  if (match.result === 'equal') return undefined
  const version = check === 'P4' ? 'N+1 runs' : 'the version before runs'
  throw new Refusal(check, `${nameOf(commit)} renders something else than ${version}, in ${pathsOf(match)}.`, { found: UNKNOWN[check] })
}

/** A commit that is refused is not passed on as a version's. */
const UNKNOWN = {
  P4: { revision: null, good: null, culprits: [], paths: [], otherFiles: [] },
  P6: { good: null, culprits: [], paths: [], otherFiles: [] },
} as const

/**
 * The commit before the oldest culprit must not render N+1 already: something else would have made it fail.
 * @throws Refusal P7; KedgeError E_RENDERER_*
 */
export async function refuseOlder(
  question: ContentQuestion & { source: GitSource },
  versions: Versions,
  culprits: readonly GitCommit[],
): Promise<void> {
  const [parent] = culprits[0]?.parents ?? []
  if (versions.by === 'files' || parent === undefined) return
  const rendered = await renderAt(question, parent, question.release.applied)
  if (rendered.result === 'unknown') return
  const { template } = rendered.rollout
  const match = matchTemplate(template, versions.failed.live)
  if (!(match.result === 'equal' && !match.reordered) && !isRenderedAlike(template, versions.failed.rendered)) return
  throw new Refusal('P7', `${parent.slice(0, 12)}, the commit before the oldest culprit, renders N+1 already.`)
}

/**
 * Where times have named N's commit, the oldest of several culprits must not render the same: then it may have made N, and be innocent.
 * @throws Refusal P6; KedgeError E_RENDERER_*
 */
export async function refuseInnocent(
  question: ContentQuestion & { source: GitSource },
  versions: Versions,
  culprits: readonly GitCommit[],
): Promise<void> {
  const [oldest, another] = culprits
  if (versions.by === 'files' || !oldest || !another) return
  const rendered = await renderAt(question, oldest.sha, question.release.applied)
  if (rendered.result === 'rendered' && isRenderedAlike(rendered.rollout.template, versions.before.rendered))
    throw new Refusal('P6', `${nameOf(oldest)} renders the version before as well: which commit made that is not known.`)
}

/** See {@link proveCommit}: the revert has to be N's template. @throws Refusal P10; KedgeError E_RENDERER_* */
export async function proveRevert(
  question: ContentQuestion & { source: GitSource },
  versions: Versions,
  commits: RevertCommits,
): Promise<RevertContent> {
  if (versions.by === 'files') return byFiles(versions.because)
  const { release } = question
  return proveCommit(question, commits, {
    at: (commit, isUnpublished) => renderAt(question, commit, release.applied, isUnpublished),
    read: (rendered) => readProof(versions, rendered),
    byFiles,
  })
}

/** @throws Refusal P10 */
function readProof(versions: Versions & { by: 'rendering' }, rendered: Rendering): RevertContent {
  if (rendered.result === 'unknown') {
    if (LEFT_TO_FILES.has(rendered.why)) return byFiles(rendered.detail)
    if (rendered.why === 'unfetched') throw new Refusal('P10', `${NOT_FOUND} ${rendered.detail}`, { found: { unfetched: true } })
    throw new Refusal('P10', `the revert does not render. ${rendered.detail}`, RENDERED)
  }
  const { rollout } = rendered
  const { failed, before, head = failed.rollout } = versions
  const revert: Version = { rendered: rollout.template, live: before.live }
  const match = matchTemplate(revert.rendered, revert.live)
  if (match.result === 'unclear') return byFiles('The template is too large to be compared.')
  if (match.result === 'differs' && !isRewrittenAlike(revert, failed))
    throw new Refusal('P10', `the revert renders something else than the version before runs, in ${pathsOf(match)}.`, RENDERED)
  const changed = changedFields(head.spec, rollout.spec)
  return { provenBy: 'rendering', notRendered: null, changedFields: changed?.complete ? changed.fields : null }
}

const byFiles = (because: string): RevertContent => ({ provenBy: 'files', notRendered: because, changedFields: null })

interface Asked {
  readonly commit: GitCommit
  /** What was applied with it, of other repositories. */
  readonly applied: AppliedRevision | null
  readonly replicaSet: ReplicaSetSnapshot | undefined
  readonly check: CheckId
}

async function readVersion(
  question: ContentQuestion & { source: GitSource },
  { commit, applied, replicaSet, check }: Asked,
): Promise<Read | { because: string }> {
  const rendered = await renderAt(question, commit.sha, applied ?? question.release.applied)
  if (rendered.result === 'unknown') {
    if (LEFT_TO_FILES.has(rendered.why)) return { because: rendered.detail }
    throw new Refusal(check, `${nameOf(commit)} does not render the Rollout. ${rendered.detail}`, {
      found: check === 'P4' ? UNKNOWN.P4 : UNKNOWN.P6,
    })
  }
  const live = replicaSet && (await question.renderings.live(replicaSet))
  if (live === 'forbidden') return { because: 'Kedge may not get ReplicaSets, so what runs is not known.' }
  if (!live) return { because: `The ReplicaSet of ${check === 'P4' ? 'N+1' : 'the version before'} is gone.` }
  return { rollout: rendered.rollout, rendered: rendered.rollout.template, live }
}

/** What the Application renders with one repository at a commit, and the others at what was applied. */
export function renderAt(
  { renderings, application, source }: ContentQuestion & { source: GitSource },
  commit: CommitSha,
  applied: AppliedRevision | null,
  isUnpublished = false,
): Promise<Rendering> {
  return renderings.at(revisionsAt(application, source, { commit, applied }), { isUnpublished })
}

/** Paths, never what stands there. */
function pathsOf({ paths, complete }: TemplateMatch & { result: 'differs' }): string {
  const more = paths.length > SHOWN || !complete ? ' and more' : ''
  return `${paths
    .slice(0, SHOWN)
    .map((path) => plainText(path, 120))
    .join(', ')}${more}`
}

/** A commit in the words of a reason. */
export function nameOf({ sha, subject }: GitCommit): string {
  return `${sha.slice(0, 12)} “${plainText(subject, 72)}”`
}
