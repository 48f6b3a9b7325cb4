import { mkdir, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { KedgeError } from '../../domain/errors.ts'
import type { Checkpoint, CheckpointPlace } from '../../ports/signing.ts'
import { parseHead } from './checkpoint.ts'
import { parseNote } from './note.ts'
import { NOTE, splitNotes } from './split-notes.ts'

/** Nothing is there, or it may only be added to: whoever signs need not be able to read it. */
const UNREAD = new Set(['ENOENT', 'EACCES', 'EPERM'])
/** More than some checkpoints take. */
const LAST_BYTES = 8_192
/** So that names are in the order of the numbers: 2^53 has as many digits. */
const DIGITS = 16
const HASH_DIGITS = 16

/** Everybody may read what is public. */
const FILE_MODE = 0o644
const FOLDER_MODE = 0o755

/**
 * A folder, of a disk or of a bucket that is mounted: a file for each checkpoint, made anew and written at once, never opened again.
 * Needs nothing of the file system but that a name that is taken is refused.
 */
export function folderPlace(folder: string): CheckpointPlace {
  return {
    name: folder,
    async add(checkpoint) {
      try {
        await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
        await addFile(folder, checkpoint)
      } catch (cause) {
        throw writeFault(folder, cause)
      }
    },
    async newest() {
      try {
        const names = (await readdir(folder)).filter((name) => name.endsWith(NOTE)).toSorted()
        for (const name of names.toReversed()) {
          const there = headOf(await readFile(join(folder, name), 'utf8'))
          if (there) return there.head
        }
        return undefined
      } catch (cause) {
        if (UNREAD.has(codeOf(cause))) return undefined
        throw writeFault(folder, cause)
      }
    },
  }
}

const MOST_OF_ONE_HEAD = 100

async function addFile(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { sequence, hash } = checkpoint.head
  const name = `${String(sequence).padStart(DIGITS, '0')}-${hash.slice(0, HASH_DIGITS)}`
  for (let again = 1; again <= MOST_OF_ONE_HEAD; again += 1) {
    const file = join(folder, `${name}${again === 1 ? '' : `-${again}`}${NOTE}`)
    if (await makeFile(file, checkpoint.text)) return
    // The same head, signed before: by a process that was here before this one.
    if (await holds(file, checkpoint)) return
  }
  throw new KedgeError('E_CHECKPOINT_WRITE', `${folder} has ${MOST_OF_ONE_HEAD} files of record ${sequence} that are not its checkpoint`)
}

/** False where there is one of that name. */
async function makeFile(file: string, text: string): Promise<boolean> {
  try {
    await using handle = await open(file, 'wx', FILE_MODE)
    await writeWhole(handle, file, text)
    return true
  } catch (fault) {
    if (codeOf(fault) === 'EEXIST') return false
    throw fault
  }
}

/** A disk that is full would else get half of one at each try, each a fault to whoever checks. What lets nothing go keeps it. */
async function writeWhole(handle: FileHandle, file: string, text: string): Promise<void> {
  try {
    await handle.writeFile(text)
    await flush(handle)
  } catch (fault) {
    await rm(file).catch(() => undefined)
    throw fault
  }
}

async function holds(file: string, { head, text }: Checkpoint): Promise<boolean> {
  const there = headOf(await readFile(file, 'utf8'))
  return there?.origin === headOf(text)?.origin && there?.head.sequence === head.sequence && there.head.hash === head.hash
}

function headOf(note: string) {
  const parsed = parseNote(note)
  return parsed && parseHead(parsed.text)
}

/** One file, to whose end checkpoints are written, an empty line behind each. It may be one that can only be added to (`chattr +a`). */
export function filePlace(file: string): CheckpointPlace {
  return {
    name: file,
    async add({ text }) {
      try {
        await using handle = await open(file, 'a+', FILE_MODE)
        await handle.appendFile(`${await endOfHalf(handle)}${text}\n`)
        await flush(handle)
      } catch (cause) {
        throw writeFault(file, cause)
      }
    },
    async newest() {
      try {
        await using handle = await open(file, 'r')
        const { size } = await handle.stat()
        const end = Buffer.alloc(Math.min(size, LAST_BYTES))
        await handle.read(end, 0, end.length, size - end.length)
        const heads = splitNotes(end.toString('utf8')).flatMap((note) => headOf(note)?.head ?? [])
        return heads.at(-1)
      } catch (cause) {
        if (codeOf(cause) === 'ENOENT') return undefined
        throw writeFault(file, cause)
      }
    },
  }
}

/** What a write that was cut off by a power cut has left stays by itself. */
async function endOfHalf(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat()
  if (size === 0) return ''
  const end = Buffer.alloc(Math.min(size, 2))
  await handle.read(end, 0, end.length, size - end.length)
  return end.toString('latin1') === '\n\n' ? '' : '\n\n'
}

/** What buckets that are mounted answer who know no such thing: they have it once it is closed. */
const NO_FLUSH = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])

async function flush(handle: FileHandle): Promise<void> {
  try {
    await handle.sync()
  } catch (fault) {
    if (!NO_FLUSH.has(codeOf(fault))) throw fault
  }
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : ''
}

function writeFault(place: string, cause: unknown): KedgeError {
  if (cause instanceof KedgeError) return cause
  const why = cause instanceof Error ? cause.message : String(cause)
  return new KedgeError('E_CHECKPOINT_WRITE', `no checkpoint can be added to ${place}: ${why}`, { cause })
}
