import { canonicalJson } from '../canonical-json.ts'
import type { AppliedRevision, AppliedSource } from './applied-revision.ts'
import { isGit } from './inputs.ts'
import { applicationName, sameRevisions } from './mapping.ts'
import { normaliseRepoURL } from './repo-url.ts'
import type { ApplicationSnapshot, HistoryEntry, SourceSnapshot } from './snapshots.ts'

/**
 * What a sync applied, with what the Application itself said then, as far as Argo CD tells. A hydrated Application is synced from what was
 * rendered, so its spec as it is now has to stand for what it said.
 */
export function appliedBy(
  application: ApplicationSnapshot,
  { revisions, sources, startedBy }: Pick<HistoryEntry, 'revisions' | 'sources' | 'startedBy'>,
): AppliedRevision {
  const said = application.hydrator ? application.sources : sources
  const applied = { application: applicationName(application), revisions, ...(startedBy && { startedBy }) }
  return said.length === 0 ? applied : { ...applied, sources: said.map((source, index) => readSource(source, revisions[index])) }
}

function readSource(source: SourceSnapshot, revision: string | undefined): AppliedSource {
  const { repoURL, path, chart, targetRevision, parameters } = source
  // A range of versions stays the same while the version that is chosen of it does not.
  const pin = isGit(source) ? branchOf(targetRevision) : (revision ?? targetRevision)
  return { repository: normaliseRepoURL(repoURL), path: path ?? null, chart: chart ?? null, pin, parameters }
}

/** `targetRevision` as the name of a branch, as far as it is one. */
export function branchOf(targetRevision: string): string {
  return targetRevision.replace(/^refs\/heads\//, '') || 'HEAD'
}

/**
 * Says that N+1 was applied by another Application, or from another spec of it, than N: parameters, branch, folder, the version of a chart.
 * Then the commits between them are not, or not alone, what changed. Undefined when all is alike or not known. `ends`: what the two are
 * called.
 */
export function changedOutsideGit(
  before: AppliedRevision | null,
  after: AppliedRevision | null,
  ends: 'versions' | 'syncs' = 'versions',
): string | undefined {
  if (!before || !after) return undefined
  if (before.application !== after.application) {
    const earlier = ends === 'versions' ? 'the version before was applied by' : 'the sync before was of'
    return `${earlier} another Application (${before.application}) than this one (${after.application}).`
  }
  if (!before.sources || !after.sources || placed(before.sources) === placed(after.sources)) return undefined
  return (
    `the Application itself changed between the two ${ends} (parameters, branch, folder or chart version): ` +
    'whoever writes its spec has to change it back.'
  )
}

/** Whether two syncs of an Application differ in the parameters that its own spec holds, and read the same places all the same. */
export function changedParameters(before: AppliedRevision | null, after: AppliedRevision | null): boolean {
  if (!before?.sources || !after?.sources || changedOutsideGit(before, after) === undefined) return false
  const without = ({ application, revisions, sources = [] }: AppliedRevision): AppliedRevision => {
    return { application, revisions, sources: sources.map((source) => ({ ...source, parameters: '' })) }
  }
  return changedOutsideGit(without(before), without(after)) === undefined
}

/** Whether two syncs are of the same revisions, with the same parameters of the Application's own. */
export function isSameSync(one: AppliedRevision, other: AppliedRevision): boolean {
  return sameRevisions(one.revisions, other.revisions) && !changedParameters(one, other)
}

/** As they are compared: what was kept of a repository may have its case. */
function placed(sources: readonly AppliedSource[]): string {
  return canonicalJson(sources.map((source) => ({ ...source, repository: source.repository.toLowerCase() })))
}

/** Whether the Application still reads the repositories and folders that it read then: only so can Git be asked about that sync. */
export function readsTheSame(application: ApplicationSnapshot, applied: AppliedRevision): boolean {
  if (!applied.sources) return true
  const places = (sources: readonly AppliedSource[]): string =>
    JSON.stringify(sources.map(({ repository, path, chart }) => [repository.toLowerCase(), path, chart]))
  return places(applied.sources) === places(application.sources.map((source) => readSource(source, undefined)))
}
