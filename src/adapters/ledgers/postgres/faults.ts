import { DatabaseError } from 'pg'
import { KedgeError, type ErrorCode } from '../../../domain/errors.ts'
import { meaningOf, type Meaning } from './sqlstate.ts'

// SQLSTATE codes, https://www.postgresql.org/docs/current/errcodes-appendix.html.
const UNIQUE = '23505'
const READ_ONLY = '25006'
const CANCELED = '57014'
const LOCK_NOT_AVAILABLE = '55P03'
const FORBIDDEN = '42501'
const INTERNAL = 'XX000'
const FILE_MISSING = '58P01'
const DISK_FULL = '53100'
const OUT_OF_MEMORY = '53200'
const SYSTEM = '58000'

const STANDING: ReadonlySet<string> = new Set([INTERNAL, FILE_MISSING])
const UNSETTLED: ReadonlySet<string> = new Set([INTERNAL, DISK_FULL, OUT_OF_MEMORY, SYSTEM])

/** What a database said, by its code; what is not here is told in its own words. */
const WHAT: Readonly<Record<string, string>> = {
  '25P03': 'the transaction stood still for longer than ledger.leaseSeconds',
  '25P04': 'the transaction took longer than the server lets any take (transaction_timeout)',
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
  '58000': 'the system of the server reports a fault',
  '58030': 'the disk of the server reports an error',
  '58P01': 'a file of the server is missing',
  XX000: 'the server reports a fault of its own',
  XX001: 'the database reports damage',
  XX002: 'the database reports damage',
}

/** The transaction was sent to be committed, and no answer came, or none that settles it: it may have been, or may yet be. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome'
}

/** Nobody answered, or not as a server does: what `pg` says of its connection, without a SQLSTATE. */
class ConnectionBroken extends Error {
  override readonly name = 'ConnectionBroken'
}

/** A number of the database that no Kedge has written. */
export class UnreadableNumber extends RangeError {
  override readonly name = 'UnreadableNumber'
}

/** Faults of a program, this one's or `pg`'s: that of a connection is none of them. */
const OF_PROGRAMS = [TypeError, RangeError, SyntaxError, ReferenceError, URIError, EvalError]

/** To be said of what `pg` has thrown, where it was asked: nothing else can tell its connection from a fault of our own. */
export function askedFault(fault: unknown): unknown {
  const isOther = stateOf(fault) !== undefined || fault instanceof KedgeError || OF_PROGRAMS.some((own) => fault instanceof own)
  return isOther ? fault : new ConnectionBroken(fault instanceof Error ? wordsOf(fault) : String(fault), { cause: fault })
}

/**
 * To be said of a fault after which the connection is of no use. What is wrong with a row or a table ends a statement, and leaves the
 * connection: XX000 that took it along is a fault of whoever is in between (Supavisor calls its own so), or of one process.
 */
export function endedFault(fault: unknown): unknown {
  return stateOf(fault) === INTERNAL ? new ConnectionBroken(describe(fault), { cause: fault }) : fault
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
  return fault instanceof ConnectionBroken || fault instanceof UnknownOutcome || meaning(fault) === 'away'
}

/**
 * At the end of a transaction: whether it was kept is not known. A server that cannot write its log goes down with it, and may find the
 * transaction in there when it is back; a pooler has faults of its own.
 */
export function isUnsettled(fault: unknown): boolean {
  return isConnectionLost(fault) || !(fault instanceof DatabaseError) || meaning(fault) === 'disk' || UNSETTLED.has(fault.code ?? '')
}

/** A row of some length that no row has, or a piece of a table that is gone: every walk meets it, though the server may call it passing. */
export function isStanding(fault: unknown): boolean {
  return STANDING.has(stateOf(fault) ?? '')
}

/** What the database says is not what was written to it. */
export function isDamage(fault: unknown): boolean {
  return fault instanceof UnreadableNumber || meaning(fault) === 'damage'
}

/** Undefined for what no server has said. */
function meaning(fault: unknown): Meaning | undefined {
  const state = stateOf(fault)
  return state === undefined ? undefined : meaningOf(state)
}

/** The role lacks a right. */
export function isForbidden(fault: unknown): boolean {
  return stateOf(fault) === FORBIDDEN
}

/** Another program has written what this one does not know: it can go on with the same ledger, this one never. */
export function isUnreadable(fault: unknown): fault is KedgeError {
  return fault instanceof KedgeError && (fault.code === 'E_LEDGER_NEWER' || fault.code === 'E_LEDGER_DOCUMENT')
}

/** A refused write or read as people are told it. Nothing of the transaction was kept. */
export function workFault(name: string, fault: unknown): KedgeError {
  return told(fault, `ledger ${name}`, 'E_LEDGER_WRITE')
}

/** A failed open as people are told it. */
export function openFault(name: string, fault: unknown): KedgeError {
  return told(fault, `ledger ${name} cannot be opened`, 'E_LEDGER_OPEN')
}

/** @param refused the code for what the server has refused */
function told(fault: unknown, what: string, refused: ErrorCode): KedgeError {
  if (fault instanceof KedgeError) return fault
  const code = codeOf(fault, refused)
  // A server reads its file anew each time, so that one goes on by itself; of a ledger in a file nobody knows what is written by then.
  const goesOn = code === 'E_LEDGER_DISK' && { retryable: true }
  return new KedgeError(code, `${what}: ${describe(fault)}`, { cause: fault, ...goesOn })
}

function codeOf(fault: unknown, refused: ErrorCode): ErrorCode {
  if (isAway(fault)) return 'E_LEDGER_UNREACHABLE'
  if (isDamage(fault)) return 'E_LEDGER_BROKEN'
  const said = meaning(fault)
  if (said === 'disk') return 'E_LEDGER_DISK'
  return said === undefined || said === 'ours' ? 'E_INTERNAL' : refused
}

/** What is wrong, without what the server was asked: that may hold anything. Its words may be in any language, its code is in none. */
export function describe(fault: unknown): string {
  const state = stateOf(fault)
  const own = fault instanceof Error ? wordsOf(fault) : String(fault)
  if (state === undefined) return own
  return `${WHAT[state] ?? 'the server refuses it'} (${state}: ${own})`
}

/** A fault of several addresses of one host has its words in the parts. */
function wordsOf(fault: Error): string {
  const words = fault instanceof AggregateError ? fault.errors.map(String).join('; ') : fault.message
  return words === '' ? fault.name : words
}
