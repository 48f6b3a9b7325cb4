import type { KedgeError } from '../../../domain/errors.ts'

/** A row of `kedge.leader` that this process holds. */
export interface HeldRow {
  cluster: string
  number: number
}

/** What an append stands on, as far as this process knows. The database has the last word: it looks at the numbers with every append. */
export interface Fence {
  /** The row in whose name something is to be appended. @throws KedgeError E_LEDGER_FENCED where there is none */
  row(): HeldRow
  /** Whether it is held still, as far as is known. */
  holds(row: HeldRow): boolean
  /** Why this process will never write again; undefined while it may. */
  fault(): KedgeError | undefined
  /** The database has refused the numbers. */
  refused(): KedgeError
  /** Ends the right to write for good. */
  lose(why: KedgeError): KedgeError
}
