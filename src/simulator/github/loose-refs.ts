import { access, readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

// Branches are asked for many times a second: as files they cost no process. Nothing here packs refs (`gc.auto=0`); where somebody has, git
// is asked. Source: Git's files backend, https://git-scm.com/docs/gitrepository-layout.

const SHA = /^[0-9a-f]{40}\n$/

/** The tip of a branch as its file says; undefined where there is no such file (an absent branch, a tag, a SHA, packed refs). */
export async function readLooseTip(directory: string, branch: string): Promise<string | undefined> {
  if (!/^[\w-][\w./-]*$/.test(branch) || branch.includes('..') || branch.endsWith('.lock')) return undefined
  const text = await readFile(join(directory, 'refs/heads', branch), 'latin1').catch(() => '')
  return SHA.test(text) ? text.trim() : undefined
}

/** Every branch with its tip; undefined where some are packed, or where git took a folder away meanwhile. */
export async function readLooseTips(directory: string): Promise<Map<string, string> | undefined> {
  if (await isThere(join(directory, 'packed-refs'))) return undefined
  const root = join(directory, 'refs/heads')
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => undefined)
  const files = entries?.filter((entry) => entry.isFile())
  if (!files) return undefined
  const names = files.map((file) => relative(root, join(file.parentPath, file.name)).split(sep).join('/'))
  const tips = await Promise.all(names.sort().map(async (name) => [name, await readLooseTip(directory, name)] as const))
  return new Map(tips.flatMap(([name, tip]) => (tip === undefined ? [] : [[name, tip] as const])))
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
