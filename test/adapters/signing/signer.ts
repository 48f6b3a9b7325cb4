import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { signHead } from '../../../src/adapters/signing/checkpoint.ts'
import type { LedgerHead } from '../../../src/ports/ledger.ts'

export const ORIGIN = 'kedge.example/test'

/** A key of its own, whose public half stands in a file. */
export interface TestSigner {
  privateKey: KeyObject
  /** Of its public half. */
  publicFile: string
  note(head: LedgerHead, origin?: string): string
}

/** @param publicFile is written */
export function aSigner(publicFile: string): TestSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }))
  const at = Date.UTC(2026, 10, 29)
  return { privateKey, publicFile, note: (head, origin = ORIGIN) => signHead({ origin, head, at }, privateKey) }
}
