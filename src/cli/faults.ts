import { KedgeError, type ErrorCode } from '../domain/errors.ts'
import { plainText } from '../domain/words/plain-text.ts'
import type { CliIo } from './terminal/io.ts'

/** Faults that say "could not see", not "wrong use": somebody else did not answer, or not as expected. */
const UNSEEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'E_SERVER_UNREACHABLE',
  'E_SERVER_ANSWER',
  'E_HTTP_UNAVAILABLE',
  'E_CLUSTER_UNREACHABLE',
  'E_CLUSTER_AUTH',
  'E_CLUSTER_FORBIDDEN',
  'E_CLUSTER_ABSENT',
  'E_CLUSTER_ANSWER',
  'E_FORGE_UNREACHABLE',
  'E_GIT_UNREACHABLE',
  'E_INTERNAL',
])

/**
 * Tells a fault with what to do about it, and says which exit code it means: 1 a broken chain, 2 wrong use or
 * configuration, 3 could not see.
 */
export function reportFault(fault: unknown, io: CliIo): 1 | 2 | 3 {
  if (fault instanceof KedgeError) {
    io.stderr(`kedge: ${fault.message}\n${fault.advice}\n`)
    if (fault.code === 'E_LEDGER_BROKEN') return 1
    return UNSEEN.has(fault.code) ? 3 : 2
  }
  const what = fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault)
  io.stderr(`kedge: ${new KedgeError('E_INTERNAL', plainText(what, 500)).message}\n`)
  return 3
}
