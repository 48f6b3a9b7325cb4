import type { CommitSha } from '../../../domain/application/commit.ts'
import { clean } from '../../../domain/application/inputs.ts'
import type { GitRepository } from '../../../ports/git.ts'
import { KUSTOMIZATIONS } from '../../inputs/kustomize.ts'
import { join } from '../../inputs/look.ts'
import { isPath } from '../../inputs/places.ts'

/** What names the folders that a folder is built on: bases and components of Kustomize, and charts that a chart depends on. */
const NAMING = [...KUSTOMIZATIONS, 'Chart.yaml', 'requirements.yaml'] as const
const MOST_BYTES = 20_000
/** Of all that is read, in characters: whoever writes these files has others wait for it. */
const MOST_TEXT = 2_000_000
/** Folders that are looked into, all together: each is five names to ask Git for. */
const MOST_FOLDERS = 1_000
const AT_ONCE = 100
/** A folder is built on another one, that on a third: so many times at most. */
const MOST_LEVELS = 5
/** What is written is cut into words, of which any may be a path: whoever names a folder by it is asked for all it reads after that. */
const WORDS = /[^\s"'`,[\]{}#]+/g

/** What folders name, by folder. */
type Names = Map<string, readonly string[]>

/**
 * Those of these folders that are built on one of these files, by what their own files name and the folders so named, at a commit. It is
 * told fast, by words alone, and may be wrong both ways: where a name is worked out, and where a word is no name.
 * @throws KedgeError E_GIT_*
 */
export async function foldersBuiltOn(
  repository: GitRepository,
  { folders, paths, at }: { folders: readonly string[]; paths: readonly string[]; at: CommitSha },
): Promise<ReadonlySet<string>> {
  const names: Names = new Map()
  const left = { text: MOST_TEXT }
  let next = unique(folders).slice(0, MOST_FOLDERS)
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    for (let from = 0; from < next.length; from += AT_ONCE)
      await readNames(repository, { folders: next.slice(from, from + AT_ONCE), at, left }, names)
    const [out, within]: [string[], string[]] = [[], []]
    for (const folder of next)
      for (const name of names.get(folder) ?? []) if (mayBeFolder(name)) (name.startsWith(`${folder}/`) ? within : out).push(name)
    // Any word may be a folder within this one; few are, and they stand back.
    next = unique([...out, ...within].filter((name) => !names.has(name))).slice(0, MOST_FOLDERS - names.size)
  }
  return reaching(names, new Set(paths.flatMap(waysTo)))
}

async function readNames(
  repository: GitRepository,
  { folders, at, left }: { folders: readonly string[]; at: CommitSha; left: { text: number } },
  names: Names,
): Promise<void> {
  if (left.text <= 0) return
  const files = folders.flatMap((folder) => NAMING.map((name) => join(folder, name)))
  const texts = await repository.readFiles(at, files, MOST_BYTES)
  for (const folder of folders) {
    const written = NAMING.flatMap((name) => texts[join(folder, name)] ?? [])
    left.text -= written.reduce((sum, text) => sum + text.length, 0)
    names.set(folder, unique(written.flatMap((text) => namedIn(folder, text))))
  }
}

/** A path, and the folders above it. */
function waysTo(path: string): readonly string[] {
  return path.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'))
}

/** All words that are a path within the repository, seen from the folder. */
function namedIn(folder: string, text: string): readonly string[] {
  return [...text.matchAll(WORDS)].flatMap(([word]) => {
    const path = word.replace(/^file:\/\//, '')
    if (path.endsWith(':') || path.includes('://')) return []
    const named = clean(`${folder}/${path}`)
    return named !== undefined && named !== folder && isPath(named) ? [named] : []
  })
}

function mayBeFolder(name: string): boolean {
  return !/\.(?:ya?ml|json|tpl|tgz)$/i.test(name)
}

/** The folders from which names lead to what is wanted, over however many others. */
function reaching(names: Names, wanted: ReadonlySet<string>): ReadonlySet<string> {
  const reached = new Set<string>()
  for (let before = -1; before < reached.size;) {
    before = reached.size
    for (const [folder, named] of names) if (named.some((name) => reached.has(name) || wanted.has(name))) reached.add(folder)
  }
  return reached
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
