import { DatabaseError } from 'pg'
import { KedgeError, type ErrorCode } from '../../../domain/errors.ts'

// SQLSTATE codes, https://www.postgresql.org/docs/current/errcodes-appendix.html.
const UNIQUE = '23505'
const READ_ONLY = '25006'
const IDLE_FOR_TOO_LONG = '25P03'
const CANCELED = '57014'
const LOCK_NOT_AVAILABLE = '55P03'

/** Classes that say that this connection is of no use: connection faults, operator intervention (shutting down, starting up). */
const LOST = /^(?:08|57P)/

/** What a database said, by its code; what is not here is told in its own words. */
const WHAT: Readonly<Record<string, string>> = {
  '25P03': 'the transaction stood still for longer than ledger.leaseSeconds',
  '25006': 'the server takes no writes: it is a standby, or its disk is kept from filling up',
  '28000': 'the server does not let this user in',
  '28P01': 'the password is not right',
  '3D000': 'there is no database of this name',
  '42501': 'the role lacks a right',
  '53100': 'the disk of the server is full',
  '53200': 'the server is out of memory',
  '53300': 'the server has no connection left',
  '57014': 'the statement took longer than ledger.statementTimeoutSeconds',
  '57P01': 'the server is shutting down',
  '57P03': 'the server is starting up',
}

/** The transaction was sent to be committed, and no answer came: it may have been, or may yet be. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome'
}

function stateOf(fault: unknown): string | undefined {
  return fault instanceof DatabaseError ? fault.code : undefined
}

/** A row of this key is there already. */
export function isTaken(fault: unknown): boolean {
  return stateOf(fault) === UNIQUE
}

/** Somebody held for too long what the statement waited for. */
export function isWaitOver(fault: unknown): boolean {
  const state = stateOf(fault)
  return state === CANCELED || state === LOCK_NOT_AVAILABLE
}

/** Nothing that is sent over this connection will be answered, or not by a server that takes writes. */
export function isConnectionLost(fault: unknown): boolean {
  return isAway(fault) || stateOf(fault) === READ_ONLY
}

/** Nobody answered, so that the same may go through a moment later. */
function isAway(fault: unknown): boolean {
  const state = stateOf(fault)
  return state === undefined ? !(fault instanceof KedgeError) : LOST.test(state) || state === IDLE_FOR_TOO_LONG
}

/** Another program has written what this one does not know: it can go on with the same ledger, this one never. */
export function isUnreadable(fault: unknown): fault is KedgeError {
  return fault instanceof KedgeError && (fault.code === 'E_LEDGER_NEWER' || fault.code === 'E_LEDGER_DOCUMENT')
}

/** A refused write or read as people are told it. Nothing of the transaction was kept. */
export function workFault(name: string, fault: unknown): KedgeError {
  return told(isAway(fault) ? 'E_LEDGER_UNREACHABLE' : 'E_LEDGER_WRITE', `ledger ${name}: ${describe(fault)}`, fault)
}

/** A failed open as people are told it. */
export function openFault(name: string, fault: unknown): KedgeError {
  return told(isAway(fault) ? 'E_LEDGER_UNREACHABLE' : 'E_LEDGER_OPEN', `ledger ${name} cannot be opened: ${describe(fault)}`, fault)
}

function told(code: ErrorCode, what: string, cause: unknown): KedgeError {
  return cause instanceof KedgeError ? cause : new KedgeError(code, what, { cause })
}

/** What is wrong, without what the server was asked: that may hold anything. */
function describe(fault: unknown): string {
  const state = stateOf(fault)
  const known = state === undefined ? undefined : WHAT[state]
  const own = fault instanceof Error ? wordsOf(fault) : String(fault)
  return known === undefined ? own : `${known} (${own})`
}

/** A fault of several addresses of one host has its words in the parts. */
function wordsOf(fault: Error): string {
  const words = fault instanceof AggregateError ? fault.errors.map(String).join('; ') : fault.message
  return words === '' ? fault.name : words
}
