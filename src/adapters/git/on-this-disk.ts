import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asCommitSha, type CommitSha } from '../../domain/application/commit.ts'
import type { MirrorLayout } from './mirror-files.ts'

/**
 * The head of a branch of a repository on this disk, as its file says: Git would start three processes to tell. Undefined where only Git
 * can: another protocol, packed refs, a branch that is not there.
 * Source: https://git-scm.com/docs/gitrepository-layout
 */
export async function headOnDisk(options: MirrorLayout, branch: string): Promise<CommitSha | undefined> {
  if (!options.borrowsOnDisk) return undefined
  const text = await readFile(join(fileURLToPath(options.remote.url), 'refs', 'heads', branch), 'latin1').catch(() => '')
  return asCommitSha(text.trim())
}
