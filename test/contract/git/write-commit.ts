import { join } from 'node:path'
import { changedTree, DIRECTORY_MODE, readTree, type TreeEntry } from '../../../src/adapters/git/tree-bytes.ts'
import { putFile, readLoose, writeLoose } from './loose-objects.ts'

/** A commit, its files as bytes or, for one that goes, null. */
export interface CommitToWrite {
  ref: string
  parents: readonly string[]
  /** The commit whose files it begins with. */
  from: string | undefined
  files: readonly { path: string; file: { mode: string; bytes: Buffer } | null }[]
  /** Author and committer, with date and zone. */
  by: string
  message: string
}

/** What needs no thought: anything else is for Git to take or refuse. */
const PLAIN = /^(?:(?!\.{1,2}(?:\/|$)|\.git)[\w.-]+(?:\/(?!$)|$))+$/
const MODES = ['100644', '100755', '120000']
/** More than this in one commit are better off in a pack. */
const MOST = 50

/**
 * Makes the commit that `git fast-import` makes, with the same name, but without its two processes: tests make thousands. Undefined for
 * what only Git can do: odd names and modes, a parent that lies in a pack.
 */
export function writeCommit(dir: string, { ref, parents, from, files, by, message }: CommitToWrite): string | undefined {
  if (files.length > MOST || files.some(({ path, file }) => !PLAIN.test(path) || (file && !MODES.includes(file.mode)))) return undefined
  try {
    const root = from === undefined ? new Map() : readFolder(dir, treeOf(readLoose(dir, from).bytes))
    for (const { path, file } of files) {
      change(dir, root, path.split('/'), file && { mode: file.mode, oid: writeLoose(dir, 'blob', file.bytes) })
    }
    const heads = parents.map((parent) => `parent ${parent}\n`).join('')
    const text = `tree ${writeFolder(dir, root)}\n${heads}author ${by}\ncommitter ${by}\n\n${message}`
    const commit = writeLoose(dir, 'commit', Buffer.from(text))
    putFile(join(dir, ref), `${commit}\n`)
    return commit
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** A folder that is being changed; those below it are read when one of their files is. */
type Folder = Map<string, TreeEntry | Folder>

function change(dir: string, folder: Folder, [name = '', ...below]: readonly string[], file: TreeEntry | null): void {
  if (below.length === 0) {
    if (file) folder.set(name, file)
    else folder.delete(name)
    return
  }
  const there = folder.get(name)
  const child = there instanceof Map ? there : there?.mode === DIRECTORY_MODE ? readFolder(dir, there.oid) : new Map()
  if (child.size === 0 && file === null) return
  change(dir, child, below, file)
  if (child.size > 0) folder.set(name, child)
  else folder.delete(name)
}

/** Modes as Git writes them, whatever stood there. */
function readFolder(dir: string, oid: string): Folder {
  return new Map(
    [...readTree(readLoose(dir, oid).bytes, 20)].map(([name, entry]) => [name, { ...entry, mode: entry.mode.replace(/^0+/, '') }]),
  )
}

function writeFolder(dir: string, folder: Folder): string {
  const entries = [...folder].map(([name, entry]): [string, TreeEntry] => [
    name,
    entry instanceof Map ? { mode: DIRECTORY_MODE, oid: writeFolder(dir, entry) } : entry,
  ])
  return writeLoose(dir, 'tree', changedTree(undefined, new Map(entries)))
}

const treeOf = (commit: Buffer): string => commit.toString('latin1', 'tree '.length, 'tree '.length + 40)
