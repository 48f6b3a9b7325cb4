import type { FileManifests } from './manifests.ts'

export interface KnownFile {
  read: FileManifests
  /** Of its text, in characters. */
  length: number
}

/** What was found in a content of Git, by its name: most commits of a repository change none of a folder's files. */
export interface FileMemo {
  get(oid: string, fileName: string): KnownFile | undefined
  keep(oid: string, fileName: string, file: KnownFile): KnownFile
}

const MOST_FILES = 5_000
/** Of all manifests that are kept, in characters of their text. */
const MOST_TEXT = 8 * 1024 * 1024

/** A memo of bounded size; what was kept first goes first. */
export function createFileMemo(): FileMemo {
  const files = new Map<string, KnownFile>()
  let size = 0
  const sizeOf = ({ read }: KnownFile): number => ('fault' in read ? 0 : read.size)
  // The same bytes are read in another way under another ending.
  const keyOf = (oid: string, fileName: string): string => `${oid} ${fileName.endsWith('.json')}`
  return {
    get: (oid, fileName) => files.get(keyOf(oid, fileName)),
    keep(oid, fileName, file) {
      const known = files.get(keyOf(oid, fileName))
      if (known) return known
      files.set(keyOf(oid, fileName), file)
      size += sizeOf(file)
      for (const [key, oldest] of files) {
        if (files.size <= MOST_FILES && size <= MOST_TEXT) break
        files.delete(key)
        size -= sizeOf(oldest)
      }
      return file
    },
  }
}
