import type { CommitSha, InputPath } from '../../../src/domain/application/commit.ts'
import { normaliseRepoURL } from '../../../src/domain/application/repo-url.ts'
import type { ApplicationSpec } from '../../../src/domain/application/snapshots.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { createLook, type AppInputs, type Look } from '../../../src/reconcile/inputs/look.ts'
import { readInputs } from '../../../src/reconcile/inputs/read-inputs.ts'
import type { Content } from '../../contract/git/origin.ts'
import type { ApplicationOptions } from '../../simulation/application.ts'
import { aRepositoryAt } from '../a-repository.ts'
import { REPO, stagedApplication } from '../an-application.ts'

/** A repository in memory with one commit, of these files. */
export function aRepository(files: Readonly<Record<string, Content>>): { repository: GitRepository; revision: CommitSha } {
  const { git, commit } = aRepositoryAt(REPO)
  return { repository: git, revision: commit(files) }
}

/** What is read of such a repository, for people: a pattern has `glob ` before it, and what is empty is left out. */
export type Told = Partial<Readonly<Record<Exclude<keyof AppInputs, 'isPlain'>, readonly string[]>>>

/** All that an Application is found to read of a repository of these files, in memory. `more`: what of its spec options do not say. */
export async function readOf(
  files: Readonly<Record<string, Content>>,
  options: ApplicationOptions,
  more: Partial<ApplicationSpec> = {},
): Promise<Told & { isPlain: boolean }> {
  const { repository, revision } = aRepository(files)
  const application = { ...stagedApplication(options), ...more }
  const found = await readInputs({ repository, name: normaliseRepoURL(REPO), application }, revision)
  return { ...told(found), isPlain: found.isPlain }
}

/** What Helm looks for in the folder of a chart. */
export function chartAt(folder: string): readonly string[] {
  const files = ['Chart.yaml', 'Chart.lock', 'requirements.yaml', 'requirements.lock', 'values.yaml', 'values.schema.json', '.helmignore']
  return [...files, 'templates', 'crds', 'charts'].map((name) => `${folder}/${name}`)
}

/** A submodule. */
export const SUBMODULE = { mode: '160000', text: '1'.repeat(40) } as const

/** So many texts, each by its number. */
export function many(count: number, name: (index: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => name(index))
}

/** A look into a repository of these files, in memory, and what it has found. */
export function aLook(files: Readonly<Record<string, Content>>): { look: Look; told: () => Told } {
  const { repository, revision } = aRepository(files)
  const look = createLook(repository, revision)
  return { look, told: () => told(look.found()) }
}

function told(found: Omit<AppInputs, 'isPlain'>): Told {
  const paths = (inputs: readonly InputPath[] = []): readonly string[] => inputs.map(({ path, glob }) => (glob ? `glob ${path}` : path))
  const all = {
    own: paths(found.own),
    named: paths(found.named),
    candidates: paths(found.candidates),
    perhaps: paths(found.perhaps),
    unknown: found.unknown,
    unmatched: found.unmatched ?? [],
  }
  return Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0))
}
