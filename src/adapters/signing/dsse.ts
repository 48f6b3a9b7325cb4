import { Buffer } from 'node:buffer'
import { sign, verify, type KeyObject } from 'node:crypto'
import { publicHalf, type PublicKey } from './keys.ts'

// Envelopes as DSSE 1.0.2 has them (envelope.md; docs/signed-ledger.md links it), signed by Ed25519.

/** Of an in-toto statement: its spec/v1/envelope.md. */
const IN_TOTO = 'application/vnd.in-toto+json'

interface Envelope {
  payloadType: string
  /** Base64. */
  payload: string
  signatures: readonly { keyid?: string; sig: string }[]
}

/** What an envelope says, and whose it is. */
export type OpenedEnvelope =
  | { payload: string; by: PublicKey }
  | { wrong: 'form' }
  | { wrong: 'signature' }
  | { wrong: 'unknown-key'; ids: readonly string[] }

/** What is signed: the type counts, too, so that no signature holds for anything else. */
function preAuthEncoding(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload])
}

/** An envelope around an in-toto statement, as JSON with a line feed behind it. The key is named by the hash of its public half. */
export function sealStatement(statement: string, key: KeyObject): string {
  const payload = Buffer.from(statement)
  const sig = sign(null, preAuthEncoding(IN_TOTO, payload), key).toString('base64')
  const envelope: Envelope = {
    payloadType: IN_TOTO,
    payload: payload.toString('base64'),
    signatures: [{ keyid: publicHalf(key).id, sig }],
  }
  return `${JSON.stringify(envelope)}\n`
}

/** Opens an envelope whose statement is signed by one of the keys. Key ids are hints, and none is believed. Never throws. */
export function openStatement(text: string, keys: readonly PublicKey[]): OpenedEnvelope {
  const envelope = parseEnvelope(text)
  if (envelope?.payloadType !== IN_TOTO || !isBase64(envelope.payload)) return { wrong: 'form' }
  const payload = Buffer.from(envelope.payload, 'base64')
  const signed = preAuthEncoding(IN_TOTO, payload)
  const signatures = envelope.signatures.map(({ sig }) => Buffer.from(sig, 'base64'))
  const by = keys.find(({ key }) => signatures.some((signature) => verify(null, signed, key, signature)))
  if (by) return { payload: payload.toString('utf8'), by }
  const ids = envelope.signatures.map(({ keyid = 'without a name' }) => keyid)
  return keys.some(({ id }) => ids.includes(id)) ? { wrong: 'signature' } : { wrong: 'unknown-key', ids }
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    const parsed = JSON.parse(text) as Partial<Envelope> | null
    if (typeof parsed?.payloadType !== 'string' || typeof parsed.payload !== 'string' || !Array.isArray(parsed.signatures)) return undefined
    const isSignature = (one: unknown): boolean => typeof (one as { sig?: unknown } | null)?.sig === 'string'
    return parsed.signatures.length > 0 && parsed.signatures.every(isSignature) ? (parsed as Envelope) : undefined
  } catch {
    return undefined
  }
}

function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text
}
