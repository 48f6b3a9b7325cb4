import { KedgeError } from '../../domain/errors.ts'

export const CALLED = 'git cat-file'

/** What lies under a name. `content` is empty where only the size was asked for, and no more than the beginning where no more was. */
export interface GitObject {
  oid: string
  type: string
  /** Bytes. */
  size: number
  content: Buffer
}

export interface Question {
  verb: 'info' | 'contents'
  names: readonly Buffer[]
  /** Bytes of a content that are wanted. */
  most: number
}

export type Answer = readonly (GitObject | undefined)[]

interface Answers {
  /** One for each name, in their order, once `take` says that all are read. */
  readonly read: Answer
  take(chunk: Buffer): boolean
}

/** Of what one process says, in pieces of any size. @throws KedgeError E_GIT_BROKEN_MIRROR */
export function readAnswers({ verb, names, most }: Question): Answers {
  const read: (GitObject | undefined)[] = []
  let chunks: Buffer[] = []
  let length = 0
  /** With fewer bytes than this the next answer is not whole; 0 where nobody knows yet. */
  let wanted = 0
  /** So many bytes that come next are nothing that was asked for. */
  let unwanted = 0
  return {
    read,
    take(chunk) {
      const rest = chunk.subarray(Math.min(unwanted, chunk.length))
      unwanted -= chunk.length - rest.length
      chunks.push(rest)
      length += rest.length
      if (length < wanted || unwanted > 0) return false
      let bytes = Buffer.concat(chunks)
      for (let name = names[read.length]; name && unwanted === 0; name = names[read.length]) {
        const answer = readAnswer({ verb, name, most }, bytes)
        if ('wanted' in answer) {
          wanted = answer.wanted
          break
        }
        read.push(answer.object)
        wanted = 0
        unwanted = Math.max(0, answer.end - bytes.length)
        bytes = bytes.subarray(answer.end)
      }
      chunks = [bytes]
      length = bytes.length
      return read.length === names.length && unwanted === 0
    },
  }
}

/** The answer that begins the bytes, and where it ends, be that beyond them; or how many are wanted for it. */
function readAnswer(
  { verb, name, most }: Pick<Question, 'verb' | 'most'> & { name: Buffer },
  bytes: Buffer,
): { object: GitObject | undefined; end: number } | { wanted: number } {
  // A name comes back as it is, and may hold line ends.
  const missing = Buffer.concat([name, Buffer.from(' missing\n')])
  const both = Math.min(missing.length, bytes.length)
  if (bytes.subarray(0, both).equals(missing.subarray(0, both)))
    return both < missing.length ? { wanted: both + 1 } : { object: undefined, end: both }
  const end = bytes.indexOf(0x0a) + 1
  if (end === 0) return { wanted: bytes.length + 1 }
  const [, oid = '', type = '', text] = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)\n$/.exec(bytes.toString('latin1', 0, end)) ?? []
  if (text === undefined) throw new KedgeError('E_GIT_BROKEN_MIRROR', `${CALLED} gave no answer to a question`)
  const size = Number(text)
  if (verb === 'info') return { object: { oid, type, size, content: Buffer.alloc(0) }, end }
  const kept = end + Math.min(size, most)
  if (bytes.length < (size > most ? kept : kept + 1)) return { wanted: kept + (size > most ? 0 : 1) }
  return { object: { oid, type, size, content: bytes.subarray(end, kept) }, end: end + size + 1 }
}
