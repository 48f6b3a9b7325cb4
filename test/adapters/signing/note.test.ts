import { spawnSync } from 'node:child_process'
import { createHash, createPublicKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parseHead, spellHead } from '../../../src/adapters/signing/checkpoint.ts'
import { readPublicKey } from '../../../src/adapters/signing/keys.ts'
import { parseNote, signNote, verifyNote } from '../../../src/adapters/signing/note.ts'
import { tempFolder } from '../ledgers/sqlite/temp.ts'
import { aSigner, ORIGIN } from './signer.ts'

const HEAD = { sequence: 42, hash: createHash('sha256').update('record 42').digest('hex') }

let folder: ReturnType<typeof tempFolder>
beforeEach(() => void (folder = tempFolder()))
afterEach(() => folder[Symbol.dispose]())

it('a checkpoint is a signed note: the key id, and what is signed, are as its specification computes them', () => {
  const signer = aSigner(folder.file('public.pem'))
  const note = signer.note(HEAD)
  const [text = '', line = ''] = note.split('\n\n')
  expect(text).toBe(`${ORIGIN}\n42\n${Buffer.from(HEAD.hash, 'hex').toString('base64')}\nkedge-hash-chain/v1 2026-11-29T00:00:00.000Z`)
  const [dash, name, base64 = ''] = line.trimEnd().split(' ')
  expect([dash, name]).toEqual(['—', ORIGIN])
  const { x = '' } = createPublicKey(readFileSync(signer.publicFile)).export({ format: 'jwk' })
  const sequence = Buffer.concat([Buffer.from(`${ORIGIN}\n`), Buffer.from([1]), Buffer.from(x, 'base64url')])
  const bytes = Buffer.from(base64, 'base64')
  expect(bytes.subarray(0, 4)).toEqual(createHash('sha256').update(sequence).digest().subarray(0, 4))
  expect(bytes).toHaveLength(4 + 64)
  // By somebody else's program.
  writeFileSync(folder.file('text'), `${text}\n`)
  writeFileSync(folder.file('signature'), bytes.subarray(4))
  const args = ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', signer.publicFile, '-in', folder.file('text')]
  const verified = spawnSync('openssl', [...args, '-sigfile', folder.file('signature')], { encoding: 'utf8' })
  expect([verified.status, verified.stdout]).toEqual([0, 'Signature Verified Successfully\n'])
})

it('no byte of a checkpoint can be changed', () => {
  const signer = aSigner(folder.file('public.pem'))
  const keys = [readPublicKey(readFileSync(signer.publicFile, 'utf8'), 'public.pem')]
  const bytes = Buffer.from(signer.note(HEAD))
  const stands = (changed: Buffer): boolean => {
    const note = parseNote(changed.toString('utf8'))
    const head = note && parseHead(note.text)
    return note !== undefined && head !== undefined && verifyNote(note, head.origin, keys).is === 'signed'
  }
  expect(stands(bytes)).toBe(true)
  for (let at = 0; at < bytes.length; at += 1)
    for (const by of [1, 0x20, 0x80]) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ by
      expect({ at, by, stands: stands(changed) }).toEqual({ at, by, stands: false })
    }
  // The last digit has two bits that say nothing.
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const other = bytes.toString('utf8').replace(/(.)=\n$/, (_, digit: string) => `${digits[digits.indexOf(digit) + 1] ?? ''}=\n`)
  expect(stands(Buffer.from(other))).toBe(false)
  for (let length = 0; length < bytes.length; length += 1) expect(stands(bytes.subarray(0, length))).toBe(false)
})

it('signatures of others are passed over, and one that claims a known key and is not by it spoils the note', () => {
  const [own, other] = [aSigner(folder.file('own.pem')), aSigner(folder.file('other.pem'))]
  const key = readPublicKey(readFileSync(own.publicFile, 'utf8'), 'own.pem')
  const text = spellHead({ origin: ORIGIN, head: HEAD, at: 0 })
  const lineOf = (note: string) => note.split('\n\n')[1] ?? ''
  const verdictOf = (note: string) => {
    const parsed = parseNote(note)
    return parsed && verifyNote(parsed, ORIGIN, [key]).is
  }
  const both = `${text}\n${lineOf(signNote(text, ORIGIN, other.privateKey))}${lineOf(signNote(text, ORIGIN, own.privateKey))}`
  expect(verdictOf(both)).toBe('signed')
  expect(verdictOf(signNote(text, ORIGIN, other.privateKey))).toBe('unknown-key')
  expect(verdictOf(signNote(text, 'another.example', own.privateKey))).toBe('unknown-key')
  expect(verdictOf(`${text}\n${lineOf(signNote(text.replace('42', '43'), ORIGIN, own.privateKey))}`)).toBe('wrong')
})

it('what is spelled otherwise is no checkpoint', () => {
  const text = spellHead({ origin: ORIGIN, head: HEAD, at: 0 })
  expect(parseHead(text)?.head).toEqual(HEAD)
  for (const other of [
    text.replace('42', '042'),
    text.replace('42', '0'),
    text.replace('42', '4.2e1'),
    text.replace('v1', 'v2'),
    `${text}more\n`,
    text.trimEnd(),
    text.replace('.000Z', 'Z'),
    text.replace('=', ''),
  ])
    expect([other, parseHead(other)]).toEqual([other, undefined])
})

it('whatever it is given, the reader of notes throws nothing, and takes nothing for a head', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('utf8')),
        fc.string().map((text) => `${text}\n\n— a ${text}\n`),
      ),
      (text) => {
        const note = parseNote(text)
        expect(note && parseHead(note.text)).toBeUndefined()
      },
    ),
  )
})

it('who checks is not asked for a private key, and is told when the key is of another kind', () => {
  const { privateKey } = aSigner(folder.file('public.pem'))
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  expect(() => readPublicKey(pem, 'key.pem')).toThrow('key.pem holds a private key')
  expect(() => readPublicKey('nothing', 'key.pem')).toThrow('E_SIGNING_KEY: key.pem holds no public key in PEM')
})
