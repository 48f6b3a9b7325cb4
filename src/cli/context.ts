import type { Command } from 'commander'
import { processEnvironment, type Environment } from '../config/env.ts'
import type { ExitCode } from '../domain/exit-code.ts'
import { createProcessIo, type CliIo } from './terminal/io.ts'

/** Everything around a command that it may look at. Tests pass their own. */
export interface CliContext {
  io: CliIo
  env: Environment
  /** Standard output is a terminal that a person looks at. */
  isTerminal: boolean
  /** Characters in a line of that terminal; undefined where nobody looks, so that nothing is cut for a program that reads on. */
  columns: () => number | undefined
  /** Epoch milliseconds. */
  now: () => number
  /** Resolves after so many milliseconds, at once where the end is wanted before. */
  pause: (milliseconds: number, end: AbortSignal) => Promise<void>
  /** Aborts when the person (Ctrl-C) or the system (SIGTERM) wants an end. */
  interrupted: () => AbortSignal
}

/** Takes what a command returns as its exit code. */
export type Settle = (run: Promise<ExitCode>) => Promise<void>

/**
 * Adds one command with its flags to the command line. What costs time to load (the service, the configuration, the
 * cluster's client) is loaded when the command runs, so that help stays quick.
 */
export type AddCommand = (program: Command, context: CliContext, settle: Settle) => void

/** What a timer holds; a longer one would end at once. */
const LONGEST_MS = 2 ** 31 - 1

function pause(milliseconds: number, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (end.aborted) return resolve()
    const timer = setTimeout(finish, Math.min(milliseconds, LONGEST_MS))
    end.addEventListener('abort', finish, { once: true })
    function finish(): void {
      clearTimeout(timer)
      end.removeEventListener('abort', finish)
      resolve()
    }
  })
}

/** The surroundings of this process. */
export function createProcessContext(): CliContext {
  return {
    io: createProcessIo(),
    env: processEnvironment(),
    isTerminal: process.stdout.isTTY,
    columns: () => (process.stdout.isTTY ? process.stdout.columns : undefined),
    now: () => Date.now(),
    pause,
    interrupted() {
      const controller = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort(new Error(signal)))
      return controller.signal
    },
  }
}
