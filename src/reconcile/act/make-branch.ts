import type { CommitSha } from '../../domain/application/commit.ts'
import type { Proof, SourceFacts } from '../../domain/decision/facts.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Revert } from '../../domain/revert/revert.ts'
import type { ChangedFile, GitRepository } from '../../ports/git.ts'
import type { Environment } from '../environment.ts'
import { ownCommit } from './adopted-branch.ts'

/** More than any of the forges takes in one request for sure. */
const MOST = { files: 200, bytes: 8 * 1024 * 1024 }
/** Between two tries that others see. */
const SEEN_SECONDS = 300

/**
 * Makes the branch with the revert that a look has just proven: pushes its commit, or has the forge make one of the same tree, as the
 * configuration says.
 * @returns the commit that the branch is at, which is another one when the branch was there already; undefined without a proof
 * @throws KedgeError E_GIT_REFUSED where the branch holds something else, E_FORGE_COMMIT, E_FORGE_COMMIT_DIFFERS, E_GIT_*, E_FORGE_*
 */
export async function makeBranch(environment: Environment, revert: Revert, { proof }: SourceFacts): Promise<CommitSha | undefined> {
  if (!proof) return undefined
  const repository = await environment.repositories.open(revert.repoURL)
  const isByApi = environment.commitsFor(revert.repoURL).via === 'api'
  const made = isByApi ? await commitByApi(environment, repository, { revert, proof }) : await pushProven(repository, revert, proof)
  if ('created' in made) return made.created
  const own = await ownCommit(repository, revert, made.there)
  if (own && isByApi) await insistOnProven(repository, revert, { own, proof })
  if (own) return own
  const what = `the branch ${revert.branch} is there already and holds something else than this revert (${made.there.slice(0, 12)})`
  if (!(await isBare(repository, revert, made.there))) throw new KedgeError('E_GIT_REFUSED', what)
  // An earlier try, or one of another Kedge, has got no further than the branch: the next one makes it anew.
  await repository.deleteBranch(revert.branch, made.there).catch((error: unknown) => {
    const why = error instanceof KedgeError ? error.what : String(error)
    throw new KedgeError('E_GIT_REFUSED', `the branch ${revert.branch} was left without a commit, and cannot be deleted: ${why}`)
  })
  throw new KedgeError('E_GIT_REFUSED', `the branch ${revert.branch} was there without a commit; it is made anew`, { retryable: true })
}

type Made = { created: CommitSha } | { there: CommitSha }

async function pushProven(repository: GitRepository, revert: Revert, { commit }: Proof): Promise<Made> {
  const pushed = await repository.push(revert.branch, commit)
  return pushed.result === 'created' ? { created: commit } : { there: pushed.sha }
}

/** Looks before it acts: after an answer that was lost the branch is there, and is told as such. */
async function commitByApi(
  environment: Environment,
  repository: GitRepository,
  { revert, proof }: { revert: Revert; proof: Proof },
): Promise<Made> {
  const { branch } = revert
  const before = await repository.remoteBranch(branch)
  if (before) return { there: before }
  const { parents, subject, body } = await repository.commit(proof.commit)
  const [parent] = parents
  const files = await repository.changesOf(proof.commit, MOST)
  if (!parent || !files)
    throw new KedgeError(
      'E_FORGE_COMMIT',
      `the revert changes more than ${MOST.files} files or ${MOST.bytes / 1024 / 1024} MiB, which is too much for one request to the forge`,
    )
  const forge = environment.forges.forRepository(revert.repoURL)
  const { author } = environment.commitsFor(revert.repoURL)
  const request = { branch, parent, message: `${subject}\n\n${body}\n`, author, files }
  const made = await forge.commit(request).catch(async (error: unknown) => {
    // What was refused leaves no branch behind. Where nobody knows, the next try looks.
    if (!(error instanceof KedgeError) || ['E_FORGE_UNREACHABLE', 'E_FORGE_COMMIT'].includes(error.code)) throw error
    const gone = await repository.deleteBranch(branch, parent).catch(() => undefined)
    throw gone === 'deleted' ? seen(error) : error
  })
  const there = made ?? (await repository.remoteBranch(branch))
  if (!there) throw new KedgeError('E_FORGE_UNREACHABLE', `the forge says that the branch ${branch} is there, and Git that it is not`)
  if (!made) return { there }
  await insistOnTree(repository, { revert, proof }, { parent, made })
  return { created: made }
}

