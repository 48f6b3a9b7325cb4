import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { NOTE, splitNotes } from './split-notes.ts'

/** A note, or what should be one, and where it stands. */
export interface FoundNote {
  where: string
  note: string
}

const MOST_BYTES = 268_435_456

/**
 * Reads the checkpoints of a folder (of its files that end in `.note`) or of one file.
 * @throws the fault of the system; RangeError for a file that is larger than 256 MB
 */
export async function readNotes(place: string): Promise<readonly FoundNote[]> {
  if (!(await stat(place)).isDirectory()) return notesOf(place)
  const names = (await readdir(place)).filter((name) => name.endsWith(NOTE)).toSorted()
  const found: FoundNote[] = []
  for (const name of names) found.push(...(await notesOf(join(place, name))))
  return found
}

async function notesOf(file: string): Promise<readonly FoundNote[]> {
  if ((await stat(file)).size > MOST_BYTES) throw new RangeError(`${file} is larger than ${MOST_BYTES} bytes`)
  const notes = splitNotes(await readFile(file, 'utf8'))
  if (notes.length === 1) return notes.map((note) => ({ where: file, note }))
  return notes.map((note, index) => ({ where: `${file} (${index + 1} of ${notes.length})`, note }))
}
