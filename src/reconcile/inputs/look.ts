import type { CommitSha, InputPath } from '../../domain/application/commit.ts'
import { withoutCredentials } from '../../domain/words/credentials.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { GitRepository, TreeFile } from '../../ports/git.ts'
import { createPlaces, isPath, type Places } from './places.ts'

/** A file that names others: far above what people write. */
const FILE_BYTES = 256 * 1024
/** Bounds of one look: what is read of one revision for one Application. */
const MOST_FILES = 300
const MOST_TEXT = 1024 * 1024
const MOST_NAMED = 500
const MOST_NAMED_TEXT = 50_000
/** Folders that are looked into. */
const MOST_FOLDERS = 1_000
/** More files of a folder are not looked through. */
const MOST_LISTED = 5_000
/** Enough to act on; the rest is counted. */
const MOST_UNKNOWN = 20

/**
 * What an Application reads of a repository at one revision, in three values: what is among neither `own` nor `named` is not read, and
 * what cannot be followed is `unknown`, by name.
 */
export interface AppInputs {
  /** Read whatever stands in the files: the Application names it, or its tool looks for it. */
  readonly own: readonly InputPath[]
  /** Read because a file says so. */
  readonly named: readonly InputPath[]
  readonly unknown: readonly string[]
  /** What may be read besides, as a template works the name of a file out: whether it is, only rendering tells. */
  readonly candidates?: readonly InputPath[]
  /** What may be read besides, and hardly is: it stays, but where it has changed, what is to go back is not known. */
  readonly perhaps?: readonly InputPath[]
  /**
   * Where `manifest-generate-paths` stands in for what is not known: its entries that name nothing at this revision, as people read them.
   * They may at another one.
   */
  readonly unmatched?: readonly string[]
  /** All of its sources in this repository are plain folders: what their files declare is what there is. */
  readonly isPlain: boolean
}

/** One look at a revision: reads within bounds, and keeps account of what was found. */
export interface Look extends Places {
  own(path: string, glob?: boolean): void
  named(path: string, glob?: boolean): void
  /** Read, or not: see `AppInputs.candidates`. */
  candidate(path: string, glob?: boolean): void
  /** Whether it is read nobody sees. */
  perhaps(path: string): void
  /** `what` may hold text of strangers; it is made harmless here. */
  unknown(what: string): void
  /** What lies in a folder, and with `recurse` below it; undefined when there is none. Of too many some: the rest is not known. */
  list(folder: string, recurse?: boolean): Promise<readonly TreeFile[] | undefined>
  /** A file that may name others; undefined where it is absent, and where it is too large, which is not known. */
  text(path: string): Promise<string | undefined>
  texts(paths: readonly string[]): Promise<readonly string[]>
  found(): Pick<AppInputs, 'own' | 'named' | 'unknown' | 'candidates' | 'perhaps'>
}

/** See {@link Look}. */
export function createLook(repository: GitRepository, revision: CommitSha): Look {
  const account = createAccount()
  const listed = new Map<string, Promise<readonly TreeFile[] | undefined>>()
  const folders = new Set<string>()
  const mayLookInto = (folder: string): boolean => {
    if (folders.size < MOST_FOLDERS) folders.add(folder)
    if (folders.has(folder)) return true
    account.unknown(`more than ${MOST_FOLDERS} folders that would have to be looked into`)
    return false
  }
  const list: Look['list'] = async (folder, recurse = false) => {
    const key = `${recurse} ${folder}`
    if (!mayLookInto(folder)) return undefined
    const asked = listed.get(key) ?? repository.listFiles(revision, folder, { recurse, most: MOST_LISTED })
    listed.set(key, asked)
    const found = await asked
    if (found && found.length >= MOST_LISTED) account.unknown(`more than ${MOST_LISTED} files in ${folder || 'the repository'}`)
    return found
  }
  const texts = createTexts({ repository, revision }, account)
  return {
    ...account,
    list,
    ...createPlaces({ repository, revision, mayLookInto }, account),
    texts,
    text: async (path) => (await texts([path]))[0],
  }
}

interface At {
  repository: GitRepository
  revision: CommitSha
}

type Account = Pick<Look, 'own' | 'named' | 'candidate' | 'perhaps' | 'unknown' | 'found'>

type Kept = Map<string, InputPath>

function createAccount(): Account {
  const [own, named, candidates, perhaps]: readonly [Kept, Kept, Kept, Kept] = [new Map(), new Map(), new Map(), new Map()]
  const unknown = new Set<string>()
  let namedText = 0
  const account: Account = {
    own: (path, glob = false) => keep(own, path, glob),
    named: (path, glob = false) => keepWithin(named, path, glob),
    candidate: (path, glob = false) => keepWithin(candidates, path, glob),
    perhaps: (path) => keep(perhaps, path, false),
    unknown(what) {
      if (unknown.size < MOST_UNKNOWN) unknown.add(asUnknown(what))
    },
    found: () => ({
      own: [...own.values()],
      named: [...named.values()],
      unknown: [...unknown],
      candidates: [...candidates.values()],
      perhaps: [...perhaps.values()],
    }),
  }
  function keepWithin(kept: Kept, path: string, glob: boolean): void {
    if (kept.has(`${glob} ${path}`)) return
    namedText += path.length
    if (kept.size >= MOST_NAMED || namedText > MOST_NAMED_TEXT) return account.unknown(`more than ${kept.size} files that are named`)
    keep(kept, path, glob)
  }
  function keep(kept: Kept, path: string, glob: boolean): void {
    if (isPath(path)) kept.set(`${glob} ${path}`, { path, glob })
    else account.unknown(`the path ${path}`)
  }
  return account
}

/** What is not known, as people read it: it may hold text of strangers. */
export function asUnknown(what: string): string {
  // Credentials go before the cut, which may leave too little of them to be known by.
  return plainText(withoutCredentials(what), 200)
}

function createTexts({ repository, revision }: At, { unknown }: Account): Look['texts'] {
  let [files, size] = [0, 0]
  return async (paths) => {
    files += paths.length
    if (files > MOST_FILES) {
      unknown(`more than ${MOST_FILES} files to be read`)
      return []
    }
    const there = await repository.objectNames(revision, paths)
    const read = await repository.readFiles(revision, paths, FILE_BYTES)
    for (const path of paths) if (there[path] !== null && read[path] === undefined) unknown(`${path}, which is too large or no file`)
    const texts = paths.flatMap((path) => read[path] ?? [])
    // Whatever else is due gets its turn: to make sense of one hostile text may take a tenth of a second, and there may be hundreds.
    await new Promise((resolve) => setImmediate(resolve))
    size += texts.reduce((sum, text) => sum + text.length, 0)
    if (size <= MOST_TEXT) return texts
    unknown(`more than ${MOST_TEXT / 1024} kB to be read`)
    return []
  }
}

/** A path below a folder, where `''` is the root. */
export function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** The folder of a path: `''` for one in the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** A folder's name in a pattern, meaning itself. */
export function asGlob(folder: string): string {
  return folder.replace(/[\\*?[]/g, '\\$&')
}
