import { exactly, type GitCommit } from '../../../domain/application/commit.ts'
import { leavesRelease } from '../../../domain/application/rendered.ts'
import { isRenderedAlike } from '../../../domain/rollout/template.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { readLeftSince, type Left, type RestoredText } from '../../fields/by-fields.ts'
import type { AppReader } from '../commit/app-commit.ts'
import type { WeighedFacts } from '../question/put-together.ts'
import { readVersions, renderAt, type ContentQuestion, type Versions } from '../question/versions.ts'
import type { Revisions } from '../revisions/revisions.ts'
import type { Changes, Since } from './changes.ts'

/** What is held against the later commits. */
interface Known {
  readonly revisions: Pick<Revisions, 'revision' | 'good'>
  readonly changes: Changes
  readonly since: Since
  /** What the commits render has told which is which: by files alone, nothing goes back in part, whatever the file is like. */
  readonly isRendered: boolean
}

/** What the later commits leave of a revert. */
export interface Weighed {
  readonly facts: WeighedFacts
  /** None: nothing is to be restored any more. */
  readonly versions: Versions | undefined
  /** What the files that go back field by field are as restored. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * What the commits after N+1's leave of a revert: those that touch nothing that is restored, and leave the Rollout's template and steps and
 * all AnalysisTemplates rendered as at N+1, stay where they are. Without a renderer that cannot be told, so that each stands in the way
 * that changes more than another Rollout's own files. No versions: nothing is to be restored any more.
 * @throws Refusal P4, P6; KedgeError E_GIT_*, E_CLUSTER_*, E_RENDERER_UNREACHABLE
 */
export async function weighLater(question: ContentQuestion & AppReader, known: Known): Promise<Weighed> {
  const { repository } = question
  const { revisions, changes, since } = known
  const { later, restoredInGit, overtaken, leftOut } = changes
  const inTheWay: WeighedFacts = { later, staying: [], restoredInGit, overtaken, byFields: [], notByFields: null, leftOut }
  const stop = (facts: WeighedFacts): Weighed => ({ facts, versions: undefined, texts: new Map() })
  if (restoredInGit || since.laterElsewhere.length > 0) return stop(inTheWay)
  const left: Left = overtaken ? await leftOf(repository, known) : { result: 'restorable', files: [] }
  if (left.result === 'refused') return stop({ ...inTheWay, notByFields: known.isRendered ? left.why : null })
  const versions = await readVersions(question, revisions)
  if (later.length === 0) return { facts: inTheWay, versions, texts: new Map() }
  if (versions.by === 'files') {
    const isOthersOnly = changes.laterOwn.length === 0
    return isOthersOnly ? { facts: { ...inTheWay, ...withoutLater(changes) }, versions, texts: new Map() } : stop(inTheWay)
  }
  const rendered = await renderAt(question, since.head, question.release.applied)
  if (rendered.result === 'unknown') return stop(inTheWay)
  if (left.result === 'back') {
    const isBack = isRenderedAlike(rendered.rollout.template, versions.before.rendered)
    return stop(isBack ? { ...inTheWay, restoredInGit: true } : inTheWay)
  }
  // The sync of other steps begins N+1 anew, and other measures may be what mends it.
  if (!leavesRelease(versions.failed.rollout, rendered.rollout)) return stop(inTheWay)
  const byFields = await byFieldsOf(repository, left.files, known)
  return {
    facts: { later: [], staying: later, restoredInGit, overtaken: false, byFields, notByFields: null, leftOut },
    versions: { ...versions, head: rendered.rollout },
    texts: new Map(left.files.map(({ path, text }) => [path, text])),
  }
}

/** What only other Rollouts' own files have got since stays in them. */
function withoutLater({ leftOut, laterOthers }: Changes): Pick<WeighedFacts, 'later' | 'leftOut'> {
  return { later: [], leftOut: { ...leftOut, paths: [...new Set([...leftOut.paths, ...laterOthers])].toSorted() } }
}

/** What the commits after N+1's that have touched the same files have left of what it did to them: others leave them in no other state. */
async function leftOf(
  repository: GitRepository,
  { revisions: { good, revision }, changes: { paths }, since: { head } }: Known,
): Promise<Left> {
  if (paths.length === 0) return { result: 'refused', why: 'nothing is to be restored' }
  const restored = exactly(paths)
  const touching = await repository.commitsTouching(revision.sha, head, restored)
  const passed = touching.slice(0, -1).map(({ sha }) => sha)
  return readLeftSince(repository, { good: good.sha, bad: revision.sha, paths }, [...passed, head])
}

async function byFieldsOf(
  repository: GitRepository,
  files: readonly RestoredText[],
  { revisions: { revision }, since: { head } }: Known,
): Promise<WeighedFacts['byFields']> {
  const touching = (path: string): Promise<readonly GitCommit[]> => repository.commitsTouching(revision.sha, head, exactly([path]))
  return Promise.all(files.map(async ({ path, fields }) => ({ path, fields, since: await touching(path) })))
}
