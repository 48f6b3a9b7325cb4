import { compileGlob, type Budget } from '../../domain/application/directory-glob.ts'
import { clean } from '../../domain/application/inputs.ts'
import type { NamedFile, UsedFiles } from './chart-files.ts'
import { asGlob, join, type Look } from './look.ts'

/** More entries of a folder are not named one by one. */
export const MOST_ENTRIES = 50
/** Nobody reads these from a template without naming them. */
const FOR_PEOPLE =
  /^(?:.*\.(?:md|markdown|adoc|rst)|(?:LICEN[CS]E|NOTICE|OWNERS|CODEOWNERS|Makefile)(?:\..*)?|ci|\.git.*|\.argocd-source.*)$/i
/** Nor these, but where a name is worked out. */
const OF_ENVIRONMENTS = /^values(?:[-_.].*)?$/i

/** A file of a chart by its name in it, and where it lies: elsewhere, where a link leads to it. */
export interface ChartFile {
  readonly name: string
  readonly path: string
  readonly kind: 'file' | 'symlink' | 'submodule'
}

/** The first part of a name. */
export function top(name: string): string {
  const end = name.indexOf('/')
  return end < 0 ? name : name.slice(0, end)
}

/** A file, or the files that a link leads to, to the end; a folder that it leads to is read as a whole, as Helm does. */
export async function followed(look: Look, file: ChartFile, seen: Set<string> = new Set()): Promise<readonly ChartFile[]> {
  if (file.kind === 'file') return [file]
  const place = await look.locate(file.path)
  if (place.kind === 'unknown') return []
  // Where nothing is, it would be read if it were there.
  look.named(place.path)
  if (place.kind === 'file') return [{ ...file, path: place.path, kind: 'file' }]
  if (seen.has(place.path)) return []
  seen.add(place.path)
  const found: ChartFile[] = []
  for (const below of (await look.list(place.path, true)) ?? []) {
    const name = join(file.name, place.path === '' ? below.path : below.path.slice(place.path.length + 1))
    found.push(...(await followed(look, { ...below, name }, seen)))
  }
  return found
}

/** Of a chart and all that it depends on. */
interface Others {
  files: readonly ChartFile[]
  used: UsedFiles
  isPartial: boolean
  /** What globs may still cost. Once it is spent, all of the chart's files are read. */
  budget: Budget
}

/** Other files of the chart are inputs only where a template uses `.Files`. */
export async function readOthers(look: Look, folder: string, others: Others): Promise<void> {
  const { files, used } = others
  const hasLinks = files.some(({ kind }) => kind !== 'file')
  // What a glob finds behind links, Git does not say.
  let { besides } = used
  if (hasLinks && besides !== 'all' && used.named.some(({ glob }) => glob !== 'no')) besides = 'any'
  for (const one of used.named) {
    if (one.glob !== 'no') {
      if (!nameByGlob(look, folder, one, others)) besides = 'all'
      // Each may cost a tenth of a second.
      await new Promise((resolve) => setImmediate(resolve))
      continue
    }
    const path = clean(`${folder}/${one.name}`)
    if (path === undefined) continue
    look.named(path)
    if (hasLinks) await followed(look, { name: one.name, path, kind: 'symlink' })
  }
  if (besides === 'none') return
  const isSpared = (name: string): boolean => FOR_PEOPLE.test(name) || (besides === 'some' && OF_ENVIRONMENTS.test(name))
  const left = besides === 'all' ? files : files.filter(({ name }) => !isSpared(top(name)))
  const entries = new Set(left.map(({ name }) => join(folder, top(name))))
  for (const entry of entries.size > MOST_ENTRIES ? [folder] : entries) look.candidate(entry)
  const spared =
    besides === 'any' ? new Set(files.filter(({ name }) => isSpared(top(name))).map(({ name }) => join(folder, top(name)))) : []
  for (const entry of spared) look.perhaps(entry)
  for (const file of left) await followed(look, file)
}

/**
 * What a glob finds: for Git to look for where it understands the glob and Helm leaves nothing out, else file by file.
 * @returns whether it is known
 */
function nameByGlob(look: Look, folder: string, { name, glob, isWorkedOut }: NamedFile, { files, isPartial, budget }: Others): boolean {
  if (glob === 'plain' && !isPartial) {
    look.named(`${asGlob(folder)}${folder === '' ? '' : '/'}${name}`, true)
    return true
  }
  if (budget.left < 0) return false
  const matches = compileGlob(name, budget, '/')
  const found = files.filter((file) => matches?.(file.name) === true)
  if (!matches || budget.left < 0 || found.length > MOST_ENTRIES) return false
  for (const { path } of found) look[isWorkedOut ? 'candidate' : 'named'](path)
  return true
}
