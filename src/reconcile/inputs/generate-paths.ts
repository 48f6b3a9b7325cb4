import type { InputPath } from '../../domain/application/commit.ts'
import { clean, generatePaths, gitSources, isAmong, LONGEST_GENERATE_PATHS, MOST_NAMES } from '../../domain/application/inputs.ts'
import type { ApplicationSpec } from '../../domain/application/snapshots.ts'
import { cutWithMark } from '../../domain/words/plain-text.ts'
import { parentOf, type Look } from './look.ts'

const ANNOTATION = 'manifest-generate-paths'
/** Files that patterns are held against, of one folder. */
const MOST_FILES = 5_000
/** Characters of patterns times those of names: strangers write both. */
const MOST_STEPS = 2_000_000

/** What `manifest-generate-paths` names, and why it cannot be believed; `unmatched`: entries that stand for nothing at this revision. */
export interface GeneratedRest {
  readonly paths: readonly InputPath[]
  readonly unmatched: readonly string[]
  readonly faults: readonly string[]
}

/**
 * Reads `manifest-generate-paths` as what an Application reads besides what can be followed. Argo CD does not mind a wrong one, so each
 * entry has to stand for something, and all of them for the folders of the sources. Undefined where there is none.
 * @throws KedgeError E_GIT_*
 */
export async function readGeneratePaths(look: Look, application: ApplicationSpec, repository: string): Promise<GeneratedRest | undefined> {
  const text = application.manifestGeneratePaths ?? ''
  if (text.length > LONGEST_GENERATE_PATHS) return fault(`${ANNOTATION}, which has more than ${LONGEST_GENERATE_PATHS} characters`)
  const entries = generatePaths(application, repository)
  if (entries.length === 0) return undefined
  if (entries.flatMap(({ paths }) => paths).length > MOST_NAMES) return fault(`${ANNOTATION}, which names more than ${MOST_NAMES} paths`)
  const [kept, unmatched, faults]: [InputPath[], string[], string[]] = [[], [], []]
  for (const { entry, paths } of entries) {
    if (!paths) faults.push(`${pathNamed(entry)}, which leaves the repository`)
    const found: InputPath[] = []
    for (const path of paths ?? []) found.push(...(await placesOf(look, path)))
    if (paths && found.length === 0) unmatched.push(entry)
    kept.push(...(paths ?? []), ...found)
  }
  for (const { source, repository: own } of gitSources(application)) {
    if (own !== repository || source.path === undefined) continue
    if (!(await isCovered(look, clean(source.path), kept))) faults.push(`${ANNOTATION}, which does not cover ${source.path || 'the root'}`)
  }
  return { paths: kept, unmatched, faults }
}

/** What is said of an entry that stands for nothing, at N nor at N+1. */
export function unmatchedEntry(entry: string): string {
  return `${pathNamed(entry)}, which names nothing in the repository`
}

/** So short that what is wrong with it is still said. */
function pathNamed(entry: string): string {
  return `the path ${cutWithMark(entry, 100)} of ${ANNOTATION}`
}

function fault(what: string): GeneratedRest {
  return { paths: [], unmatched: [], faults: [what] }
}

/** What is there, behind links: nothing where it is not. */
async function placesOf(look: Look, input: InputPath): Promise<readonly InputPath[]> {
  if (!input.glob) {
    const place = await look.locate(input.path)
    return place.kind === 'file' || place.kind === 'folder' ? [{ path: place.path, glob: false }] : []
  }
  const folder = parentOf(input.path.slice(0, input.path.search(/[*?[]/)))
  const files = (await look.list(folder, true)) ?? []
  if (stepsOf([input], files) > MOST_STEPS) return []
  return files.some(({ path }) => isAmong(path, [input])) ? [input] : []
}

async function isCovered(look: Look, folder: string | undefined, paths: readonly InputPath[]): Promise<boolean> {
  if (folder === undefined) return false
  if (
    isAmong(
      folder,
      paths.filter(({ glob }) => !glob),
    )
  )
    return true
  const place = await look.locate(folder)
  const files = place.kind === 'folder' ? await look.list(place.path, true) : []
  // What cannot be looked into is not covered for all that is known.
  if (!files || files.length >= MOST_FILES || stepsOf(paths, files) > MOST_STEPS) return false
  return place.kind !== 'unknown' && files.every(({ path }) => isAmong(path, paths))
}

function stepsOf(paths: readonly InputPath[], files: readonly { path: string }[]): number {
  const sum = (all: readonly { path: string }[]): number => all.reduce((length, { path }) => length + path.length, 0)
  return sum(paths.filter(({ glob }) => glob)) * sum(files)
}