/** Compared by Git, whatever the forge says: what is not the tree that was proven is taken back before anybody sees a PR. */
async function insistOnTree(
  repository: GitRepository,
  { revert, proof }: { revert: Revert; proof: Proof },
  { parent, made }: { parent: CommitSha; made: CommitSha },
): Promise<void> {
  // A forge may name what its Git does not have yet.
  if (!(await repository.has(made))) throw new KedgeError('E_FORGE_UNREACHABLE', `Git has no commit ${made} yet, which the forge has made`)
  const { parents } = await repository.commit(made)
  const tree = await treeOf(repository, made)
  if (parents.length === 1 && parents[0] === parent && tree === proof.tree) return
  // A rule may keep it from going: then it stays without a PR, and the next try finds it as it is.
  const gone = await repository.deleteBranch(revert.branch, made).catch(() => 'refused')
  const onto = parents.map((one) => one.slice(0, 12)).join(' and ')
  const what =
    `the forge committed the tree ${tree.slice(0, 12)} on ${onto}, and ${proof.tree.slice(0, 12)} on ${parent.slice(0, 12)} was proven` +
    (gone === 'refused' ? `; its branch ${revert.branch} could not be deleted` : '')
  throw new KedgeError('E_FORGE_COMMIT_DIFFERS', what, { retryAfterSeconds: SEEN_SECONDS })
}

/**
 * Everybody saw the branch come and go: pipelines ran on it, and the webhook told Kedge of its own push, which would have it tried again at
 * once, and so for ever. A refusal that leaves such a trace waits, whatever hints come.
 */
function seen(error: KedgeError): KedgeError {
  // One part of the forge may not have heard of the branch yet that another has made.
  if (error.retryable || error.code === 'E_FORGE_NOT_FOUND') return error
  return new KedgeError(error.code, error.what, { cause: error, retryAfterSeconds: SEEN_SECONDS })
}

/**
 * One of an earlier try that sits where the proof sits must be that very tree. One from before the base branch moved must make the same of
 * the same files, executable bits and all: their contents alone were looked at before.
 */
async function insistOnProven(repository: GitRepository, revert: Revert, { own, proof }: { own: CommitSha; proof: Proof }): Promise<void> {
  const [parent] = (await repository.commit(own)).parents
  const [proven] = (await repository.commit(proof.commit)).parents
  if (parent && parent === proven) return insistOnTree(repository, { revert, proof }, { parent, made: own })
  const [theirs, ours] = [await repository.changesOf(own, MOST), await repository.changesOf(proof.commit, MOST)]
  // More than a forge can commit was pushed by Kedge itself.
  if (!ours || (theirs && isSameModes(theirs, ours))) return
  const what = `the forge has committed files of other modes to ${revert.branch} than were proven; that branch is yours to delete`
  throw new KedgeError('E_FORGE_COMMIT_DIFFERS', what, { retryAfterSeconds: SEEN_SECONDS })
}

/** What the base branch has come to hold by itself meanwhile is in one of them alone. */
function isSameModes(some: readonly ChangedFile[], others: readonly ChangedFile[]): boolean {
  const modes = new Map(others.map(({ path, after }) => [path, after?.mode]))
  return some.every(({ path, after }) => !modes.has(path) || modes.get(path) === after?.mode)
}

async function treeOf(repository: GitRepository, commit: CommitSha): Promise<string> {
  return (await repository.objectNames(commit, ['']))[''] ?? ''
}

/** Whether a branch holds no commit of its own: it was made for one, and its maker was stopped. */
async function isBare(repository: GitRepository, { baseBranch }: Revert, there: CommitSha): Promise<boolean> {
  const base = await repository.fetch(baseBranch)
  return base !== undefined && (await repository.has(there)) && (await repository.isAncestor(there, base))
}

/** An earlier try may have made the branch before the revert stopped being right: without a PR, nobody would ever delete it. */
export async function deleteLeftover(environment: Environment, revert: Revert): Promise<void> {
  if (!environment.allowsRepository(revert.repoURL)) return
  const repository = await environment.repositories.open(revert.repoURL)
  const head = await repository.remoteBranch(revert.branch)
  if (!head) return
  const own = (await ownCommit(repository, revert, head)) ?? ((await isBare(repository, revert, head)) ? head : null)
  if (own) await repository.deleteBranch(revert.branch, own)
}
