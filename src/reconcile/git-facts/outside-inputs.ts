import type { CommitSha, InputPath } from '../../domain/application/commit.ts'
import { clean, isAmong } from '../../domain/application/inputs.ts'
import type { GitRepository } from '../../ports/git.ts'
import { localDependencies } from './chart.ts'
import { namedPaths } from './kustomize.ts'

const FILE_BYTES = 256 * 1024
/** An app may not pull in more than this many folders: a bound, not a rule of kustomize or Helm. */
const MOST_FOLDERS = 200

/** The files of a folder that name other folders, and who reads their names. Kustomize takes the first of its three. */
const READERS: readonly (readonly [files: readonly string[], read: (text: string) => readonly string[]])[] = [
  [['kustomization.yaml', 'kustomization.yml', 'Kustomization'], namedPaths],
  [['Chart.yaml'], localDependencies],
  [['requirements.yaml'], localDependencies],
]

/**
 * The folders and files outside an app's own folder that it renders from because a file in it says so: bases, components and patches of a
 * kustomization, charts that a chart depends on; followed to the end. Empty where there is neither.
 */
export async function outsideInputs(
  repository: GitRepository,
  revision: CommitSha,
  own: readonly InputPath[],
): Promise<readonly InputPath[]> {
  const found = new Map<string, InputPath>()
  const queue = own.filter((input) => !input.glob).map((input) => input.path)
  const seen = new Set<string>()
  for (let folder = queue.shift(); folder !== undefined && seen.size < MOST_FOLDERS; folder = queue.shift()) {
    if (seen.has(folder)) continue
    seen.add(folder)
    for (const name of await namesIn(repository, revision, folder)) {
      const path = clean(`${folder}/${name}`)
      if (path === undefined) continue
      if (!isAmong(path, own)) found.set(path, { path, glob: false })
      queue.push(path)
    }
  }
  return [...found.values()]
}

/** Asks once which of the files are there, and reads those. */
async function namesIn(repository: GitRepository, revision: CommitSha, folder: string): Promise<readonly string[]> {
  if (/\.(?:ya?ml|json|env|txt|properties)$/i.test(folder)) return []
  const inFolder = (file: string): string => clean(`${folder}/${file}`) ?? file
  const there = await repository.objectNames(
    revision,
    READERS.flatMap(([files]) => files.map(inFolder)),
  )
  const names: string[] = []
  for (const [files, read] of READERS) {
    const path = files.map(inFolder).find((file) => (there[file] ?? null) !== null)
    const text = path === undefined ? undefined : await repository.readFile(revision, path, FILE_BYTES)
    if (text !== undefined) names.push(...read(text))
  }
  return names
}
