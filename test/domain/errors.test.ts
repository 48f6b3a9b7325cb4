import { describe, expect, it } from 'vitest'
import { ERRORS, KedgeError, type ErrorCode } from '../../src/domain/errors.ts'

/** Others would be refused again as they are. */
const RETRYABLE: readonly ErrorCode[] = [
  'E_ALERTS_UNREACHABLE',
  'E_CHECKPOINT_WRITE',
  'E_CLUSTER_ABSENT',
  'E_CLUSTER_ANSWER',
  'E_CLUSTER_AUTH',
  'E_CLUSTER_CONFIG',
  'E_CLUSTER_FORBIDDEN',
  'E_CLUSTER_UNREACHABLE',
  'E_COMMAND_UNKNOWN',
  'E_FORGE_AUTH',
  'E_FORGE_FORBIDDEN',
  'E_FORGE_RATE_LIMITED',
  'E_FORGE_UNREACHABLE',
  'E_GIT_AUTH',
  'E_GIT_BROKEN_MIRROR',
  'E_GIT_PROGRAM',
  'E_GIT_TIMEOUT',
  'E_GIT_UNREACHABLE',
  'E_HTTP_TOO_MANY',
  'E_HTTP_UNAVAILABLE',
  'E_LEDGER_BEHIND',
  'E_LEDGER_UNREACHABLE',
  'E_LEDGER_WRITE',
  'E_LISTEN',
  'E_NOTIFIER_AUTH',
  'E_NOTIFIER_RATE_LIMITED',
  'E_NOTIFIER_UNREACHABLE',
  'E_REGISTRY_UNREACHABLE',
  'E_RENDERER_REFUSED',
  'E_RENDERER_UNREACHABLE',
  'E_SERVER_ANSWER',
  'E_SERVER_UNREACHABLE',
]

describe('a code', () => {
  it('says whether the same may help later: of these it may, and of no other', () => {
    const codes = Object.keys(ERRORS) as ErrorCode[]
    expect(codes.filter((code) => ERRORS[code].retryable).toSorted()).toEqual(RETRYABLE)
  })

  it('says what to do, as sentences', () => {
    for (const { advice } of Object.values(ERRORS)) expect(advice).toMatch(/^[A-Z`].{20,}\.$/)
  })
})

describe('a fault', () => {
  it('has its code, what happened, and what its code says of it', () => {
    const fault = new KedgeError('E_GIT_TIMEOUT', 'git took 30 s')
    expect(fault).toMatchObject({
      name: 'KedgeError',
      message: 'E_GIT_TIMEOUT: git took 30 s',
      code: 'E_GIT_TIMEOUT',
      what: 'git took 30 s',
      retryable: true,
      advice: 'Nothing to do unless it lasts: Kedge tries again. For a very large repository raise `git.timeout`.',
      retryAfterSeconds: undefined,
      movedTo: undefined,
    })
    expect('cause' in fault).toBe(false)
  })

  it('keeps what caused it and what the other side said, which may differ from what its code says', () => {
    const cause = new Error('why')
    const fault = new KedgeError('E_FORGE_UNREACHABLE', 'no', { cause, retryAfterSeconds: 7, retryable: false, movedTo: 'acme/new' })
    expect(fault).toMatchObject({ retryable: false, retryAfterSeconds: 7, movedTo: 'acme/new' })
    expect(fault.cause).toBe(cause)
  })
})
