import type { ReadFile } from '../world/manifests.ts'

/** Every value in a file of the world, by the way to it; undefined where the file is none of JSON. */
function leavesOf(text: string | undefined): ReadonlyMap<string, string> | undefined {
  const leaves = new Map<string, string>()
  const walk = (value: unknown, at: string): void => {
    if (typeof value !== 'object' || value === null) return void leaves.set(at, JSON.stringify(value))
    for (const [key, below] of Object.entries(value)) walk(below, `${at}/${key}`)
  }
  try {
    for (const [index, document] of (text ?? '').split('---\n').entries())
      if (document.trim() !== '') walk(JSON.parse(document), `${index}`)
    return leaves
  } catch {
    return undefined
  }
}

interface States {
  path: string
  /** At N, under the PR, and in it. */
  good: ReadFile
  base: ReadFile
  made: ReadFile
  /** Every commit since N that changed the file, oldest first. */
  changes: readonly { commit: string; before: ReadFile; after: ReadFile }[]
  isCulprit: (commit: string) => boolean
}

/**
 * Whose change of a file that others have changed as well is taken back though it is none of a culprit's, or stays though it is one: value
 * by value, each told by who has changed it last.
 */
export function wronged({ path, good, base, made, changes, isCulprit }: States): { commit: string; how: 'taken' | 'left' } | undefined {
  const [then, under, now] = [good, base, made].map((read) => leavesOf(read(path)))
  const steps = changes.map(({ commit, before, after }) => ({ commit, before: leavesOf(before(path)), after: leavesOf(after(path)) }))
  const others = changes.findLast(({ commit }) => !isCulprit(commit))
  if (!then || !under || !now || steps.some(({ before, after }) => !before || !after))
    return others && others.after(path) !== made(path) ? { commit: others.commit, how: 'taken' } : undefined
  for (const leaf of new Set([...under.keys(), ...now.keys()])) {
    const changed = steps.filter(({ before, after }) => before?.get(leaf) !== after?.get(leaf))
    const last = changed.at(-1)
    // What somebody else made of it before the culprits came stays: N may have been brought back by hand since.
    const kept = changed.findLast(({ commit }) => !isCulprit(commit))
    const isTheirs = last !== undefined && isCulprit(last.commit)
    if (under.get(leaf) !== now.get(leaf) && !isTheirs) return { commit: last?.commit ?? others?.commit ?? '', how: 'taken' }
    if (isTheirs && now.get(leaf) !== (kept?.after ?? then).get(leaf)) return { commit: last.commit, how: 'left' }
  }
  return undefined
}
