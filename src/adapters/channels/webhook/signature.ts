import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'

const PREFIX = 'whsec_'
/** Standard Webhooks asks for 24 to 64 bytes. */
const MIN_BYTES = 24

/** The key in a secret: the bytes behind `whsec_` in base64, else those of the text. Undefined where it is too short to be one. */
export function signingKey(secret: string): Buffer | undefined {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : undefined
  const key = encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64')
  return key.length >= MIN_BYTES ? key : undefined
}

/**
 * The headers of Standard Webhooks 1.0.0 for one delivery. `seconds`: now, since 1970. With several keys it is signed by each, so that
 * either end can change its own at its own time.
 */
export function signatureHeaders(
  keys: readonly Buffer[],
  { id, seconds, body }: { id: string; seconds: number; body: string },
): Record<string, string> {
  const signed = keys.map((key) => `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`)
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signed.join(' ') }
}
