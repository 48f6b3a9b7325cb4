import { relative } from 'node:path'
import { ROOT } from './bench.ts'
import type { Diary } from './diary.ts'

/** So many test files are asked once more, with every module anew, about a mutant that none has noticed: the nearest ones. */
const JUDGES = 4
/** Files that take longer do not judge. */
const JUDGE_MS = 5_000

/**
 * The test files that reach the mutant, from the project's root: its own first and those of its name, then its folder's, those
 * below it, then the short ones.
 */
export function judgesOf(diary: Diary, id: number, source: string): readonly string[] {
  const ms = new Map<string, number>()
  for (const test of diary.tests.values()) ms.set(test.file, (ms.get(test.file) ?? 0) + test.ms)
  const reaching = new Set([
    ...[...diary.tests.values()].filter(({ reached }) => reached.has(id)).map(({ file }) => file),
    ...[...diary.loaded].filter(([, reached]) => reached.has(id)).map(([file]) => file),
  ])
  const own = source.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts')
  const folder = own.slice(0, own.lastIndexOf('/') + 1)
  const family = own.replace(/\.test\.ts$/, '-')
  const rank = (file: string): number => {
    if (file === own) return 0
    if (file.startsWith(family)) return 1
    return !file.startsWith(folder) ? 4 : file.includes('/', folder.length) ? 3 : 2
  }
  const all = [...reaching]
    .map((path) => ({ file: relative(ROOT, path), ms: ms.get(path) ?? 0 }))
    .toSorted((a, b) => rank(a.file) - rank(b.file) || a.ms - b.ms)
  const short = all.filter((one) => one.ms <= JUDGE_MS)
  return (short.length > 0 ? short : all).slice(0, JUDGES).map(({ file }) => file)
}
