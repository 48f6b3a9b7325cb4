import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * The tests that lie where the changed files do: `test/` mirrors `src/`, so that of `src/domain/revert/plan.ts` is
 * `test/domain/revert/plan.test.ts`, or else everything in `test/domain/revert/`, or else in `test/domain/`. Changed tests are their own,
 * except on the real bench. What a change means far away is for `npm test`.
 * @returns files and folders for vitest, none when nothing that has tests was changed
 */
export function nearestTests(changed: readonly string[] = changedFiles()): readonly string[] {
  const found = changed.map(nearest).filter((test) => test !== undefined)
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

function nearest(file: string): string | undefined {
  if (/^test\/(?!e2e\/).*\.test\.ts$/.test(file)) return file
  const [room, ...rest] = file.replace(/\.[a-z]+$/, '').split('/')
  if (room !== 'src' && room !== 'tools') return undefined
  const mirrored = room === 'src' ? ['test', ...rest] : ['test', 'tools', ...rest]
  if (existsSync(`${path.join(...mirrored)}.test.ts`)) return `${path.join(...mirrored)}.test.ts`
  for (let depth = mirrored.length - 1; depth > 1; depth -= 1) {
    const folder = path.join(...mirrored.slice(0, depth))
    if (existsSync(folder)) return folder
  }
  return undefined
}
