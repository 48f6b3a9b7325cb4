import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/**
 * GitHub's `X-Hub-Signature-256` over the bytes as they came. The older SHA-1 header is never enough. Takes the same
 * time wherever it differs.
 */
export function isSignedByGitHub(bytes: Uint8Array, header: string | undefined, secret: string): boolean {
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(header ?? '')?.[1]
  if (hex === undefined || secret === '') return false
  return timingSafeEqual(createHmac('sha256', secret).update(bytes).digest(), Buffer.from(hex, 'hex'))
}

/** Whether two secrets are equal, without telling by its time how much of them is, or how long they are. */
export function isSameSecret(given: string | undefined, secret: string): boolean {
  if (given === undefined || secret === '') return false
  return timingSafeEqual(sha256(given), sha256(secret))
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1]
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
