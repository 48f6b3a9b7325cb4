import type { CliContext } from '../../src/cli/context.ts'
import { NOW } from '../http/fleet-fixture.ts'

/** A terminal that remembers, and an end that can be asked for. */
export interface Terminal extends CliContext {
  out(): string
  err(): string
  interrupt(): void
}

export function createTerminal(fields: Partial<Pick<CliContext, 'env' | 'isTerminal' | 'columns' | 'pause'>> = {}): Terminal {
  let out = ''
  let err = ''
  const ending = new AbortController()
  return {
    io: {
      stdout: (text) => void (out += text),
      stderr: (text) => void (err += text),
      stdin: () => Promise.resolve(''),
    },
    env: {},
    isTerminal: false,
    columns: () => undefined,
    now: () => NOW,
    pause: () => Promise.resolve(),
    interrupted: () => ending.signal,
    interrupt: () => ending.abort(),
    out: () => out,
    err: () => err,
    ...fields,
  }
}
