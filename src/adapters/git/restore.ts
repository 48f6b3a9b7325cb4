import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import { KedgeError } from '../../domain/errors.ts'
import { KEDGE } from '../../domain/revert/commit-rules.ts'
import type { RestoreRequest, RestoreResult } from '../../ports/git.ts'
import { nameOf, parentOf, type Tree } from './known-trees.ts'
import { nameObject } from './loose-object.ts'
import type { Mirror } from './mirror.ts'
import { assertCommit, assertPath } from './names.ts'
import { changedTree, DIRECTORY_MODE, type Changes, type TreeBytes, type TreeEntry } from './tree-bytes.ts'
import { readTrees } from './trees.ts'

const FILE_MODES: readonly (string | undefined)[] = ['100644', '100755']

/** See `GitRepository.buildRestore`. No index, no work tree, and but for the texts that it is given no file contents. */
export async function buildRestore(mirror: Mirror, request: RestoreRequest): Promise<RestoreResult> {
  const { base, good, bad } = checkRequest(request)
  const paths = [...new Set(request.paths.map(assertPath))].sort()
  if (paths.length === 0) return { result: 'empty' }
  await mirror.require([base, good, bad])
  const view = await readView(mirror, paths, { base, good, bad })
  const texts = new Map([...(request.texts ?? [])].map(([path, text]) => [path, Buffer.from(text)]))
  const changed = paths.filter((path) =>
    texts.has(path) ? !isOneFile(view, path) : !same(fileAt(view.base, path), fileAt(view.bad, path)),
  )
  if (changed.length > 0) return { result: 'conflict', paths: changed }
  const plan = planTree(withTexts(view, texts), paths)
  if ('conflict' in plan) return { result: 'conflict', paths: plan.conflict }
  if (plan.root === view.base.get('')?.oid) return { result: 'empty' }
  const built = JSON.stringify([plan.root, base, request.message, request.date, request.author])
  const commit = (await mirror.written(built)) ?? (await write(mirror, plan, { ...request, contents: [...texts.values()] }))
  mirror.remember(commit, built)
  return { result: 'built', tree: plan.root, commit }
}

function checkRequest(request: RestoreRequest) {
  if (request.message.trim() === '' || request.message.includes('\0'))
    throw new KedgeError('E_GIT_BAD_INPUT', 'a commit needs a message without NUL')
  if (!Number.isSafeInteger(request.date) || request.date < 0)
    throw new KedgeError('E_GIT_BAD_INPUT', `${request.date} is no date for a commit`)
  const { name, email } = request.author ?? KEDGE
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if ([name, email].some((text) => text === '' || /[<>\u0000-\u001f\u007f]/.test(text)))
    throw new KedgeError('E_GIT_BAD_INPUT', 'a commit needs an author whose name and address are text without angle brackets')
  return { base: assertCommit(request.base), good: assertCommit(request.good), bad: assertCommit(request.bad) }
}

type Directories = ReadonlyMap<string, { entries: Pick<TreeBytes, 'get'> } | undefined>
type View = Record<'good' | 'bad', Directories> & { base: ReadonlyMap<string, Tree | undefined> }

/** Every directory on the way to the paths, at the three revisions. */
async function readView(mirror: Mirror, paths: readonly string[], revisions: Record<keyof View, string>): Promise<View> {
  const dirs = ancestors(paths)
  const sides = [revisions.base, revisions.good, revisions.bad]
  const trees = await readTrees(
    mirror,
    sides.flatMap((revision) => dirs.map((dir) => ({ revision, dir }))),
  )
  const side = (index: number): View['base'] => new Map(dirs.map((dir, at) => [dir, trees[index * dirs.length + at]]))
  return { base: side(0), good: side(1), bad: side(2) }
}

/** All directories above the paths, deepest first, the root last. */
function ancestors(paths: readonly string[]): readonly string[] {
  const dirs = new Set<string>()
  for (const path of paths) for (let dir = path; dir !== '';) dirs.add((dir = parentOf(dir)))
  return [...dirs].sort((a, b) => depth(b) - depth(a))
}

function depth(dir: string): number {
  return dir === '' ? 0 : dir.split('/').length
}

/** The file (or symlink, or submodule) at a path. A directory counts as no file: the files in it are paths of their own. */
function fileAt(side: Directories, path: string): TreeEntry | undefined {
  const entry = side.get(parentOf(path))?.entries.get(nameOf(path))
  return entry?.mode === DIRECTORY_MODE ? undefined : entry
}

