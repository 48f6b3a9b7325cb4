import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { deflateSync, inflateSync } from 'node:zlib'
import { nameObject, type ObjectType } from '../../../src/adapters/git/loose-object.ts'

// Objects of a repository on this disk, read and written without a process. Source: https://git-scm.com/docs/gitrepository-layout

const placeOf = (dir: string, oid: string): string => join(dir, 'objects', oid.slice(0, 2), oid.slice(2))

/** @throws Error ENOENT it is not here, or lies in a pack */
export function readLoose(dir: string, oid: string): { type: ObjectType; bytes: Buffer } {
  const whole = inflateSync(readFileSync(placeOf(dir, oid)))
  const end = whole.indexOf(0)
  return { type: whole.toString('latin1', 0, whole.indexOf(0x20)) as ObjectType, bytes: whole.subarray(end + 1) }
}

/** Writes an object that is not here yet, and gives its name. */
export function writeLoose(dir: string, type: ObjectType, content: Buffer): string {
  const oid = nameObject(type, content, 40)
  const bytes = (): Buffer => deflateSync(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]), { level: 1 })
  if (!existsSync(placeOf(dir, oid))) putFile(placeOf(dir, oid), bytes())
  return oid
}

/** Whole or not at all: Git may read at any time. */
export function putFile(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.lock`, content)
  renameSync(`${file}.lock`, file)
}

/** The branches that are in a folder of branches, sorted. Nothing packs refs where this is asked. */
export function looseBranches(dir: string, folder: string): readonly string[] {
  const root = join(dir, 'refs', 'heads')
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}
