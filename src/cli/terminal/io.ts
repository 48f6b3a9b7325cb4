import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** What a command may touch of its terminal. Tests pass an object that remembers. */
export interface CliIo {
  stdout(text: string): void
  stderr(text: string): void
  /** Resolves once standard output has room again: who writes much waits for who reads slowly. Absent where there always is. */
  drained?(): Promise<void>
  /** Everything on standard input, as UTF-8; waits for its end. */
  stdin(): Promise<string>
}

/** What a shell says of a program that SIGPIPE ended: 128 + 13. */
const SIGPIPE_CODE = 141

/** The terminal of this process. A reader that has seen enough (`| head`) ends the process as it would any other. */
export function createProcessIo(): CliIo {
  for (const stream of [process.stdout, process.stderr])
    stream.once('error', (fault: NodeJS.ErrnoException) => {
      if (fault.code === 'EPIPE') process.exit(SIGPIPE_CODE)
      throw fault
    })
  return {
    stdout: (line) => void process.stdout.write(line),
    stderr: (line) => void process.stderr.write(line),
    drained: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
    },
    stdin: () => text(process.stdin),
  }
}
