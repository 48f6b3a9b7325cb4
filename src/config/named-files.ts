import { resolve } from 'node:path'
import { spellPath, type ConfigPath } from './faults.ts'
import type { ConfigFile } from './schema.ts'

/** A file that a configuration names to be read. */
export interface NamedFile {
  /** Where it is named: `forges[0].tokenFile`. */
  path: string
  /** By its absolute path. */
  file: string
  /** Whether nobody else is to read it. */
  isPrivate: boolean
}

/** By the names that all keys for files have; folders and what is written have others. */
const FOR_FILES = /^(?:kubeconfig|[a-z]\w*File)$/
/** Certificates and numbers that everybody may know. */
const PUBLIC = /^(?:caFile|idFile|installationIdFile)$/

/** Every file that a configuration names to be read, also in the entries of vendors, in its order. */
export function filesNamedIn(file: ConfigFile, folder: string): readonly NamedFile[] {
  return walk(file, [], folder)
}

function walk(value: unknown, path: ConfigPath, folder: string): readonly NamedFile[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    if (typeof member !== 'string') return walk(member, at, folder)
    return FOR_FILES.test(key) ? [{ path: spellPath(at), file: resolve(folder, member), isPrivate: !PUBLIC.test(key) }] : []
  })
}
