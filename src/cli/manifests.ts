import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { KedgeError } from '../domain/errors.ts'
import type { CliIo } from './terminal/io.ts'

/** A Kubernetes object in a file; `-` is standard input. */
export interface Manifest {
  readonly file: string
  readonly object: ManifestObject
}

export interface ManifestObject {
  readonly apiVersion?: unknown
  readonly kind?: unknown
  readonly metadata?: unknown
}

/**
 * The files that a path names: itself (`-` too), or the `.yaml`, `.yml` and `.json` files of a folder and of the folders in it.
 * @throws KedgeError E_FILE_UNREADABLE
 */
export function filesAt(path: string): string[] {
  if (path === '-') return [path]
  return attempt(path, () => {
    if (!statSync(path).isDirectory()) return [path]
    const entries = readdirSync(path, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    return files.map((entry) => join(entry.parentPath, entry.name)).toSorted()
  })
}

/**
 * Reads every object of a file with one or several YAML or JSON documents, or of standard input (`-`). Lists, as
 * `kubectl get -o yaml` prints them, count as their items.
 * @throws KedgeError E_FILE_UNREADABLE, E_MANIFEST_MALFORMED
 */
export async function readManifests(file: string, io: CliIo): Promise<Manifest[]> {
  const text = file === '-' ? await io.stdin() : readText(file)
  return parseDocuments(file, text)
    .flatMap(objectsOf)
    .map((object) => ({ file, object }))
}

function readText(file: string): string {
  return attempt(file, () => readFileSync(file, 'utf8'))
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (fault) {
    throw new KedgeError('E_FILE_UNREADABLE', `${path}: ${fault instanceof Error ? fault.message : String(fault)}`, { cause: fault })
  }
}

function parseDocuments(file: string, text: string): unknown[] {
  // A stream without any document is an array with a property `empty`; as an array it is what it should be.
  const documents = parseAllDocuments(text, { logLevel: 'error' })
  try {
    return documents.map((document): unknown => {
      const [fault] = document.errors
      if (fault !== undefined) throw fault
      // toJS refuses documents whose aliases would multiply.
      return document.toJS()
    })
  } catch (fault) {
    const [firstLine = ''] = (fault instanceof Error ? fault.message : String(fault)).split('\n')
    throw new KedgeError('E_MANIFEST_MALFORMED', `${file}: ${firstLine}`, { cause: fault })
  }
}

function objectsOf(document: unknown): ManifestObject[] {
  if (typeof document !== 'object' || document === null) return []
  const { apiVersion, kind, items } = document as { apiVersion?: unknown; kind?: unknown; items?: unknown }
  if (!Array.isArray(items) || typeof kind !== 'string' || !kind.endsWith('List')) return [document]
  const objects = items.filter((item): item is object => typeof item === 'object' && item !== null)
  // The API server leaves kind and apiVersion out of the items of a RolloutList; kubectl's plain List keeps them.
  return kind === 'List' ? objects : objects.map((item) => ({ apiVersion, kind: kind.slice(0, -'List'.length), ...item }))
}
