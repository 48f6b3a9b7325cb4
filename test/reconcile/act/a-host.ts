import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { Proof, SourceFacts } from '../../../src/domain/decision/facts.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { DEFAULT_COMMITS, type CommitRules } from '../../../src/domain/revert/commit-rules.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { Forge, ForgeCommitRequest } from '../../../src/ports/forge.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { aRevert } from '../../contract/ledger-documents.ts'
import { source } from '../../domain/decision/clear.ts'
import { aRepositoryAt, type Changes, type CommitOptions } from '../a-repository.ts'
import { REPO } from '../an-application.ts'
import { anEnvironment } from '../an-environment.ts'

export const NOW = 5_000
/** A commit of long ago. */
export const BASE = '0'.repeat(40) as CommitSha
export { REPO }
export const FILE = 'apps/web/rollout.yaml'
const SERVICE = 'apps/web/service.yaml'
/** Both files of v1. */
export const V1 = { [FILE]: 'image: web:v1\n', [SERVICE]: { mode: '100755', text: 'port: 1\n' } }
/** The same contents, and one file that can be executed besides. */
export const OTHER_MODE = { ...V1, [FILE]: { mode: '100755', text: 'image: web:v1\n' } }
export const BRANCH = 'kedge/revert/222222222222-abcdefab'
/** As the revert commit says it. */
const MESSAGE = 'Revert "web v2"\n\nWhat has failed.\n\nKedge-Revert-Key: k'

export type Host = Awaited<ReturnType<typeof aHost>>

/** What is thrown, as far as who tries again and people are concerned. */
export const fault = async (promise: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof KedgeError)) return error
  const { code, what, retryable, retryAfterSeconds } = error
  return { code, what, retryable, retryAfterSeconds }
}

/**
 * A Git host with one repository, whose branch went from v1 (`good`) to v2 (`bad`), and the revert of that, proven on top of it. `instead`
 * is what takes the place of some of their answers.
 */
export async function aHost({ via = 'push' }: { via?: CommitRules['via'] } = {}) {
  const { remote, commit, git: repository } = aRepositoryAt(REPO)
  commit({ 'other/readme': 'x\n', ...V1 })
  const good = commit({ 'other/readme': 'y\n' })
  const bad = commit({ [FILE]: 'image: web:v2\n', [SERVICE]: { mode: '100755', text: 'port: 2\n' } }, { message: 'web v2' })
  const prove = async (base: CommitSha): Promise<Proof> => {
    const built = await repository.buildRestore({ base, good, bad, paths: PATHS, message: MESSAGE, date: 1_000 })
    if (built.result !== 'built') throw new Error(`it is ${built.result}`)
    return { commit: built.commit, tree: built.tree, atGood: 'same', atRevert: 'same', files: [] }
  }
  const proof = await prove(bad)
  const culprit = await repository.commit(bad)
  const revert = (fields: Partial<Revert> = {}): Revert => aRevert({ ...planned, culprits: [culprit], goodRevision: good, ...fields })
  const byForge = async (_: string, { branch, parent, message, files }: ForgeCommitRequest): Promise<CommitSha | undefined> => {
    const changes = files.map(({ path, after }) => [path, after ? { mode: after.mode, text: String(after.content) } : null])
    return remote.branch(branch) ? undefined : commit(Object.fromEntries(changes) as Changes, { branch, parents: [parent], message })
  }
  const forges = createMemoryForges({ now: () => NOW, headOf: async (_, branch) => remote.branch(branch), commit: byForge })
  const instead: { git: Partial<GitRepository>; forge: Partial<Forge>; allows: boolean } = { git: {}, forge: {}, allows: true }
  const fields: Partial<Environment> = {
    views: [],
    random: () => 0.5,
    allowsRepository: () => instead.allows,
    commitsFor: () => ({ ...DEFAULT_COMMITS, via }),
    repositories: { open: async () => ({ ...repository, ...instead.git }) },
    forges: { forRepository: (url) => ({ ...forges.forRepository(url), ...instead.forge }) },
  }
  const { environment, ledger, clock, lines } = await anEnvironment([], fields, NOW)
  return {
    commit,
    good,
    bad,
    repository,
    prove,
    proof,
    revert,
    forges,
    instead,
    environment,
    ledger,
    clock,
    lines,
    facts: (fields: Partial<SourceFacts> = {}): SourceFacts => ({ ...source, revertKey: 'k', branch: BRANCH, proof, ...fields }),
    /** Where the revert's branch is. */
    head: (): string | undefined => remote.branch(BRANCH),
    /** Puts the branch to a commit. */
    put: (to: CommitSha): void => remote.move(BRANCH, to),
    /** Somebody's commit on the branch: of the revert, as they made it. */
    push: (files: Changes, options: CommitOptions = {}): CommitSha =>
      commit(files, { branch: BRANCH, parents: [bad], message: MESSAGE, ...options }),
  }
}

const PATHS = [FILE, SERVICE]
const planned = {
  key: 'k',
  repoURL: REPO,
  repository: 'git.example/shop/gitops',
  branch: BRANCH,
  paths: PATHS,
  state: 'planned',
  commit: null,
  pullRequest: null,
  openedAt: null,
} satisfies Partial<Revert>
