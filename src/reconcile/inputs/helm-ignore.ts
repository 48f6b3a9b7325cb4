import { matchesPath } from '../../domain/words/glob.ts'

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
  const folders = new Set(names.flatMap(foldersOf))
  const steps = rules.join('').length * [...names, ...folders].join('').length
  if (steps > MOST_STEPS || rules.some((rule) => FULLER.test(rule))) return new Set()
  const read = rules.map(readRule)
  const ofFolders = new Set([...folders].filter((folder) => read.some((rule) => matches(rule, folder))))
  const ofFiles = read.filter(({ isFolder }) => !isFolder)
  return new Set(names.filter((name) => foldersOf(name).some((one) => ofFolders.has(one)) || ofFiles.some((rule) => matches(rule, name))))
}

/** All folders that a name lies in. */
function foldersOf(name: string): readonly string[] {
  const parts = name.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

function readRule(text: string): Rule {
  const isFolder = text.endsWith('/')
  const pattern = isFolder ? text.slice(0, -1) : text
  return { pattern: pattern.replace(/^\//, ''), isFolder, isBare: !pattern.includes('/') }
}

function matches({ pattern, isBare }: Rule, name: string): boolean {
  return matchesPath(isBare ? name.slice(name.lastIndexOf('/') + 1) : name, pattern)
}
