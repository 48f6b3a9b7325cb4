import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { deflate } from 'node:zlib'
import { cannotWrite } from './faults.ts'
import { isLoose } from './mirror-files.ts'

export type ObjectType = 'tree' | 'blob' | 'commit'

const pack = promisify(deflate)
const headOf = (type: ObjectType, content: Buffer): string => `${type} ${content.length}\0`

/** The name that Git gives to an object; `oidLength`: of the repository's names. */
export function nameObject(type: ObjectType, content: Buffer, oidLength: number): string {
  return createHash(oidLength === 64 ? 'sha256' : 'sha1')
    .update(headOf(type, content))
    .update(content)
    .digest('hex')
}

/**
 * Writes an object as Git does, whole or not at all: one process each cost more than all else in a revert. What it names need not be here.
 * Not safe for two callers at once. Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage
 * @returns its name @throws KedgeError E_GIT_BROKEN_MIRROR the disk does not take it
 */
export async function writeObject(dir: string, type: ObjectType, content: Buffer): Promise<string> {
  const oid = nameObject(type, content, 40)
  if (await isLoose(dir, oid)) return oid
  const file = join(dir, 'objects', oid.slice(0, 2), oid.slice(2))
  const unfinished = join(dir, 'objects', 'tmp_obj_kedge')
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(unfinished, await pack(Buffer.concat([Buffer.from(headOf(type, content)), content])), { mode: 0o600 })
    await rename(unfinished, file)
  } catch (error) {
    throw cannotWrite(dir, error)
  }
  return oid
}