/** Whether it is a file in all three states, and of one mode. */
function isOneFile({ base, good, bad }: View, path: string): boolean {
  const [mode, ...others] = [base, good, bad].map((side) => fileAt(side, path)?.mode)
  return FILE_MODES.includes(mode) && others.every((other) => other === mode)
}

/** The good state as if these files had had these texts in it. */
function withTexts(view: View, texts: ReadonlyMap<string, Buffer>): View {
  if (texts.size === 0) return view
  const good = new Map(view.good)
  for (const [path, content] of texts) {
    const tree = good.get(parentOf(path))
    const file = tree?.entries.get(nameOf(path))
    if (!tree || !file) continue
    const oid = nameObject('blob', content, file.oid.length)
    good.set(parentOf(path), { entries: { get: (name) => (name === nameOf(path) ? { ...file, oid } : tree.entries.get(name)) } })
  }
  return { ...view, good }
}

function same(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.mode === b?.mode && a?.oid === b?.oid
}

/** A planned tree: its directories, all that Git does not have yet among them. */
type Plan = { root: string; directories: readonly Buffer[] } | { conflict: readonly string[] }

/**
 * The base tree with the good entries put in, named from the bottom up. A file that somebody has since put where a directory must
 * be, or the other way round, is a conflict although the path itself has not changed.
 */
function planTree(view: View, paths: readonly string[]): Plan {
  const named = new Map<string, string | undefined>()
  const conflict = new Set<string>()
  const directories: Buffer[] = []
  let root = ''
  for (const dir of ancestors(paths)) {
    const bytes = changedTree(view.base.get(dir)?.entries, changesOf(dir, { view, paths, named, conflict }))
    root = nameObject('tree', bytes, view.base.get('')?.oid.length ?? 40)
    const kept = dir === '' || bytes.length > 0
    named.set(dir, kept ? root : undefined)
    if (kept) directories.push(bytes)
  }
  return conflict.size > 0 ? { conflict: [...conflict].sort() } : { root, directories }
}

interface Restoring {
  view: View
  paths: readonly string[]
  /** New object names of the directories that are done; undefined = nothing is left in it. */
  named: ReadonlyMap<string, string | undefined>
  conflict: Set<string>
}

/** Order matters: what goes makes room, then the directories below come, then the files. */
function changesOf(dir: string, { view, paths, named, conflict }: Restoring): Changes {
  const there = view.base.get(dir)?.entries
  const changes = new Map<string, TreeEntry | undefined>()
  const now = (name: string): TreeEntry | undefined => (changes.has(name) ? changes.get(name) : there?.get(name))
  const files = paths.filter((path) => parentOf(path) === dir)
  for (const path of files) if (fileAt(view.base, path)) changes.set(nameOf(path), undefined)
  for (const [child, oid] of named) {
    if (child === '' || parentOf(child) !== dir) continue
    const before = now(nameOf(child))
    const isFile = before !== undefined && before.mode !== DIRECTORY_MODE
    if (!isFile) changes.set(nameOf(child), oid === undefined ? undefined : { mode: DIRECTORY_MODE, oid })
    else if (oid !== undefined) for (const path of paths.filter((below) => below.startsWith(`${child}/`))) conflict.add(path)
  }
  for (const path of files) {
    const good = fileAt(view.good, path)
    if (good && now(nameOf(path))) conflict.add(path)
    else if (good) changes.set(nameOf(path), good)
  }
  return changes
}

async function write(
  mirror: Mirror,
  { root, directories }: Extract<Plan, { root: string }>,
  { contents, ...request }: RestoreRequest & { contents: readonly Buffer[] },
): Promise<CommitSha> {
  for (const content of contents) await mirror.write('blob', content)
  for (const bytes of directories) await mirror.write('tree', bytes)
  const commit = asCommitSha(await mirror.write('commit', commitBytes(root, request)))
  if (!commit) throw new KedgeError('E_GIT_BROKEN_MIRROR', 'the commit that was written has no name')
  return commit
}

/** A commit as Git stores it. */
function commitBytes(tree: string, { base, date, message, author = KEDGE }: RestoreRequest): Buffer {
  const by = `${author.name} <${author.email}> ${Math.floor(date / 1000)} +0000`
  const end = message.endsWith('\n') ? '' : '\n'
  return Buffer.from(`tree ${tree}\nparent ${base}\nauthor ${by}\ncommitter ${by}\n\n${message}${end}`)
}
