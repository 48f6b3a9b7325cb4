import type { CommitSha } from '../../domain/application/commit.ts'
import { clean } from '../../domain/application/inputs.ts'
import type { EntryKind, GitRepository } from '../../ports/git.ts'

const MOST_LINKS = 20
const LONGEST_PATH = 1_000
/** Levels of a path, each of which is a folder that Git looks into. */
const MOST_LEVELS = 100

/** What lies at a path, after all symbolic links; `unknown`: it was named as not known. */
export interface Place {
  readonly kind: 'file' | 'folder' | 'absent' | 'unknown'
  readonly path: string
}

/** What lies at a path itself. */
export interface Entry {
  readonly kind: EntryKind
  readonly path: string
}

/** Looks paths up by name. */
export interface Places {
  /** Follows symbolic links, each of which is an input of its own. */
  locate(path: string): Promise<Place>
  /** What lies at these paths, in their order and links not followed; nothing where too much is asked for, which is not known. */
  entries(paths: readonly string[]): Promise<readonly Entry[]>
}

interface Account {
  named(path: string): void
  unknown(what: string): void
}

interface Asked {
  readonly repository: GitRepository
  readonly revision: CommitSha
  /** Whether one more folder may be looked into; what is not known for that is named. */
  readonly mayLookInto: (folder: string) => boolean
}

/** See {@link Places}. One question for all levels of a path: what lies beside them costs nothing. */
export function createPlaces(asked: Asked, account: Account): Places {
  const { repository, revision } = asked
  const entries = createEntries(asked)
  let links = 0

  /** Each of its folders may be a link. */
  async function locate(path: string): Promise<Place> {
    if (!isPath(path)) return notKnown(`the path ${path}`, path)
    const parts = path.split('/')
    if (parts.length > MOST_LEVELS) return notKnown(`a path of more than ${MOST_LEVELS} levels, ${path}`, path)
    const levels = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    const kinds = new Map((await entries(levels)).map((entry) => [entry.path, entry.kind]))
    for (const [index, here] of levels.entries()) {
      const kind = kinds.get(here)
      if (kind === 'submodule') return notKnown(`the submodule ${here}`, path)
      if (kind === 'symlink') return follow({ link: here, folder: parts.slice(0, index).join('/'), rest: parts.slice(index + 1) }, path)
      if (kind !== 'folder') return { kind: kind === 'file' && index === parts.length - 1 ? 'file' : 'absent', path }
    }
    return { kind: 'folder', path }
  }

  async function follow({ link, folder, rest }: { link: string; folder: string; rest: readonly string[] }, path: string): Promise<Place> {
    links += 1
    account.named(link)
    const target = await repository.linkTarget(revision, link)
    if (target === undefined || links > MOST_LINKS) return notKnown(`the symbolic link ${link}`, path)
    const to = target.startsWith('/') ? undefined : clean([folder, target, ...rest].join('/'))
    return to === undefined ? notKnown(`the symbolic link ${link}, which leaves the repository`, path) : locate(to)
  }

  function notKnown(what: string, path: string): Place {
    account.unknown(what)
    return { kind: 'unknown', path }
  }

  return { locate, entries }
}

/** Whether Git can be asked for it at all. */
export function isPath(path: string): boolean {
  const isInside = path === '' || path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  return isInside && path.length <= LONGEST_PATH && path.isWellFormed() && !path.includes('\0')
}

/** Each path is asked for once. */
function createEntries({ repository, revision, mayLookInto }: Asked): Places['entries'] {
  const known = new Map<string, EntryKind | null | undefined>([['', 'folder']])
  return async (paths) => {
    const unasked = paths.filter((path) => !known.has(path))
    if (!unasked.every((path) => mayLookInto(path.slice(0, Math.max(0, path.lastIndexOf('/')))))) return []
    const found = unasked.length > 0 ? await repository.kindsAt(revision, unasked) : {}
    for (const path of unasked) known.set(path, found[path])
    return paths.flatMap((path) => {
      const kind = known.get(path)
      return kind ? [{ path, kind }] : []
    })
  }
}
