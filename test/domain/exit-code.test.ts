import { expect, test } from 'vitest'
import { ERRORS, KedgeError, type ErrorCode } from '../../src/domain/errors.ts'
import {
  EXIT,
  exitCodeOf,
  exitCodeOfFault,
  exitCodeOfLoss,
  isUnanswered,
  standingOfHealth,
  standingOfState,
} from '../../src/domain/exit-code.ts'

test('what is known to be bad counts before what could not be seen, and nothing asked is fine', () => {
  expect(exitCodeOf(['fine', 'unseen', 'bad'])).toBe(EXIT.bad)
  expect(exitCodeOf(['fine', 'unseen'])).toBe(EXIT.unseen)
  expect(exitCodeOf(['fine'])).toBe(EXIT.fine)
  expect(exitCodeOf([])).toBe(EXIT.fine)
})

test.each([
  ['in-step', 'fine'],
  ['rolling', 'fine'],
  ['unknown', 'unseen'],
  ['split', 'bad'],
  ['aborting', 'bad'],
  ['stuck', 'bad'],
  ['first-deploy-failed', 'bad'],
  ['invalid-spec', 'bad'],
  ['undone', 'bad'],
  ['waiting-for-sync', 'bad'],
] as const)('the state %s is %s', (state, standing) => {
  expect(standingOfState(state)).toBe(standing)
})

test.each([
  ['Healthy', 'fine'],
  ['Progressing', 'fine'],
  ['Suspended', 'fine'],
  ['Degraded', 'bad'],
  ['Missing', 'bad'],
  ['Unknown', 'unseen'],
] as const)('the health %s is %s', (status, standing) => {
  expect(standingOfHealth(status)).toBe(standing)
})

test.each<[ErrorCode, number]>([
  ['E_LEDGER_BROKEN', EXIT.bad],
  ['E_LEDGER_DISK', EXIT.disk],
  ['E_CONFIG_INVALID', EXIT.misuse],
  ['E_LISTEN', EXIT.misuse],
  ['E_HTTP_NOT_FOUND', EXIT.misuse],
  ['E_FILE_UNREADABLE', EXIT.misuse],
  ['E_RECORDING_UNREADABLE', EXIT.misuse],
  ['E_CLUSTER_CONFIG', EXIT.misuse],
  ['E_SERVER_UNREACHABLE', EXIT.unseen],
  ['E_CLUSTER_FORBIDDEN', EXIT.unseen],
  ['E_GIT_AUTH', EXIT.unseen],
  ['E_FORGE_RATE_LIMITED', EXIT.unseen],
  ['E_INTERNAL', EXIT.unseen],
])('a command that %s ends exits with %i', (code, exit) => {
  expect(exitCodeOfFault(new KedgeError(code, 'x'))).toBe(exit)
})

test.each<[ErrorCode, number]>([
  ['E_LEDGER_DISK', EXIT.disk],
  ['E_LEDGER_LOST', EXIT.lost],
  ['E_LEDGER_BROKEN', EXIT.lost],
  ['E_LEDGER_FENCED', EXIT.lost],
])('a service that %s ends exits with %i', (code, exit) => {
  expect(exitCodeOfLoss(new KedgeError(code, 'x'))).toBe(exit)
})

const FAULTS = (Object.keys(ERRORS) as ErrorCode[]).map((code) => new KedgeError(code, 'x'))

test('no fault is fine', () => {
  expect(FAULTS.filter((fault) => exitCodeOfFault(fault) === EXIT.fine)).toEqual([])
})

test('who did not answer was not seen, by every code', () => {
  const silent = FAULTS.filter(({ code }) => /_(?:UNREACHABLE|TIMEOUT|RATE_LIMITED)$/.test(code))
  expect(silent.filter((fault) => !isUnanswered(fault))).toEqual([])
  expect(FAULTS.filter((fault) => isUnanswered(fault) && exitCodeOfFault(fault) !== EXIT.unseen)).toEqual([])
})

test('what has no code is a fault of Kedge, which has seen nothing then', () => {
  expect(exitCodeOfFault(new TypeError('x is undefined'))).toBe(EXIT.unseen)
  expect(isUnanswered('text')).toBe(true)
})

test('who was refused was not seen by a command, and yet the refusal is an answer', () => {
  const refusal = new KedgeError('E_CLUSTER_FORBIDDEN', 'x')
  expect([exitCodeOfFault(refusal), isUnanswered(refusal)]).toEqual([EXIT.unseen, false])
})
