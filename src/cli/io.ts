import { text } from 'node:stream/consumers'

/** What a command may touch of its terminal. Tests pass an object that remembers. */
export interface CliIo {
  stdout(text: string): void
  stderr(text: string): void
  /** Everything on standard input, as UTF-8; waits for its end. */
  stdin(): Promise<string>
}

/** The terminal of this process. */
export function createProcessIo(): CliIo {
  return {
    stdout: (line) => void process.stdout.write(line),
    stderr: (line) => void process.stderr.write(line),
    stdin: () => text(process.stdin),
  }
}
