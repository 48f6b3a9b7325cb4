import { git, tryGit } from './git.ts'
import { readLooseTip, readLooseTips } from './loose-refs.ts'
import { mergeTrees, type CommitInfo } from './merge.ts'
import { createObjects, parseTree, type Entry, type Objects } from './objects.ts'

/** Of a longer history Git makes less work. */
const MOST_COMMITS = 50
const MOST_BASES = 1_000
const FOLDER = '40000'
const SUBMODULE = '160000'

/** What changes nothing of a repository. */
export interface Reading {
  directory: string
  /** The commit that a branch, tag or SHA names, or undefined. */
  resolve(revision: string): Promise<string | undefined>
  /** Branches and their tips. */
  branches(): Promise<Map<string, string>>
  show(sha: string): Promise<CommitInfo>
  /** Commits in `range` (`base..head`), oldest first. */
  listCommits(range: string): Promise<string[]>
  /** Changed paths between two commits with git's letters (A, M, D, ...). */
  changedFiles(from: string, to: string): Promise<{ path: string; status: string }[]>
  mergeBase(a: string, b: string): Promise<string | undefined>
  /** The tree that merging two commits gives; undefined where they conflict. */
  mergeTrees(ours: string, theirs: string): Promise<string | undefined>
  /** What lies at a path of a commit, or undefined. */
  entryAt(revision: string, path: string): Promise<Entry | undefined>
  /** Files below a folder at a revision, with their text. */
  readFolder(revision: string, folder: string): Promise<Map<string, string>>
  /** Ends what waits for the next question; the next one starts it again. */
  close(): void
}

/** Reads a bare repository: by one process that answers question after question, and by others for what takes more than looking. */
export function createReading(directory: string): Reading {
  const objects = createObjects(directory)
  const show = (sha: string): Promise<CommitInfo> => showCommit(objects, sha)
  return {
    directory,
    show,
    async resolve(revision) {
      const tip = await readLooseTip(directory, revision.replace(/^refs\/heads\//, ''))
      return tip ?? (await objects.read(`${revision}^{commit}`))?.oid
    },
    async listCommits(range) {
      const [base, head] = range.includes('..') ? (range.split('..') as [string, string]) : [undefined, range]
      const line = await lineOfCommits(show, base, head)
      return line ?? (await git(directory, ['rev-list', '--reverse', '--topo-order', range])).split('\n').filter((sha) => sha !== '')
    },
    async branches() {
      const loose = await readLooseTips(directory)
      if (loose) return loose
      const lines = (await git(directory, ['for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads'])).split('\n')
      return new Map(lines.filter((line) => line !== '').map((line) => line.split(' ') as [string, string]))
    },
    async changedFiles(from, to) {
      const [before, after] = await Promise.all([filesBelow(objects, `${from}^{tree}`), filesBelow(objects, `${to}^{tree}`)])
      const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
      return paths.flatMap((path) => {
        const status = letterOf(before.get(path), after.get(path))
        return status === undefined ? [] : [{ path, status }]
      })
    },
    mergeBase: createMergeBase(directory),
    async mergeTrees(ours, theirs) {
      // Where one side builds on the other there is nothing to merge.
      if (await lineOfCommits(show, ours, theirs)) return (await show(theirs)).tree
      return mergeTrees(directory, ours, theirs)
    },
    entryAt: async (revision, path) => (await filesBelow(objects, `${revision}^{tree}`)).get(path),
    async readFolder(revision, folder) {
      const files = await filesBelow(objects, `${revision}:${folder === '.' ? '' : folder}`)
      const inFolder = folder === '.' ? '' : `${folder}/`
      return new Map(
        await Promise.all(
          [...files]
            .filter(([, { mode }]) => mode !== SUBMODULE)
            .map(async ([path, { oid }]): Promise<[string, string]> => {
              const text = (await objects.read(oid))?.content.toString('utf8') ?? ''
              return [`${inFolder}${path}`, text.trimEnd()]
            }),
        ),
      )
    },
    close: () => objects.close(),
  }
}

const isSha = (name: string): boolean => /^[0-9a-f]{40}$/.test(name)

/** What two commits come from never changes, and is asked of each open pull request at each push: it is asked of git once. */
function createMergeBase(directory: string): Reading['mergeBase'] {
  const bases = new Map<string, string>()
  return async (a, b) => {
    const known = bases.get(`${a} ${b}`)
    if (known !== undefined) return known
    const { code, stdout } = await tryGit(directory, ['merge-base', a, b])
    if (code !== 0) return undefined
    if (bases.size >= MOST_BASES) bases.clear()
    if (isSha(a) && isSha(b)) bases.set(`${a} ${b}`, stdout.trim())
    return stdout.trim()
  }
}

/**
 * Commits from behind `base` (or the first of all) to `head`, oldest first, where each has one parent; undefined where Git has to be asked.
 */
async function lineOfCommits(
  show: (sha: string) => Promise<CommitInfo>,
  base: string | undefined,
  head: string,
): Promise<string[] | undefined> {
  const found: string[] = []
  for (let next: string | undefined = head; next !== undefined;) {
    const { sha, parents }: CommitInfo = await show(next)
    if (sha === base) return found.reverse()
    if (parents.length > 1 || found.length === MOST_COMMITS) return undefined
    found.push(sha)
    next = parents[0]
  }
  return base === undefined ? found.reverse() : undefined
}

/** A commit's header and message. @throws Error where there is none of that name */
async function showCommit(objects: Objects, name: string): Promise<CommitInfo> {
  const object = await objects.read(`${name}^{commit}`)
  if (!object) throw new Error(`no commit ${name}`)
  const text = object.content.toString('utf8')
  const end = text.indexOf('\n\n')
  const headers = text.slice(0, end).split('\n')
  const valuesOf = (key: string): string[] => headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1))
  const author = /^(?<name>.*?) ?<(?<email>[^>]*)> (?<seconds>\d+) (?<zone>[+-]\d{4})$/.exec(valuesOf('author')[0] ?? '')?.groups
  return {
    sha: object.oid,
    tree: valuesOf('tree')[0] ?? '',
    parents: valuesOf('parent'),
    author: {
      name: author?.['name'] ?? '',
      email: author?.['email'] ?? '',
      date: isoDate(Number(author?.['seconds']), author?.['zone'] ?? '+0000'),
    },
    message: text.slice(end + 2).trimEnd(),
  }
}

/** As `git log --format=%aI` writes it. */
function isoDate(seconds: number, zone: string): string {
  const minutes = Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)))
  return `${new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 19)}${zone.slice(0, 3)}:${zone.slice(3)}`
}

/** Every file below a tree, by its path from there; none where there is no such tree. */
async function filesBelow(objects: Objects, name: string): Promise<Map<string, Entry>> {
  const object = await objects.read(name)
  if (object?.type !== 'tree') return new Map()
  const files = new Map<string, Entry>()
  for (const [path, entry] of parseTree(object.content)) {
    if (entry.mode !== FOLDER) files.set(path, entry)
    else for (const [below, file] of await filesBelow(objects, entry.oid)) files.set(`${path}/${below}`, file)
  }
  return files
}

function letterOf(before: Entry | undefined, after: Entry | undefined): string | undefined {
  if (before === undefined) return 'A'
  if (after === undefined) return 'D'
  if (before.oid === after.oid && before.mode === after.mode) return undefined
  return before.mode.slice(0, 3) === after.mode.slice(0, 3) ? 'M' : 'T'
}
