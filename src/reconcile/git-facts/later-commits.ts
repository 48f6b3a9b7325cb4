import type { CommitSha, GitCommit } from '../../domain/application/commit.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import { leavesRelease } from '../../domain/application/rendered.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { isRenderedAlike } from '../../domain/rollout/template.ts'
import type { GitRepository } from '../../ports/git.ts'
import { readLeftSince, type Left, type RestoredText } from '../fields/by-fields.ts'
import { readVersions, renderAt, type ContentQuestion, type Versions } from './versions.ts'

interface Known {
  revision: GitCommit
  good: GitCommit
  head: CommitSha
  paths: readonly string[]
  later: readonly GitCommit[]
  /** But for those that change only other Rollouts' own files. */
  laterOwn: readonly GitCommit[]
  /** Those others' files. */
  laterOthers: readonly string[]
  leftOut: SourceFacts['leftOut']
  laterElsewhere: readonly GitCommit[]
  overtaken: boolean
  restoredInGit: boolean
  /** What the commits render has told which is which: by files alone, nothing goes back in part, whatever the file is like. */
  isRendered: boolean
}

type Weighed = Pick<SourceFacts, 'later' | 'staying' | 'restoredInGit' | 'overtaken' | 'byFields' | 'notByFields'> & {
  leftOut?: SourceFacts['leftOut']
  versions: Versions | undefined
  /** What the files that go back field by field are as restored. */
  texts: ReadonlyMap<string, string>
}

/**
 * What the commits after N+1's leave of a revert: those that touch nothing that is restored, and leave the Rollout's template and steps and
 * all AnalysisTemplates rendered as at N+1, stay where they are. Without a renderer that cannot be told, so that each stands in the way
 * that changes more than another Rollout's own files. No versions: nothing is to be restored any more.
 * @throws Refusal P4, P6; KedgeError E_GIT_*, E_CLUSTER_*, E_RENDERER_UNREACHABLE
 */
export async function weighLater(
  repository: GitRepository,
  question: ContentQuestion & { source: GitSource },
  known: Known,
): Promise<Weighed> {
  const { later, head, restoredInGit, overtaken } = known
  const nothing = { byFields: [], notByFields: null, versions: undefined, texts: new Map<string, string>() }
  const inTheWay: Weighed = { ...nothing, later, staying: [], restoredInGit, overtaken }
  if (restoredInGit || known.laterElsewhere.length > 0) return inTheWay
  const left: Left = overtaken ? await leftOf(repository, known) : { result: 'restorable', files: [] }
  if (left.result === 'refused') return { ...inTheWay, notByFields: known.isRendered ? left.why : null }
  const versions = await readVersions(question, known)
  if (later.length === 0) return { ...inTheWay, versions }
  if (versions.by === 'files') return known.laterOwn.length === 0 ? { ...inTheWay, ...withoutLater(known), versions } : inTheWay
  const rendered = await renderAt(question, head, question.release.applied)
  if (rendered.result === 'unknown') return inTheWay
  if (left.result === 'back')
    return isRenderedAlike(rendered.rollout.template, versions.before.rendered) ? { ...inTheWay, restoredInGit: true } : inTheWay
  // The sync of other steps begins N+1 anew, and other measures may be what mends it.
  if (!leavesRelease(versions.failed.rollout, rendered.rollout)) return inTheWay
  return {
    ...nothing,
    later: [],
    staying: later,
    restoredInGit,
    overtaken: false,
    byFields: await byFieldsOf(repository, left.files, known),
    versions: { ...versions, head: rendered.rollout },
    texts: new Map(left.files.map(({ path, text }) => [path, text])),
  }
}

/** What only other Rollouts' own files have got since stays in them. */
function withoutLater({ leftOut, laterOthers }: Known): Pick<Weighed, 'later' | 'leftOut'> {
  return { later: [], leftOut: { ...leftOut, paths: [...new Set([...leftOut.paths, ...laterOthers])].toSorted() } }
}

/** What the commits after N+1's that have touched the same files have left of what it did to them: others leave them in no other state. */
async function leftOf(repository: GitRepository, { paths, head, good, revision }: Known): Promise<Left> {
  if (paths.length === 0) return { result: 'refused', why: 'nothing is to be restored' }
  const restored = paths.map((path) => ({ path, glob: false }))
  const touching = await repository.commitsTouching(revision.sha, head, restored)
  const passed = touching.slice(0, -1).map(({ sha }) => sha)
  return readLeftSince(repository, { good: good.sha, bad: revision.sha, paths }, [...passed, head])
}

async function byFieldsOf(
  repository: GitRepository,
  files: readonly RestoredText[],
  { revision, head }: Known,
): Promise<SourceFacts['byFields']> {
  const since = (path: string): Promise<readonly GitCommit[]> => repository.commitsTouching(revision.sha, head, [{ path, glob: false }])
  return Promise.all(files.map(async ({ path, fields }) => ({ path, fields, since: await since(path) })))
}
