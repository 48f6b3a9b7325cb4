import type { CommitSha, GitCommit } from '../../domain/application/commit.ts'
import type { GitSource } from '../../domain/application/inputs.ts'
import { leavesRelease } from '../../domain/application/rendered.ts'
import type { SourceFacts } from '../../domain/decision/facts.ts'
import { isRenderedAlike } from '../../domain/rollout/template.ts'
import type { GitRepository } from '../../ports/git.ts'
import { readVersions, renderAt, type ContentQuestion, type Versions } from './versions.ts'

interface Known {
  revision: GitCommit
  good: GitCommit
  head: CommitSha
  paths: readonly string[]
  later: readonly GitCommit[]
  /** But for those that change only what is left out, as another Rollout's own. */
  laterOwn: readonly GitCommit[]
  laterElsewhere: readonly GitCommit[]
  overtaken: boolean
  restoredInGit: boolean
}

type Weighed = Pick<SourceFacts, 'later' | 'staying' | 'restoredInGit'> & { versions: Versions | undefined }

/**
 * What the commits after N+1's leave of a revert: those that touch no file that is restored, and leave the Rollout's spec and all
 * AnalysisTemplates rendered as at N+1, stay where they are. Without a renderer that cannot be told, so that each stands in the way that
 * changes more than another Rollout's own files. No versions: nothing is to be restored any more.
 * @throws Refusal P4, P6; KedgeError E_GIT_*, E_CLUSTER_*, E_RENDERER_UNREACHABLE
 */
export async function weighLater(
  repository: GitRepository,
  question: ContentQuestion & { source: GitSource },
  known: Known,
): Promise<Weighed> {
  const { later, head, paths, restoredInGit, overtaken } = known
  const inTheWay: Weighed = { later, staying: [], restoredInGit, versions: undefined }
  if (restoredInGit || known.laterElsewhere.length > 0) return inTheWay
  const mayBeRestored = overtaken && paths.length > 0 && (await isBack(repository, known))
  if (overtaken && !mayBeRestored) return inTheWay
  const versions = await readVersions(question, known)
  if (later.length === 0) return { ...inTheWay, versions }
  if (versions.by === 'files') return known.laterOwn.length === 0 ? { ...inTheWay, later: [], versions } : inTheWay
  const rendered = await renderAt(question, head, question.release.applied)
  if (rendered.result === 'unknown') return inTheWay
  if (mayBeRestored)
    return isRenderedAlike(rendered.rollout.template, versions.before.rendered) ? { ...inTheWay, restoredInGit: true } : inTheWay
  // The sync of other steps begins N+1 anew, and other measures may be what mends it.
  return leavesRelease(versions.failed.rollout, rendered.rollout) ? { later: [], staying: later, restoredInGit, versions } : inTheWay
}

/** Whether every file that would be restored is N's at the head. */
async function isBack(repository: GitRepository, { paths, head, good }: Known): Promise<boolean> {
  const [now, then] = [await repository.objectNames(head, paths), await repository.objectNames(good.sha, paths)]
  return paths.every((path) => now[path] === then[path])
}
