import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

/** Files that lie in no folder of `src`, so that no tests lie where they do: those that would show a fault of theirs first. */
const ROOTS: Readonly<Record<string, readonly string[]>> = {
  'src/registry.ts': ['test/service/vendors.test.ts', 'test/service/every-key.test.ts'],
  'src/replay.ts': ['test/simulation/replay.test.ts'],
  'src/replay-result.ts': ['test/simulation/replay.test.ts'],
}

/**
 * The tests that lie where the changed files do: `test/` mirrors `src/`, so that of `src/domain/revert/plan.ts` is
 * `test/domain/revert/plan.test.ts`, or else everything in `test/domain/revert/`, or else in `test/domain/`. A composition root has those
 * of its name, as `src/service.ts` has `test/service/`, or those that are named in {@link ROOTS}. Changed tests are their own, except on
 * the real bench. What a change means far away is for `npm test`.
 * @returns files and folders for vitest, none when nothing that has tests was changed
 */
export function nearestTests(changed: readonly string[] = changedFiles()): readonly string[] {
  const found = changed.flatMap(nearest)
  return [...new Set(found)].filter((test) => !found.some((folder) => test.startsWith(`${folder}/`)))
}

/** What is not committed yet; with nothing in hand, what the last commit changed. */
function changedFiles(): readonly string[] {
  const inHand = [...git('diff', '--name-only', '--diff-filter=d', 'HEAD'), ...git('ls-files', '--others', '--exclude-standard')]
  return inHand.length > 0 ? inHand : git('diff', '--name-only', '--diff-filter=d', 'HEAD~1', 'HEAD')
}

function git(...args: readonly string[]): readonly string[] {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    // The first commit of a shallow clone has none before it.
    return []
  }
}

function nearest(file: string): readonly string[] {
  if (/^test\/(?!e2e\/).*\.test\.ts$/.test(file)) return [file]
  if (ROOTS[file]) return ROOTS[file]
  const [room, ...rest] = file.replace(/\.[a-z]+$/, '').split('/')
  if (room !== 'src' && room !== 'tools') return []
  const mirrored = room === 'src' ? ['test', ...rest] : ['test', 'tools', ...rest]
  if (existsSync(`${path.join(...mirrored)}.test.ts`)) return [`${path.join(...mirrored)}.test.ts`]
  for (let depth = Math.max(mirrored.length - 1, 2); depth > 1; depth -= 1) {
    const folder = path.join(...mirrored.slice(0, depth))
    if (existsSync(folder)) return [folder]
  }
  return []
}
