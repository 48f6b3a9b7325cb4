import { assertCommit, assertPath, isBranchName, pathspecs, revertRef } from '../../../src/adapters/git/names.ts'
import { asCommitSha, type CommitSha, type GitCommit, type InputPath } from '../../../src/domain/application/commit.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { ChangedFile, EntryKind, FileMode, GitRepository } from '../../../src/ports/git.ts'
import { requireCommit, type Holding } from './holding.ts'
import type { GitObject } from './objects.ts'
import { digest, type Remote } from './remote.ts'
import { restore } from './restore.ts'
import { createStore, type StoredCommit } from './store.ts'

const MOST_COMMITS = 1_000
const EVERYTHING: readonly InputPath[] = [{ path: '', glob: false }]

/** A repository without any process: where thousands of histories are played, `git` itself would take all the time. */
export function createMemoryRepository(repoURL: string, remote: Remote): GitRepository {
  const own = new Map<string, GitObject>()
  const store = createStore((oid) => own.get(oid) ?? remote.object(oid))
  const holding: Holding = { remote, store, own }
  return {
    repoURL,
    ...branchesOf(holding),
    ...historyOf(holding),
    ...filesOf(holding),
    changesOf: async (commit, limits) => changesOf(holding, commit, limits),
    buildRestore: async (request) => restore(holding, request),
  }
}

function changesOf({ store }: Holding, sha: CommitSha, limits: { files: number; bytes: number }): readonly ChangedFile[] | undefined {
  const commit = requireCommit(store, sha)
  const before = store.files(store.commit(commit.parents[0] ?? '')?.tree ?? '')
  const after = store.files(commit.tree)
  const changes = store.changed(commit).map((path): ChangedFile => {
    const [was, is] = [before?.get(path), after?.get(path)]
    const content = (is && is.mode !== '160000' && store.text(is.oid)) || Buffer.alloc(0)
    return {
      path,
      before: was && { mode: was.mode as FileMode, oid: was.oid },
      after: is && { mode: is.mode as FileMode, content },
    }
  })
  const bytes = changes.reduce((sum, { after: is }) => sum + (is?.content.length ?? 0), 0)
  return changes.length > limits.files || bytes > limits.bytes ? undefined : changes
}

function branchesOf({
  remote,
  store,
  own,
}: Holding): Pick<GitRepository, 'fetch' | 'defaultBranch' | 'remoteBranch' | 'push' | 'deleteBranch'> {
  const branch = (name: string): CommitSha | undefined => (isBranchName(name) ? asCommitSha(remote.branch(name)) : undefined)
  return {
    fetch: async (name) => branch(name),
    remoteBranch: async (name) => branch(name),
    async defaultBranch() {
      const name = remote.defaultBranch()
      if (name === undefined) throw new KedgeError('E_GIT_BAD_INPUT', 'the repository has no default branch')
      return name
    },
    async push(name, commit) {
      revertRef(name)
      if (!store.commit(assertCommit(commit)))
        throw new KedgeError('E_GIT_COMMIT_GONE', `the commit ${commit} is not here`, { retryable: true })
      if (remote.create(name, commit, own)) return { result: 'created' }
      return { result: 'exists', sha: assertCommit(remote.branch(name) ?? '') }
    },
    async deleteBranch(name, expected) {
      revertRef(name)
      if (remote.remove(name, assertCommit(expected))) return 'deleted'
      return branch(name) === undefined ? 'absent' : 'moved'
    },
  }
}

type History = Pick<
  GitRepository,
  'has' | 'isAncestor' | 'mergeBase' | 'commit' | 'newestTouching' | 'commitsTouching' | 'changedPaths' | 'differingPaths' | 'filesOf'
>

function historyOf({ store }: Holding): History {
  const told = ({ sha, parents, author, committedAt, subject, body }: StoredCommit): GitCommit => ({
    sha,
    parents,
    author,
    committedAt,
    subject,
    body,
  })
  const touched = (commit: StoredCommit, inputs: readonly InputPath[]): readonly string[] => {
    const matches = matcherOf(inputs)
    return store.changed(commit).filter(matches)
  }
  async function changedPaths(commits: readonly CommitSha[], inputs: readonly InputPath[]): Promise<readonly string[]> {
    pathspecs(inputs)
    return [...new Set(commits.flatMap((sha) => touched(requireCommit(store, sha), inputs)))].sort()
  }
  return {
    has: async (revision) => store.commit(revision) !== undefined,
    async isAncestor(ancestor, descendant) {
      requireCommit(store, ancestor)
      return store.reachable(requireCommit(store, descendant).sha).has(ancestor)
    },
    async mergeBase(one, other) {
      const [left, right] = [one, other].map((sha) => store.reachable(requireCommit(store, sha).sha))
      const common = [...(left ?? [])].filter((sha) => right?.has(sha))
      const base = common.find((sha) => !common.some((newer) => newer !== sha && store.reachable(newer).has(sha)))
      return base === undefined ? undefined : assertCommit(base)
    },
    commit: async (revision) => told(requireCommit(store, revision)),
    async newestTouching(revision, inputs) {
      pathspecs(inputs)
      requireCommit(store, revision)
      for (const commit of store.firstParents(revision)) if (touched(commit, inputs).length > 0) return told(commit)
      return undefined
    },
    async commitsTouching(from, to, inputs) {
      pathspecs(inputs)
      const before = store.reachable(requireCommit(store, from).sha)
      requireCommit(store, to)
      const found: StoredCommit[] = []
      for (const commit of store.firstParents(to)) {
        if (before.has(commit.sha) || found.length === MOST_COMMITS) break
        if (touched(commit, inputs).length > 0) found.push(commit)
      }
      return found.reverse().map(told)
    },
    changedPaths,
    async differingPaths(one, other, inputs) {
      pathspecs(inputs)
      const [before, after] = [one, other].map((sha) => store.files(requireCommit(store, sha).tree) ?? new Map<string, never>())
      const names = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].filter(matcherOf(inputs))
      return names.filter((name) => JSON.stringify(before?.get(name)) !== JSON.stringify(after?.get(name))).sort()
    },
    filesOf: (commit) => changedPaths([commit], EVERYTHING),
  }
}

