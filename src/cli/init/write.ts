import { link, lstat, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { KedgeError } from '../../domain/errors.ts'

/** @throws KedgeError E_INIT_EXISTS where one of them is there and may not be replaced, or is no file */
export async function replaceable(paths: readonly string[], force: boolean): Promise<void> {
  for (const path of paths) {
    const found = await lstat(path).catch(() => undefined)
    if (found && !(force && found.isFile()))
      throw new KedgeError('E_INIT_EXISTS', force ? `${path} is there and is no plain file` : `${path} is there already`)
  }
}

/**
 * Writes each file beside its place first, so that what is there is whole at any time; a link is never followed. Where the second cannot be
 * written, the first is as it was, unless it was replaced.
 * @throws KedgeError E_INIT_EXISTS, also for what came in between; E_FILE_UNREADABLE where a folder cannot be written to
 */
export async function writeBoth(files: readonly { path: string; text: string }[], force: boolean): Promise<void> {
  const drafts = files.map(({ path }) => join(dirname(path), `.${basename(path)}.kedge-init`))
  const placed: string[] = []
  try {
    for (const [index, { text }] of files.entries()) await writeFile(drafts[index] ?? '', text, { flag: 'wx', mode: 0o644 })
    for (const [index, { path }] of files.entries()) {
      // A link fails where something has the name; a rename would replace it.
      if (force) await rename(drafts[index] ?? '', path)
      else await link(drafts[index] ?? '', path)
      if (!force) placed.push(path)
    }
  } catch (fault) {
    for (const path of placed) await rm(path, { force: true })
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : String(fault)
    const names = files.map(({ path }) => path).join(' and ')
    if (code === 'EEXIST') throw new KedgeError('E_INIT_EXISTS', `one of ${names} is there already`)
    throw new KedgeError('E_FILE_UNREADABLE', `${names} cannot be written, ${code}`)
  } finally {
    for (const draft of drafts) await rm(draft, { force: true })
  }
}
