import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { text } from 'node:stream/consumers'

/** What a command may touch of its terminal. Tests pass an object that remembers. */
export interface CliIo {
  stdout(text: string): void
  stderr(text: string): void
  /** Resolves once standard output has room again: who writes much waits for who reads slowly. Absent where there always is. */
  drained?(): Promise<void>
  /** Asks the person at the terminal; undefined where they have closed it. Absent where nobody sits there. */
  ask?(question: string): Promise<string | undefined>
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
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask: createAsk() }),
    stdin: () => text(process.stdin),
  }
}

/**
 * Questions, one after the other, on standard error: what a command answers with may be read by a program meanwhile. Lines that were typed
 * or pasted ahead are the next answers. While nothing is asked, it keeps the process from nothing.
 */
function createAsk(): (question: string) => Promise<string | undefined> {
  const ahead: string[] = []
  let waiting: ((answer: string | undefined) => void) | undefined
  let lines: Interface | undefined
  let isClosed = false
  const open = (): Interface => {
    const opened = createInterface({ input: process.stdin, output: process.stderr })
    opened.on('line', (line) => (waiting ? waiting(line) : ahead.push(line)))
    opened.on('SIGINT', () => opened.close())
    opened.once('close', () => {
      isClosed = true
      waiting?.(undefined)
    })
    return opened
  }
  return (question) => {
    lines ??= open()
    const asked = lines
    const typed = ahead.shift()
    if (typed !== undefined || isClosed) {
      process.stderr.write(`${question}${typed ?? ''}\n`)
      return Promise.resolve(typed)
    }
    return new Promise((resolve) => {
      waiting = (answer) => {
        waiting = undefined
        if (!isClosed) asked.pause()
        resolve(answer)
      }
      asked.setPrompt(question)
      asked.prompt()
    })
  }
}