const KINDS: Readonly<Record<string, 'symlink' | 'submodule'>> = { '120000': 'symlink', '160000': 'submodule' }

function filesOf({
  store,
}: Holding): Pick<GitRepository, 'fingerprint' | 'objectNames' | 'kindsAt' | 'listFiles' | 'readFile' | 'readFiles' | 'linkTarget'> {
  const read = (
    revision: CommitSha,
    path: string,
    { modes, maxBytes }: { modes: readonly string[]; maxBytes: number },
  ): string | undefined => {
    const entry = store.entry(requireCommit(store, revision).tree, assertPath(path))
    const bytes = entry && modes.includes(entry.mode) ? store.text(entry.oid) : undefined
    return bytes === undefined || bytes.length > maxBytes ? undefined : bytes.toString('utf8')
  }
  return {
    async fingerprint(revision, inputs) {
      pathspecs(inputs)
      const { tree } = requireCommit(store, revision)
      const lines = inputs.flatMap(({ path, glob }) => {
        if (!glob) return [JSON.stringify([path, store.entry(tree, path)])]
        const matches = matcherOf([{ path, glob }])
        return [path, ...[...(store.files(tree) ?? [])].filter(([file]) => matches(file)).map((file) => JSON.stringify(file))]
      })
      return digest([...new Set(lines)].sort().join('\n'))
    },
    async objectNames(revision, paths) {
      const { tree } = requireCommit(store, revision)
      for (const path of paths) if (path !== '') assertPath(path)
      return Object.fromEntries(paths.map((path) => [path, store.entry(tree, path)?.oid ?? null]))
    },
    async kindsAt(revision, paths) {
      const { tree } = requireCommit(store, revision)
      const kindOf = (mode: string): EntryKind => (mode === '40000' ? 'folder' : (KINDS[mode] ?? 'file'))
      const entries = paths.map((path) => [path, store.entry(tree, assertPath(path))] as const)
      return Object.fromEntries(entries.map(([path, entry]) => [path, entry ? kindOf(entry.mode) : null]))
    },
    async listFiles(revision, folder, { recurse, most }) {
      const { tree } = requireCommit(store, revision)
      if (folder !== '') assertPath(folder)
      const at = store.entry(tree, folder)
      const files = at?.mode === '40000' ? store.files(at.oid) : undefined
      if (!files) return undefined
      const depth = (path: string): number => path.split('/').length
      const wanted = [...files].filter(([path]) => recurse || !path.includes('/')).sort(([a], [b]) => depth(a) - depth(b))
      return wanted
        .slice(0, most)
        .map(([path, { mode, oid }]) => ({ path: folder === '' ? path : `${folder}/${path}`, kind: KINDS[mode] ?? ('file' as const), oid }))
        .sort((a, b) => (a.path < b.path ? -1 : 1))
    },
    readFile: async (revision, path, maxBytes) => read(revision, path, { modes: ['100644', '100755'], maxBytes }),
    async readFiles(revision, paths, maxBytes) {
      const texts = paths.map((path) => [path, read(revision, path, { modes: ['100644', '100755'], maxBytes })] as const)
      return Object.fromEntries(texts.filter((one): one is [string, string] => one[1] !== undefined))
    },
    linkTarget: async (revision, path) => read(revision, path, { modes: ['120000'], maxBytes: 4_096 }),
  }
}

/** Whether a file lies among the inputs, as Git's pathspecs have it. */
function matcherOf(inputs: readonly InputPath[]): (file: string) => boolean {
  const each = inputs.map(({ path, glob }) => {
    if (path === '') return () => true
    if (!glob) return (file: string) => file === path || file.startsWith(`${path}/`)
    const pattern = new RegExp(`^${globSource(path)}$`, 's')
    return (file: string) => pattern.test(file)
  })
  return (file) => each.some((matches) => matches(file))
}

function globSource(glob: string): string {
  return glob.replace(/(?<=^|\/)\*\*\/|\/\*\*$|\[[^\]]+\]|\*+|\?|[\s\S]/g, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '/**') return '/.*'
    if (part.length > 1 && part.startsWith('[')) return part.replace('[!', '[^')
    if (part.startsWith('*')) return '[^/]*'
    return part === '?' ? '[^/]' : part.replace(/[.+^${}()|[\]\\/]/, '\\$&')
  })
}
