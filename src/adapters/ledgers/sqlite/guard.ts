import type { KedgeError } from '../../../domain/errors.ts'
import { fatalFault } from './faults.ts'

/** Runs a read of the database. @throws KedgeError E_LEDGER_DISK, E_LEDGER_BROKEN; and what the read throws besides */
export type Guard = <T>(read: () => T) => T

/**
 * One rule for reads and writes: after a fault of the disk, or of what is on it, the ledger is ended. What is decided on is read from it,
 * and nobody may write for hours.
 */
export function createGuard(path: string, end: (fault: KedgeError) => void): Guard {
  return (read) => {
    try {
      return read()
    } catch (fault) {
      const fatal = fatalFault(path, fault)
      if (!fatal) throw fault
      end(fatal)
      throw fatal
    }
  }
}
