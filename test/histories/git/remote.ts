import { hash } from 'node:crypto'
import type { Entry, GitObject } from './objects.ts'
import { DIRECTORY, encodeTree, nameObject } from './objects.ts'

/** The repository of the Git host, as who fetches from it and pushes to it sees it. */
export interface Remote {
  branch(name: string): string | undefined
  /** The branch that HEAD names, if it is there. */
  defaultBranch(): string | undefined
  object(oid: string): GitObject | undefined
  /** Create-only: false when the branch is there. */
  create(branch: string, commit: string, objects: ReadonlyMap<string, GitObject>): boolean
  /** Deletes a branch only while it is at `expected`. */
  remove(branch: string, expected: string): boolean
}

/** A remote in memory, with what its host can do beside. */
export interface MemoryRemote extends Remote {
  /** Keeps an object and gives its name. */
  keep: (object: GitObject) => string
  move(branch: string, commit: string): void
}

/** An empty one. Its default branch is `main`. */
export function createMemoryRemote(): MemoryRemote {
  const objects = new Map<string, GitObject>()
  const branches = new Map<string, string>()
  return {
    branch: (name) => branches.get(name),
    defaultBranch: () => (branches.has('main') ? 'main' : undefined),
    object: (oid) => objects.get(oid),
    create(branch, commit, more) {
      if (branches.has(branch)) return false
      for (const [oid, object] of more) objects.set(oid, object)
      branches.set(branch, commit)
      return true
    },
    remove: (branch, expected) => branches.get(branch) === expected && branches.delete(branch),
    keep(object) {
      const oid = nameObject(object)
      objects.set(oid, object)
      return oid
    },
    move: (branch, commit) => void branches.set(branch, commit),
  }
}

/** Keeps the trees of a flat list of files, and gives the name of the root. */
export function writeFiles(files: ReadonlyMap<string, Entry>, keep: (object: GitObject) => string): string {
  const here = new Map<string, Entry>()
  const below = new Map<string, Map<string, Entry>>()
  for (const [path, entry] of files) {
    const slash = path.indexOf('/')
    if (slash < 0) here.set(path, entry)
    else {
      const name = path.slice(0, slash)
      const folder = below.get(name) ?? new Map<string, Entry>()
      folder.set(path.slice(slash + 1), entry)
      below.set(name, folder)
    }
  }
  for (const [name, folder] of below) here.set(name, { mode: DIRECTORY, oid: writeFiles(folder, keep) })
  return keep(encodeTree(here))
}

/** A short name for any content. */
export function digest(text: string): string {
  return hash('sha1', text)
}
