import { matchesPath } from '../../domain/words/glob.ts'
import { parentOf } from './look.ts'

interface Rule {
  readonly pattern: string
  readonly isFolder: boolean
  /** Only the last part of a name is compared. */
  readonly isBare: boolean
}

/** Helm's own. */
const DEFAULT = 'templates/.?*'
/** Of rules that say what to keep, and in the fuller language of Go's patterns, nothing is left out: more is read then than Helm does. */
const FULLER = /^!|\*\*|[[\\]/
/** Characters of names times those of rules: strangers write both. Above that, nothing is left out either. */
const MOST_STEPS = 2_000_000

/** Those of a chart's files that Helm does not read, by what its `.helmignore` says. Source: Helm `pkg/ignore/rules.go`. */
export function leftOutByHelm(names: readonly string[], text: string): ReadonlySet<string> {
  const lines = text.split('\n').map((line) => line.replace(/^\uFEFF/, '').trim())
  const rules = [...lines.filter((line) => line !== '' && !line.startsWith('#')), DEFAULT]
  const folders = foldersOf(names, MOST_STEPS / rules.join('').length)
  if (!folders || rules.some((rule) => FULLER.test(rule))) return new Set()
  const read = rules.map(readRule)
  const leftOut = new Set<string>()
  for (const folder of folders) if (leftOut.has(parentOf(folder)) || read.some((rule) => matches(rule, folder))) leftOut.add(folder)
  const ofFiles = read.filter(({ isFolder }) => !isFolder)
  return new Set(names.filter((name) => leftOut.has(parentOf(name)) || ofFiles.some((rule) => matches(rule, name))))
}

/** All folders that names lie in, each after its own; undefined where they have more than so many characters together with the names. */
function foldersOf(names: readonly string[], most: number): readonly string[] | undefined {
  const folders = new Set<string>()
  let left = most
  for (const name of names) {
    left -= name.length
    for (let folder = parentOf(name); left >= 0 && folder !== '' && !folders.has(folder); folder = parentOf(folder)) {
      folders.add(folder)
      left -= folder.length
    }
    if (left < 0) return undefined
  }
  return [...folders].toSorted((one, other) => one.length - other.length)
}

function readRule(text: string): Rule {
  const isFolder = text.endsWith('/')
  const pattern = isFolder ? text.slice(0, -1) : text
  return { pattern: pattern.replace(/^\//, ''), isFolder, isBare: !pattern.includes('/') }
}

function matches({ pattern, isBare }: Rule, name: string): boolean {
  return matchesPath(isBare ? name.slice(name.lastIndexOf('/') + 1) : name, pattern)
}
