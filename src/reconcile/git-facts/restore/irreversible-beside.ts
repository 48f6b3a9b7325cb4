import type { CommitSha, InputPath } from '../../../domain/application/commit.ts'
import { isAmong } from '../../../domain/application/inputs.ts'
import { mayBeIrreversible } from '../../../domain/application/irreversible.ts'
import { isKustomization } from '../../../domain/application/reached.ts'
import type { GitRepository } from '../../../ports/git.ts'

/** Files beside, in which a Job may run as a hook. */
const MOST_BESIDE = 500
/** Above what is parsed: a file that the release left alone, and that holds no such word, need not be. */
const MOST_BYTES = 2 * 1024 * 1024
const AT_ONCE = 8
/** What is read in all, and what of it is kept as it may hold something irreversible, in characters. */
const MOST_READ = 16 * 1024 * 1024
const MOST_KEPT = 4 * 1024 * 1024
/** What is not there as a file may be a folder. */
const MOST_FOLDERS = 50

interface Asked {
  revision: CommitSha
  paths: readonly string[]
  restored: readonly InputPath[]
}

/** The inputs that a release has left alone. */
export interface Beside {
  /** Those that may hold something irreversible. */
  texts: Readonly<Record<string, string>>
  isKustomized: boolean
  /** See `Reach`. */
  isReplacing: boolean
  /** Files that are larger than is looked through. */
  tooLarge: readonly string[]
  /** There are more than are looked through. */
  isTooMuch: boolean
}

/** Reads the inputs that the release has left alone. Of too many none. @throws KedgeError E_GIT_* */
export async function readBeside(repository: GitRepository, { revision, paths, restored }: Asked): Promise<Beside> {
  const files = new Set<string>()
  for (const { path, glob } of restored) {
    if (!glob) files.add(path)
    else for (const file of await filesIn(repository, revision, path)) files.add(file)
  }
  const beside = [...files].filter((file) => isAmong(file, restored) && !paths.includes(file))
  const texts: Record<string, string> = {}
  const found = {
    texts,
    isKustomized: paths.some(isKustomization),
    isReplacing: false,
    tooLarge: [],
    isTooMuch: beside.length > MOST_BESIDE,
  }
  const missing: string[] = []
  let [left, unread, folders] = [MOST_KEPT, MOST_READ, MOST_FOLDERS]
  const queue = found.isTooMuch ? [] : beside
  let at = 0
  while (at < queue.length && left >= 0 && unread >= 0) {
    const here = queue.slice(at, at + AT_ONCE)
    at += here.length
    // The root is a folder, and no path of a file.
    const read = await repository.readFiles(
      revision,
      here.filter((path) => path !== ''),
      MOST_BYTES,
    )
    missing.push(...here.filter((path) => read[path] === undefined && isNamedAsFile(path)))
    for (const [path, text] of Object.entries(read)) {
      unread -= text.length
      found.isKustomized ||= isKustomization(path)
      found.isReplacing ||= isKustomization(path) && /^[ \t]*(?:replacements|vars)[ \t]*:/im.test(text)
      if (!mayBeIrreversible(text)) continue
      texts[path] = text
      left -= text.length
    }
    for (const folder of here.filter((path) => read[path] === undefined && !isNamedAsFile(path))) {
      folders -= 1
      if (folders < 0) return { ...found, isTooMuch: true }
      const below = (await repository.listFiles(revision, folder, { recurse: true, most: MOST_BESIDE + 1 })) ?? []
      const inIt = below.flatMap(({ path, kind }) => (kind === 'file' ? [path] : []))
      queue.push(...inIt.filter((path) => !paths.includes(path) && !queue.includes(path)))
      if (queue.length > 2 * MOST_BESIDE) return { ...found, isTooMuch: true }
    }
  }
  const tooLarge = await tooLargeOf(repository, revision, missing)
  return { ...found, tooLarge, isTooMuch: found.isTooMuch || left < 0 || unread < 0 }
}

/** What a link leads to is an input by itself. */
async function tooLargeOf(repository: GitRepository, at: CommitSha, missing: readonly string[]): Promise<readonly string[]> {
  const names = await repository.objectNames(at, missing)
  const found: string[] = []
  // Nothing that runs lies among the definitions of a chart, and values do not reach them.
  for (const path of missing.filter((one) => names[one] !== null && !/(?:^|\/)crds\//.test(one)))
    if ((await repository.linkTarget(at, path)) === undefined) found.push(path)
  return found
}

function isNamedAsFile(path: string): boolean {
  return /\.(?:ya?ml|json|tpl|txt|lock|helmignore)$|Kustomization$/.test(path)
}

async function filesIn(repository: GitRepository, at: CommitSha, pattern: string): Promise<readonly string[]> {
  const folder = pattern.slice(0, Math.max(0, pattern.lastIndexOf('/', pattern.search(/[*?[\\]/))))
  const files = (await repository.listFiles(at, folder, { recurse: pattern.includes('**'), most: MOST_BESIDE })) ?? []
  return files.flatMap(({ path, kind }) => (kind === 'file' ? [path] : []))
}
