import { assertCommit, assertPath } from '../../../src/adapters/git/names.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { KEDGE } from '../../../src/domain/revert/commit-rules.ts'
import type { RestoreRequest, RestoreResult } from '../../../src/ports/git.ts'
import { requireCommit, type Holding } from './holding.ts'
import { encodeCommit, nameObject, type Entry, type GitObject } from './objects.ts'
import { writeFiles } from './remote.ts'

type Files = ReadonlyMap<string, Entry>

/** The author of a commit, as Git spells one. @throws KedgeError E_GIT_BAD_INPUT */
function authorOf({ author: { name, email } = KEDGE }: RestoreRequest): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if ([name, email].some((text) => text === '' || /[<>\u0000-\u001f\u007f]/.test(text)))
    throw new KedgeError('E_GIT_BAD_INPUT', 'a commit needs an author whose name and address are text without angle brackets')
  return `${name} <${email}>`
}

/** See `GitRepository.buildRestore`: the base with the paths as they are in the good state. */
export function restore({ store, own }: Holding, request: RestoreRequest): RestoreResult {
  const { message, date } = request
  if (message.trim() === '' || message.includes('\0')) throw new KedgeError('E_GIT_BAD_INPUT', 'a commit needs a message without NUL')
  if (!Number.isSafeInteger(date) || date < 0) throw new KedgeError('E_GIT_BAD_INPUT', `${date} is no date for a commit`)
  const author = authorOf(request)
  const paths = [...new Set(request.paths.map(assertPath))].sort()
  const [base, good, bad] = [request.base, request.good, request.bad].map((sha) => requireCommit(store, assertCommit(sha)))
  const filesOf = (tree: string | undefined): Files => store.files(tree ?? '') ?? new Map()
  const before = filesOf(base?.tree)
  const keep = (object: GitObject): string => {
    const oid = nameObject(object)
    own.set(oid, object)
    return oid
  }
  const [then, after] = [new Map(filesOf(good?.tree)), filesOf(bad?.tree)]
  const texts = request.texts ?? new Map<string, string>()
  const isOneFile = (path: string): boolean => {
    const [mode, ...others] = [before, then, after].map((files) => files.get(path)?.mode)
    return (mode === '100644' || mode === '100755') && others.every((other) => other === mode)
  }
  const changed = paths.filter((path) => (texts.has(path) ? !isOneFile(path) : !same(before.get(path), after.get(path))))
  if (changed.length > 0) return { result: 'conflict', paths: changed }
  for (const [path, text] of texts)
    then.set(path, { mode: then.get(path)?.mode ?? '', oid: keep({ type: 'blob', bytes: Buffer.from(text) }) })
  const { files, conflict } = putBack(before, then, paths)
  if (conflict.length > 0) return { result: 'conflict', paths: conflict }
  const tree = writeFiles(files, keep)
  if (tree === base?.tree) return { result: 'empty' }
  const text = message.endsWith('\n') ? message : `${message}\n`
  const commit = keep(encodeCommit({ tree, parents: [request.base], author, seconds: Math.floor(date / 1_000), message: text }))
  return { result: 'built', commit: assertCommit(commit), tree }
}

function same(a: Entry | undefined, b: Entry | undefined): boolean {
  return a?.mode === b?.mode && a?.oid === b?.oid
}

/** What goes makes room first. A file where a directory must be, or the other way round, is a conflict. */
function putBack(before: Files, good: Files, paths: readonly string[]): { files: Files; conflict: readonly string[] } {
  const files = new Map(before)
  for (const path of paths) files.delete(path)
  const conflict = paths.filter((path) => {
    if (!good.has(path)) return false
    const folders = path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'))
    return folders.some((folder) => files.has(folder)) || [...files.keys()].some((file) => file.startsWith(`${path}/`))
  })
  for (const path of paths) {
    const entry = good.get(path)
    if (entry) files.set(path, entry)
  }
  return { files, conflict }
}
