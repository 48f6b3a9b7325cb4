import type { Buffer } from 'node:buffer'
import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { KedgeError } from '../../domain/errors.ts'

/** A key that signatures are held against. */
export interface PublicKey {
  key: KeyObject
  /** SHA-256 of the key as DER (SPKI), lower-case hex: `openssl pkey -pubin -outform DER | sha256sum`. */
  id: string
  /** The 32 bytes of RFC 8032. */
  raw: Buffer
}

/** Bytes before the key itself in its SPKI: RFC 8410, 4. */
const SPKI_HEADER_BYTES = 12

/** The public half of a key. */
export function publicHalf(key: KeyObject): PublicKey {
  const half = key.type === 'private' ? createPublicKey(key) : key
  const der = half.export({ type: 'spki', format: 'der' })
  return { key: half, id: hash('sha256', der), raw: der.subarray(SPKI_HEADER_BYTES) }
}

/**
 * Reads the public key of a PEM. A private one is refused: whoever checks has no business with it.
 * @param name of its file, for the message @throws KedgeError E_SIGNING_KEY; nothing of the text is in it
 */
export function readPublicKey(pem: string, name: string): PublicKey {
  if (/PRIVATE KEY/.test(pem))
    throw new KedgeError('E_SIGNING_KEY', `${name} holds a private key; who checks signatures needs the public one alone`)
  let key: KeyObject
  try {
    key = createPublicKey(pem)
  } catch {
    throw new KedgeError('E_SIGNING_KEY', `${name} holds no public key in PEM`)
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new KedgeError('E_SIGNING_KEY', `${name} holds a key of type ${key.asymmetricKeyType ?? 'unknown'}, not of Ed25519`)
  return publicHalf(key)
}
