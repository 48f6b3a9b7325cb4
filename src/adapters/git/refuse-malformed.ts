import type { CommitSha, InputPath } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Mirror } from './mirror.ts'
import { pathspecs } from './names.ts'

/** @throws KedgeError E_GIT_MALFORMED when that tree is one of them */
export function insistOnTree(
  { malformed }: Pick<Mirror, 'malformed'>,
  tree: string,
  { revision, dir }: { revision: string; dir: string },
): void {
  const what = malformed.get(tree)
  if (what !== undefined) throw isMalformed(revision, dir, { oid: tree, what })
}

/** Whatever a comparison opens: commits with their root trees, and the trees that differ on the way to the inputs, on both sides. */
const OPENED = ['--raw', '-t', '-r', '-z', '--no-abbrev', '--no-renames', '--no-ext-diff', '--no-textconv'] as const
const COMMITS = ['log', '--format=tformat:%H %T', '--no-show-signature', '--no-color', '--first-parent'] as const

/**
 * Whatever Git says of a walk from one commit to another that reads such an object may be wrong.
 * @throws KedgeError E_GIT_MALFORMED
 */
export async function insistOnWalk(
  mirror: Mirror,
  { from, to }: { from: CommitSha | undefined; to: CommitSha },
  inputs: readonly InputPath[],
): Promise<void> {
  if (mirror.malformed.size === 0) return
  const range = from === undefined ? [to] : [to, `^${from}`]
  // Sparse: a malformed root tree may hide that its commit touches the inputs.
  await look(mirror, [...COMMITS, ...OPENED, '--sparse', '--end-of-options', ...range, '--'], inputs)
  if (from !== undefined) await look(mirror, [...COMMITS, '-z', '--no-patch', '--no-walk=unsorted', '--end-of-options', from, '--'], [])
}

/** The same of single commits, each with its first parent. @throws KedgeError E_GIT_MALFORMED */
export async function insistOnCommits(mirror: Mirror, commits: readonly CommitSha[], inputs: readonly InputPath[]): Promise<void> {
  if (mirror.malformed.size === 0 || commits.length === 0) return
  const each = [...COMMITS, '--no-walk=unsorted', '--diff-merges=first-parent']
  await look(mirror, [...each, ...OPENED, '--end-of-options', ...commits, '--'], inputs)
  await look(mirror, [...each, '-z', '--no-patch', '--end-of-options', ...commits.map((sha) => `${sha}^@`), '--'], [])
}

/** The same of two trees, or of one and nothing, as `git diff-tree` compares them. @throws KedgeError E_GIT_MALFORMED */
export async function insistOnTrees(mirror: Mirror, [one, other]: readonly [string, string], inputs: readonly InputPath[]): Promise<void> {
  if (mirror.malformed.size === 0) return
  await look(mirror, ['diff-tree', ...OPENED, one, other, '--'], inputs, other)
}

async function look(mirror: Mirror, args: readonly string[], inputs: readonly InputPath[], revision = ''): Promise<void> {
  const tokens = (await mirror.local([...args, ...pathspecs(inputs)])).toString('utf8').split('\0')
  let commit = revision
  for (const [index, token] of tokens.entries()) {
    const [, sha, tree] = /^\n?([0-9a-f]{40,64}) ([0-9a-f]{40,64})$/.exec(token) ?? []
    commit = sha ?? commit
    const [, before, after] = /^\n?:\d+ \d+ ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [A-Z]/.exec(token) ?? []
    for (const oid of [sha, tree, before, after]) {
      const what = oid === undefined ? undefined : mirror.malformed.get(oid)
      if (oid === undefined || what === undefined) continue
      const named = oid === before && before !== after ? `before ${commit}` : commit
      const path = oid === sha ? undefined : oid === tree ? '' : (tokens[index + 1] ?? '')
      if (path === undefined || path === '' || inputs.some((input) => mayLieIn(path, input))) throw isMalformed(named, path, { oid, what })
    }
  }
}

/** For the sake of a pattern Git also opens folders in which nothing can match it. */
function mayLieIn(folder: string, { path, glob }: InputPath): boolean {
  if (path === '' || !glob) return path === '' || isWithin(folder, path) || isWithin(path, folder)
  const fixed = path.slice(0, Math.max(0, path.search(/[*?[\\]/)))
  const parent = fixed.slice(0, Math.max(0, fixed.lastIndexOf('/')))
  const isDeep = path.includes('**') || folder.split('/').length < path.split('/').length
  return isWithin(parent, folder) || (isDeep && isWithin(folder, parent))
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

function isMalformed(commit: string, path: string | undefined, { oid, what }: { oid: string; what: string }): KedgeError {
  const where =
    path === undefined ? `the commit ${commit}` : `the folder ${JSON.stringify(path === '' ? '/' : path)} of the commit ${commit}`
  return new KedgeError('E_GIT_MALFORMED', `${where} is malformed (${oid.slice(0, 12)}): git said ${JSON.stringify(what)}`)
}
