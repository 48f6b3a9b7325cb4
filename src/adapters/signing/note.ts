import { Buffer } from 'node:buffer'
import { hash, sign, verify, type KeyObject } from 'node:crypto'
import { publicHalf, type PublicKey } from './keys.ts'

// Signed notes as https://c2sp.org/signed-note@v1.0.0 has them, with Ed25519 signatures and no others.

/** Whether that note was signed by one of the keys. */
export type NoteVerdict = { is: 'signed'; by: PublicKey } | { is: 'unknown-key'; ids: readonly string[] } | { is: 'wrong' }

export interface Note {
  /** What is signed: ends in a line feed. */
  text: string
  signatures: readonly NoteSignature[]
}

interface NoteSignature {
  name: string
  /** Eight hex digits. */
  keyId: string
  signature: Buffer
}

const ED25519 = 0x01
const ID_BYTES = 4
/** More than the sixteen that have to be accepted. */
const MOST_SIGNATURES = 64

/** Four bytes, as eight hex digits. */
function noteKeyId(name: string, { raw }: PublicKey): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ED25519]), raw])).slice(0, 2 * ID_BYTES)
}

/** @param text ends in a line feed @param name of the key: no space, no plus */
export function signNote(text: string, name: string, key: KeyObject): string {
  const signature = sign(null, Buffer.from(text), key)
  const id = Buffer.from(noteKeyId(name, publicHalf(key)), 'hex')
  return `${text}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`
}

/** Undefined for what is no note. */
export function parseNote(note: string): Note | undefined {
  const end = note.lastIndexOf('\n\n')
  if (end <= 0 || !note.endsWith('\n') || !isPlain(note)) return undefined
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > MOST_SIGNATURES) return undefined
  const signatures = lines.map(parseSignature)
  if (!signatures.every((one) => one !== undefined)) return undefined
  return { text: note.slice(0, end + 1), signatures }
}

/** No ASCII control character but the line feed, and no half of a surrogate pair, which UTF-8 cannot say. */
function isPlain(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return text.isWellFormed() && !/[\0-\x09\x0b-\x1f]/.test(text)
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, base64 = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? []
  const bytes = Buffer.from(base64, 'base64')
  // What is spelled in another way would be another note with the same signature.
  if (name === undefined || bytes.length <= ID_BYTES || bytes.toString('base64') !== base64) return undefined
  return { name, keyId: bytes.subarray(0, ID_BYTES).toString('hex'), signature: bytes.subarray(ID_BYTES) }
}

/**
 * Holds a note against keys. Signatures of others are passed over; one that says it is by a known key has to be.
 * @param name what the key has to be called in it
 */
export function verifyNote({ text, signatures }: Note, name: string, keys: readonly PublicKey[]): NoteVerdict {
  const signed = Buffer.from(text)
  let by: PublicKey | undefined
  for (const { name: called, keyId, signature } of signatures) {
    if (called !== name) continue
    const known = keys.filter((key) => noteKeyId(called, key) === keyId)
    if (known.length === 0) continue
    const signer = known.find(({ key }) => verify(null, signed, key, signature))
    if (!signer) return { is: 'wrong' }
    by ??= signer
  }
  return by ? { is: 'signed', by } : { is: 'unknown-key', ids: signatures.map(({ name: called, keyId }) => `${called}+${keyId}`) }
}
