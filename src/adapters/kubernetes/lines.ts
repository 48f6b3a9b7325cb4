import { ApiFault } from './api-fault.ts'

const NEWLINE = 0x0a
const FIRST_CAPACITY = 16 * 1024

/** Turns the chunks of a stream into its lines. */
export interface LineSplitter {
  /**
   * Calls `onLine` for each line that this chunk completes; the bytes are good until it returns.
   * @throws ApiFault malformed when a line grows beyond the cap
   */
  push(chunk: Buffer, onLine: (line: Buffer) => void): void
}

/**
 * A splitter for UTF-8 lines of at most `cap` bytes. A line is given only when it is whole, so that a chunk may end within a character; the
 * unfinished rest lies in one growing buffer, so that a stream of single bytes costs no more than its bytes.
 */
export function createLineSplitter(cap: number): LineSplitter {
  let rest = Buffer.alloc(0)
  let used = 0

  function keep(piece: Buffer): void {
    const needed = used + piece.length
    if (needed > cap) throw new ApiFault('malformed', `the server sent a line of more than ${cap} bytes`)
    if (needed > rest.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_CAPACITY, needed, Math.min(rest.length * 2, cap)))
      rest.copy(larger, 0, 0, used)
      rest = larger
    }
    piece.copy(rest, used)
    used = needed
  }

  function takeRest(): Buffer {
    const line = rest.subarray(0, used)
    used = 0
    // One large object must not hold its memory for as long as the watch lives.
    if (rest.length > FIRST_CAPACITY) rest = Buffer.alloc(0)
    return line
  }

  return {
    push(chunk, onLine) {
      let start = 0
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        if (used === 0 && end - start <= cap) {
          onLine(chunk.subarray(start, end))
        } else {
          keep(chunk.subarray(start, end))
          onLine(takeRest())
        }
        start = end + 1
      }
      if (start < chunk.length) keep(chunk.subarray(start))
    },
  }
}
