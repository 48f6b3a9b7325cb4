import { Buffer } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { parseRfc3339 } from '../../domain/words/rfc3339.ts'
import type { LedgerHead } from '../../ports/ledger.ts'
import { signNote } from './note.ts'

// The text of a checkpoint. Its first three lines stand as in https://c2sp.org/tlog-checkpoint, but the third is no root of a Merkle tree:
// the chain of the ledger is a line. The fourth says so.

export interface SignedHead {
  origin: string
  head: LedgerHead
  /** When it was signed, epoch ms. */
  at: number
}

const KIND = 'kedge-hash-chain/v1'
const HASH_BYTES = 32

/** Four lines: origin, number of the newest record, its hash in base64, and what this is with the time in UTC. */
export function spellHead({ origin, head: { sequence, hash }, at }: SignedHead): string {
  const time = new Date(at).toISOString()
  return `${origin}\n${sequence}\n${Buffer.from(hash, 'hex').toString('base64')}\n${KIND} ${time}\n`
}

/** Undefined for anything else than `spellHead` writes. */
export function parseHead(text: string): SignedHead | undefined {
  const [origin = '', number = '', base64 = '', kind = '', ...more] = text.split('\n')
  const hash = Buffer.from(base64, 'base64')
  const time = kind.startsWith(`${KIND} `) ? parseRfc3339(kind.slice(KIND.length + 1)) : undefined
  if (time === undefined || hash.length !== HASH_BYTES || more.join('') !== '') return undefined
  const signed = { origin, head: { sequence: Number(number), hash: hash.toString('hex') }, at: time }
  return /^[1-9]\d{0,15}$/.test(number) && spellHead(signed) === text ? signed : undefined
}

/** A checkpoint as it is kept. */
export function signHead(signed: SignedHead, key: KeyObject): string {
  return signNote(spellHead(signed), signed.origin, key)
}
