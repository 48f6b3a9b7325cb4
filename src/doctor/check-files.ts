import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import type { NamedFile } from '../config/named-files.ts'
import { fail, ok, warn, type Finding } from '../ports/finding.ts'

const SUBJECT = 'files'
/** Of `stat.mode`: others than the owner and the group may read it. */
const OTHERS_READ = 0o004

/** Each file that the configuration names: whether it is there, a file, not empty, may be read, and, of a secret, by others too. */
export async function checkFiles(named: readonly NamedFile[]): Promise<readonly Finding[]> {
  if (named.length === 0) return []
  const findings = (await Promise.all(named.map(checkFile))).filter((finding) => finding !== undefined)
  const good = named.length - findings.length
  return good === 0
    ? findings
    : [ok(SUBJECT, `${good} of ${named.length} that the configuration names are there and can be read`), ...findings]
}

async function checkFile({ path, file, isPrivate }: NamedFile): Promise<Finding | undefined> {
  const about = `${file} (${path})`
  try {
    const found = await stat(file)
    if (!found.isFile())
      return fail(SUBJECT, `${about} is no file`, 'Name the file itself. Of a Secret that is mounted, it is the key below the folder.')
    if (found.size === 0) return fail(SUBJECT, `${about} is empty`, 'Write into it what it is for, and check what wrote it.')
    await access(file, constants.R_OK)
    return isPrivate && (found.mode & OTHERS_READ) !== 0
      ? warn(SUBJECT, `${about} can be read by everybody on this machine`, `Take that away: chmod o-rwx ${JSON.stringify(file)}`)
      : undefined
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown'
    const says = code === 'ENOENT' || code === 'ENOTDIR' ? 'is not there' : `cannot be read, ${code}`
    return fail(SUBJECT, `${about} ${says}`, 'Make it, or correct the path: it is relative to the folder of the configuration.')
  }
}
