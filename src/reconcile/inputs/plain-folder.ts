import { chooseManifests } from '../../domain/application/directory-files.ts'
import type { DirectoryOptions } from '../../domain/application/snapshots.ts'
import type { TreeFile } from '../../ports/git.ts'
import { readJsonnet } from './jsonnet.ts'
import { asGlob, join, type Look } from './look.ts'

/** Characters of names. Of more files than that, Git could not be asked by name: then the folder's others count, too. */
const MOST_LISTED = 10_000
/** What Git is asked with for each name. */
const AROUND = 20
const ENDINGS = ['yaml', 'yml', 'json', 'jsonnet'] as const
/** What would make another tool of it. */
export const MARKS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization', 'Chart.yaml'] as const

/**
 * Reads a folder of plain manifests: those files that its options choose, and what Jsonnet among them imports. `asked`: the folder by the
 * Application's name for it, before links.
 */
export async function readPlainFolder(
  look: Look,
  folder: string,
  { options, libraries, asked }: { options: DirectoryOptions; libraries: readonly string[]; asked: string },
): Promise<void> {
  for (const mark of MARKS) look.own(join(folder, mark))
  const files = (await look.list(folder, options.recurse)) ?? []
  if (options.recurse) for (const { path, kind } of files) if (kind === 'submodule') look.unknown(`the submodule ${path}`)
  const byName = new Map(files.map((file) => [folder === '' ? file.path : file.path.slice(folder.length + 1), file]))
  const chosen = chooseManifests([...byName.keys()], options)
  if (!chosen) {
    look.own(folder)
    return look.unknown(`the include or exclude of ${folder || 'the folder'}`)
  }
  const hasPatterns = options.include !== undefined || options.exclude !== undefined
  const isListed = hasPatterns && chosen.reduce((size, name) => size + folder.length + name.length + AROUND, 0) <= MOST_LISTED
  if (!isListed) for (const pattern of patternsOf(folder, options)) look.own(pattern, true)
  const code: string[] = []
  const isChosen = new Set(chosen)
  for (const [name, file] of byName) {
    if (!isChosen.has(name)) continue
    if (isListed) look.own(file.path)
    const place = await placeOf(look, file)
    if (place === 'file' && file.path.endsWith('.jsonnet')) code.push(join(asked, name))
  }
  if (code.length > 0 && options.importsByCode) look.unknown('what the Application’s own Jsonnet variables import')
  await readJsonnet(look, code, [...libraries.toReversed(), asked])
}

/** What it is, after links: of one, the file is read that it leads to. */
async function placeOf(look: Look, { kind, path }: TreeFile): Promise<string> {
  if (kind === 'file') return kind
  const place = await look.locate(path)
  if (place.kind === 'file' && place.path !== path) look.named(place.path)
  return place.kind
}

/** What is read though it is not there yet. */
function patternsOf(folder: string, { recurse, anyEnding }: DirectoryOptions): readonly string[] {
  const start = `${asGlob(folder)}${folder === '' ? '' : '/'}${recurse ? '**/' : ''}`
  return anyEnding ? [`${start}*`] : ENDINGS.map((ending) => `${start}*.${ending}`)
}
