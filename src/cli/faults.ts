import { KedgeError } from '../domain/errors.ts'
import { exitCodeOfFault, type ExitCode } from '../domain/exit-code.ts'
import { plainText } from '../domain/words/plain-text.ts'
import type { CliIo } from './terminal/io.ts'

/** Tells a fault with what to do about it, and says with which code the command ends. */
export function reportFault(fault: unknown, io: CliIo): ExitCode {
  if (fault instanceof KedgeError) io.stderr(`kedge: ${fault.message}\n${fault.advice}\n`)
  else {
    const what = fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault)
    io.stderr(`kedge: ${new KedgeError('E_INTERNAL', plainText(what, 500)).message}\n`)
  }
  return exitCodeOfFault(fault)
}
