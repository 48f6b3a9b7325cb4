/** Everything a person can be told went wrong, by code. Each code has a heading in docs/runbook.md (a test keeps it so). */
export const ERRORS = {
  E_INTERNAL: { retryable: false, advice: 'This is a fault of Kedge. Report it with the log line and the ledger record it names.' },
} as const satisfies Record<string, ErrorEntry>

export interface ErrorEntry {
  /** Whether trying the same thing again later may help. */
  retryable: boolean
  /** What a person should do, in one or two sentences. */
  advice: string
}

export type ErrorCode = keyof typeof ERRORS

/** A fault with a code, the value that caused it and what to do. Thrown for faults; expected outcomes are return values. */
export class KedgeError extends Error {
  override readonly name = 'KedgeError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly advice: string
  /** Seconds to wait before trying again, where the other side said so (Retry-After). */
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, what: string, options: { cause?: unknown; retryAfterSeconds?: number; retryable?: boolean } = {}) {
    super(`${code}: ${what}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? ERRORS[code].retryable
    this.advice = ERRORS[code].advice
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
