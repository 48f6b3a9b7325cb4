import { verify, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { Signing } from '../../src/ports/signing.ts'
import { aRelease, releaseEntry } from './ledger-documents.ts'

/** One that signs, and what an auditor has. */
export interface SigningUnderTest {
  signing: Signing
  /** The public key that holds now. */
  publicKey(): KeyObject
  /** Another key holds from now on. */
  rotate(): void
}

const HEAD = { sequence: 7, hash: 'a1'.repeat(32) }
const AT = Date.UTC(2026, 10, 29)

/**
 * Whether a signed note is one of this key: its text ends before the last empty line, and each line after it holds a name, and in Base64
 * four bytes that stand for the key before the signature. Written from C2SP signed-note, and by nothing of Kedge.
 */
function isSignedBy(key: KeyObject, note: string): boolean {
  const end = note.lastIndexOf('\n\n') + 1
  const signatures = note.slice(end + 1).split('\n')
  const bytes = signatures.flatMap((line) => /^— \S+ (\S+)$/.exec(line)?.[1] ?? []).map((text) => Buffer.from(text, 'base64').subarray(4))
  return bytes.some((signature) => verify(null, Buffer.from(note.slice(0, end)), key, signature.subarray(-64)))
}

/** The statement of a DSSE envelope, where it was signed by this key. Written from the specification of DSSE, and by nothing of Kedge. */
function openEnvelope(key: KeyObject, envelope: string): unknown {
  const { payloadType, payload, signatures } = JSON.parse(envelope) as {
    payloadType: string
    payload: string
    signatures: { sig: string }[]
  }
  const body = Buffer.from(payload, 'base64')
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `), body])
  return signatures.some(({ sig }) => verify(null, signed, key, Buffer.from(sig, 'base64'))) ? JSON.parse(body.toString('utf8')) : undefined
}

/** What every Signing promises. */
export function describeSigning(name: string, open: () => SigningUnderTest & Disposable): void {
  describe(`${name} as a Signing`, () => {
    it('signs the head of a chain as a note that says its number and hash', () => {
      using subject = open()
      const checkpoint = subject.signing.checkpoint(HEAD, AT)
      expect(checkpoint.head).toEqual(HEAD)
      expect(isSignedBy(subject.publicKey(), checkpoint.text)).toBe(true)
      expect(checkpoint.text).toContain('\n7\n')
      expect(isSignedBy(subject.publicKey(), checkpoint.text.replace('\n7\n', '\n8\n'))).toBe(false)
    })

    it('signs with the key that holds at that moment', () => {
      using subject = open()
      const [before, old] = [subject.signing.checkpoint(HEAD, AT), subject.publicKey()]
      subject.rotate()
      const after = subject.signing.checkpoint(HEAD, AT)
      const by = (key: KeyObject) => [before, after].map(({ text }) => isSignedBy(key, text))
      expect([by(old), by(subject.publicKey())]).toEqual([
        [true, false],
        [false, true],
      ])
    })

    it('attests a release as a signed statement, and none that the ledger does not have', async () => {
      using subject = open()
      await using ledger = createMemoryLedger({ clock: { now: () => AT } })
      await ledger.append([releaseEntry(aRelease({ key: 'r1', state: 'ended', outcome: 'restored', endedAt: AT }))])
      const envelope = await subject.signing.attest(ledger, 'r1')
      expect(openEnvelope(subject.publicKey(), envelope ?? '{}')).toMatchObject({ _type: expect.stringContaining('in-toto.io/Statement') })
      subject.rotate()
      expect(openEnvelope(subject.publicKey(), envelope ?? '{}')).toBeUndefined()
      expect(await subject.signing.attest(ledger, 'r2')).toBeUndefined()
    })

    it('knows one place at least, each by a name of its own', () => {
      using subject = open()
      const names = subject.signing.places.map((place) => place.name)
      expect(names.length).toBeGreaterThan(0)
      expect(new Set(names).size).toBe(names.length)
    })
  })
}
