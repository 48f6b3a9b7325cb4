import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGitRepositories } from '../../../src/adapters/git/repositories.ts'
import { gitSources, isAmong } from '../../../src/domain/application/inputs.ts'
import { normaliseRepoURL } from '../../../src/domain/application/repo-url.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { readRestored } from '../../../src/reconcile/git-facts/commit/app-commit.ts'
import { allOf, readInputs } from '../../../src/reconcile/inputs/read-inputs.ts'
import { createOrigin, type Content } from '../../contract/git/origin.ts'
import type { SourceShape } from '../../simulation/application-objects.ts'
import type { ApplicationOptions } from '../../simulation/application.ts'
import { REPO, stagedApplication } from '../an-application.ts'

interface Found {
  read: readonly string[]
  unknown: readonly string[]
  /** Absent where there is none. */
  perhaps?: readonly string[]
}

export type Files = Readonly<Record<string, Content>>

/** What of a repository's files an Application reads, and what is not known: with real Git. */
export async function inputsOf(files: Files, options: ApplicationOptions): Promise<Found> {
  const ask = await inputsLater(files, options)
  return ask()
}

/** The same, once more when the repository is there. */
export async function inputsLater(files: Files, options: ApplicationOptions): Promise<() => Promise<Found>> {
  const place = await createPlace(options)
  const head = place.commit(files)
  return () =>
    place.use(async ({ repository, application }) => {
      const found = await readInputs({ repository, name: normaliseRepoURL(REPO), application }, head)
      // Kedge and Git must mean the same by a pattern.
      const byGit = await repository.changedPaths([head], allOf(found))
      const perhaps = (found.perhaps ?? []).map(({ path }) => path)
      return {
        ...(perhaps.length > 0 && { perhaps }),
        read: Object.keys(files).filter((file) => isAmong(file, allOf(found)) && byGit.includes(file)),
        unknown: [...found.unknown, ...(found.unmatched ?? [])],
      }
    })
}

/** Which files a revert of the one state to the other restores: those that the one commit between them has changed. */
export async function restoredOf(states: Record<'good' | 'bad', Files>, options: ApplicationOptions): Promise<readonly string[]> {
  const place = await createPlace(options)
  const [good, revision] = [place.commit(states.good), place.commit(states.bad)]
  return place.use(async ({ repository, application }) => {
    const [source] = gitSources(application)
    if (!source) throw new Error('no source')
    const { restored } = await readRestored({ repository, source, application }, { good, revision })
    return repository.changedPaths([revision], restored)
  })
}

interface Opened {
  repository: GitRepository
  application: ApplicationSnapshot
}

/** A repository, real Git's, and an Application; both are gone once they were used. */
async function createPlace(options: ApplicationOptions) {
  const origin = await createOrigin()
  const root = await mkdtemp(join(tmpdir(), 'kedge-inputs-'))
  const repositories = createGitRepositories({
    root,
    allow: () => true,
    credentialsFor: async () => undefined,
    urlFor: () => origin.dir,
    allowFileProtocol: true,
    borrowsOnDisk: true,
    timeoutMs: 60_000,
  })
  const application = stagedApplication(options)
  return {
    commit: (files: Files) => origin.commit(files),
    async use<Answer>(ask: (opened: Opened) => Promise<Answer>): Promise<Answer> {
      try {
        const repository = await repositories.open(REPO)
        await repository.fetch('main')
        return await ask({ repository, application })
      } finally {
        await rm(root, { recursive: true, force: true })
        await origin[Symbol.asyncDispose]()
      }
    },
  }
}

/** A chart that depends on nothing. */
export const CHART = 'name: web\n'

/** A chart that depends on one beside it, `libs/a`. */
export const LIBRARY = 'dependencies:\n- {name: a, repository: file://../../libs/a}\n'

/** A symbolic link. */
export function link(text: string): { mode: string; text: string } {
  return { mode: '120000', text }
}

/** An Application of one source, at `apps/web` where nothing else is said. */
export function one(source: Partial<SourceShape> = {}, annotations: Readonly<Record<string, string>> = {}): ApplicationOptions {
  return { annotations, sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web', ...source }] }
}

/** A file that is read, and one that is not, by their endings here: `!` before the name of what is not. */
export function layout(files: Files): { files: Files; expected: readonly string[] } {
  const entries = Object.entries(files)
  return {
    files: Object.fromEntries(entries.map(([name, content]) => [name.replace(/^!/, ''), content])),
    expected: entries.flatMap(([name]) => (name.startsWith('!') ? [] : [name])),
  }
}
