import type { AppliedRevision } from '../../domain/application/applied-revision.ts'
import { asCommitSha, type CommitSha, type InputPath } from '../../domain/application/commit.ts'
import { appInputs, clean, gitSources, type GitSource } from '../../domain/application/inputs.ts'
import { readOfFolder } from '../../domain/application/read-by-tool.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import type { GitRepositories, GitRepository } from '../../ports/git.ts'
import type { Reduced } from './good-revision.ts'
import { dryRevision } from './hydrator.ts'
import { outsideInputs } from './outside-inputs.ts'

/** One repository of an Application, open to be read. */
export interface AppReader {
  repositories: GitRepositories
  repository: GitRepository
  source: GitSource
  application: ApplicationSnapshot
}

/**
 * The app's own commit behind an applied revision: in a shared repository the synced commit is mostly another team's. Undefined when there
 * is none, and when Argo CD resolved the branch to two of them for two sources (pushes in quick succession): no commit says then what was
 * applied.
 */
export async function reduce(reader: AppReader, applied: AppliedRevision): Promise<Reduced | undefined> {
  const { repository } = reader
  const revisions = await revisionsOf(reader, applied)
  let found: Reduced | undefined
  for (const revision of revisions) {
    if (!(await repository.has(revision))) continue
    const inputs = await inputsAt(reader, revision)
    const commit = await repository.newestTouching(revision, inputs)
    if (commit && found && found.commit.sha !== commit.sha) return undefined
    if (commit) found = { commit, inputs }
  }
  return found
}

/** What the app renders from in this repository, as it is at a revision. */
export async function inputsAt(reader: Omit<AppReader, 'repositories'>, revision: CommitSha): Promise<readonly InputPath[]> {
  const { repository, source, application } = reader
  const own = appInputs(application, source.repository)
  const [read, outside] = [await readOnly(reader, revision, own), await outsideInputs(repository, revision, own)]
  return mergeInputs(read, outside)
}

/** More files of a folder are not looked through. */
const MOST_FILES = 5_000

/** Folders of the Application's sources give way to what its tool reads of them. */
async function readOnly(
  { repository, source: { repository: name }, application }: Omit<AppReader, 'repositories'>,
  revision: CommitSha,
  own: readonly InputPath[],
): Promise<readonly InputPath[]> {
  let inputs = own
  const sources = gitSources(application).filter((one) => one.repository === name)
  for (const [folder, readers] of Map.groupBy(sources, ({ source }) => clean(source.path ?? ''))) {
    const [reader, another] = readers
    if (folder === undefined || !reader || another) continue
    const read = await readOfFolder(application, { ...reader, folder }, async () => {
      const files = await repository.listFiles(revision, folder, { recurse: true, most: MOST_FILES })
      if (!files || files.length >= MOST_FILES) return undefined
      return files.map(({ path }) => path.slice(folder.length + 1))
    })
    if (read) inputs = [...inputs.filter((input) => input.glob || input.path !== folder), ...read]
  }
  return inputs
}

async function revisionsOf(reader: AppReader, applied: AppliedRevision): Promise<readonly CommitSha[]> {
  const { source, application } = reader
  if (application.hydrator) {
    const dry = await dryRevision(reader, application.hydrator, applied.revisions[0])
    return dry ? [dry] : []
  }
  const indices = application.multiSource
    ? gitSources(application)
        .filter((one) => one.repository === source.repository)
        .map((one) => one.index)
    : [0]
  return [...new Set(indices.flatMap((index) => asCommitSha(applied.revisions[index]) ?? []))]
}

/** Both lists as one, sorted, without repeats. */
export function mergeInputs(a: readonly InputPath[], b: readonly InputPath[]): readonly InputPath[] {
  const all = new Map([...a, ...b].map((input) => [`${input.glob} ${input.path}`, input]))
  return [...all.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1))
}
