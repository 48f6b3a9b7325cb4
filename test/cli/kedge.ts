import { runCli } from '../../src/cli/program.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** What a command said, and its exit code. */
export interface Said {
  code: number
  out: string
  err: string
}

/** Runs a command at a terminal, a new one where none is given. */
export async function kedge(argv: readonly string[], terminal: Terminal = createTerminal()): Promise<Said> {
  const code = await runCli(argv, terminal)
  return { code, out: terminal.out(), err: terminal.err() }
}

/** A command of the ledger. */
export const kedgeLedger = (...args: readonly string[]): Promise<Said> => kedge(['ledger', ...args])

/** The head of a configuration's ledger, as `kedge ledger verify` finds it. */
export async function headOf(config: string): Promise<string> {
  return (JSON.parse((await kedgeLedger('verify', '-o', 'json', '-c', config)).out) as { head: string }).head
}
