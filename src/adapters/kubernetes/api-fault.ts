import { KedgeError, type ErrorCode } from '../../domain/errors.ts'
import { parseRetryAfter } from '../../domain/words/http-fields.ts'
import { fields, text } from './snapshots/fields.ts'

/**
 * What can go wrong between us and an API server. `gone`: the resourceVersion is no longer known. `absent`: the kind is not served (its CRD
 * is not there). `silent`: nothing was heard for too long. `lost`: no connection, or it broke.
 */
export type FaultKind =
  | 'gone'
  | 'unauthorized'
  | 'forbidden'
  | 'absent'
  | 'throttled'
  | 'server'
  | 'malformed'
  | 'stale'
  | 'silent'
  | 'lost'
  | 'config'

/** A fault of one call or watch, with what to do about it in `kind`. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault'
  readonly kind: FaultKind
  /** Milliseconds that the server asks us to wait. */
  readonly retryAfterMs: number

  constructor(kind: FaultKind, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs ?? 0
  }
}

const MESSAGE = 300
const LONGEST_WAIT_MS = 60_000

/** The fault that an answer other than 200, or the Status of an ERROR event, stands for. */
export function faultOfStatus(code: number, status: unknown, retryAfter?: string | string[]): ApiFault {
  const said = text(fields(status)['message'], MESSAGE)?.replaceAll(/[\r\n\t]+/g, ' ')
  const asked = parseRetryAfter([retryAfter].flat()[0]) ?? Number(fields(fields(status)['details'])['retryAfterSeconds'] ?? 0)
  const retryAfterMs = Number.isFinite(asked) ? Math.min(Math.max(asked, 0) * 1_000, LONGEST_WAIT_MS) : 0
  return new ApiFault(kindOfStatus(code), `the API server answered ${code}${said === undefined ? '' : `: ${said}`}`, { retryAfterMs })
}

function kindOfStatus(code: number): FaultKind {
  if (code === 410) return 'gone'
  if (code === 401) return 'unauthorized'
  if (code === 403) return 'forbidden'
  if (code === 404) return 'absent'
  return code === 429 || code === 503 ? 'throttled' : 'server'
}

/** Any error as a fault: what is not one already is a connection that could not be had or broke. */
export function asFault(error: unknown): ApiFault {
  if (error instanceof ApiFault) return error
  if (error instanceof KedgeError) return new ApiFault('config', error.message, { cause: error })
  const code = fields(error)['code']
  const message = error instanceof Error ? error.message : String(error)
  return new ApiFault('lost', `the connection failed: ${typeof code === 'string' ? `${code} ` : ''}${message.slice(0, MESSAGE)}`, {
    cause: error,
  })
}

const CODES: Partial<Record<FaultKind, ErrorCode>> = {
  unauthorized: 'E_CLUSTER_AUTH',
  forbidden: 'E_CLUSTER_FORBIDDEN',
  absent: 'E_CLUSTER_ABSENT',
  config: 'E_CLUSTER_CONFIG',
  silent: 'E_CLUSTER_UNREACHABLE',
  lost: 'E_CLUSTER_UNREACHABLE',
}

/** The fault as people read it. */
export function asKedgeError(cluster: string, fault: ApiFault): KedgeError {
  return new KedgeError(CODES[fault.kind] ?? 'E_CLUSTER_ANSWER', `cluster ${cluster}: ${fault.message}`, { cause: fault })
}
