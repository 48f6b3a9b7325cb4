import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { urlId } from '../../src/domain/words/url-id.ts'
import { countingClock, tempFolder } from '../adapters/ledgers/sqlite/temp.ts'
import { aSigner, type TestSigner } from '../adapters/signing/signer.ts'
import { aRelease, releaseEntry, revertEntry } from '../contract/ledger-documents.ts'
import { theRelease, theRevert } from '../http/story.ts'
import { kedgeLedger } from './kedge.ts'

let folder: ReturnType<typeof tempFolder>
let signer: TestSigner
beforeEach(async () => {
  folder = tempFolder()
  signer = aSigner(folder.file('public.pem'))
  writeFileSync(folder.file('key.pem'), signer.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const checkpoints = '{ keyFile: key.pem, origin: kedge.example/test, folder: audit }'
  writeFileSync(folder.file('kedge.yaml'), `apiVersion: kedge/v1\nledger: { path: ledger.db, checkpoints: ${checkpoints} }\n`)
  writeFileSync(folder.file('unsigned.yaml'), 'apiVersion: kedge/v1\nledger: { path: ledger.db }\n')
  await fill('ledger.db')
})
afterEach(() => folder[Symbol.dispose]())

async function fill(name: string, first = 'before'): Promise<void> {
  await using ledger = createSqliteLedger({ path: folder.file(name), clock: countingClock() })
  await ledger.append([releaseEntry(aRelease({ key: first }))])
  await ledger.append([releaseEntry(theRelease())])
  await ledger.append([revertEntry(theRevert())])
}

const attest = (...more: string[]) => kedgeLedger('attest', urlId(theRelease().key), '-c', folder.file('kedge.yaml'), ...more)
const verify = (file: string, ...more: string[]) => kedgeLedger('verify-attestation', file, '--key', signer.publicFile, ...more)

test('what is attested is verified, and its records lie on the chain of the ledger and of its export', async () => {
  expect(await attest('-o', folder.file('a.json'))).toEqual({ code: 0, out: '', err: '' })
  const byKey = await kedgeLedger('attest', theRelease().key, '-c', folder.file('kedge.yaml'))
  expect([byKey.code, byKey.out]).toEqual([0, readFileSync(folder.file('a.json'), 'utf8')])
  const { code, out } = await verify(folder.file('a.json'))
  expect(code).toBe(0)
  expect(out).toMatch(
    /signed by [0-9a-f]{64}\n.*\/checkout: outcome open, cause analysis-failed\n.*subject github\.example\/acme\/gitops@gitCommit:/,
  )
  writeFileSync(folder.file('ledger.jsonl'), (await kedgeLedger('export', folder.file('ledger.db'))).out)
  for (const name of ['ledger.db', 'ledger.jsonl']) {
    const held = await verify(folder.file('a.json'), '--ledger', folder.file(name))
    expect([held.code, held.out]).toEqual([0, expect.stringContaining('2 of 2 records lie on the chain') as string])
  }
})

test('a ledger that was written anew, or cut off, has not the records that were attested', async () => {
  await attest('-o', folder.file('a.json'))
  await fill('forged.db', 'something else before it')
  const forged = await verify(folder.file('a.json'), '--ledger', folder.file('forged.db'))
  expect([forged.code, forged.out]).toEqual([1, expect.stringContaining('E_LEDGER_REWRITTEN: record 2 is ') as string])
  const lines = (await kedgeLedger('export', folder.file('ledger.db'))).out.split('\n')
  writeFileSync(folder.file('cut.jsonl'), `${lines.slice(0, 2).join('\n')}\n`)
  const cut = await verify(folder.file('a.json'), '--ledger', folder.file('cut.jsonl'))
  expect([cut.code, cut.out]).toEqual([1, expect.stringContaining('E_LEDGER_TRUNCATED') as string])
})

test('an envelope that was changed, by another key, or that is none, is told', async () => {
  await attest('-o', folder.file('a.json'))
  const envelope = JSON.parse(readFileSync(folder.file('a.json'), 'utf8')) as { payload: string }
  const payload = Buffer.from(Buffer.from(envelope.payload, 'base64').toString('utf8').replace('"outcome":"open"', '"outcome":"promoted"'))
  writeFileSync(folder.file('b.json'), JSON.stringify({ ...envelope, payload: payload.toString('base64') }))
  expect(await verify(folder.file('b.json'))).toMatchObject({
    code: 1,
    out: expect.stringContaining('it was changed after it was signed') as string,
  })
  const other = aSigner(folder.file('other.pem'))
  expect(await kedgeLedger('verify-attestation', folder.file('a.json'), '--key', other.publicFile)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/E_ATTESTATION_UNPROVEN: it is signed by none of the keys that were named, but by [0-9a-f]{64}/) as string,
  })
  expect(await verify(folder.file('kedge.yaml'))).toMatchObject({
    code: 1,
    out: expect.stringContaining('it is no DSSE envelope') as string,
  })
  expect((await verify(folder.file('absent.json'))).code).toBe(3)
  expect((await kedgeLedger('verify-attestation', folder.file('a.json'))).code).toBe(2)
})

test('without a key, or a release, nothing is signed; a file that is there is left alone; nothing says the key', async () => {
  const secret = readFileSync(folder.file('key.pem'), 'utf8').split('\n')[1] ?? ''
  const all = [
    await kedgeLedger('attest', 'x', '-c', folder.file('unsigned.yaml')),
    await kedgeLedger('attest', 'x', '-c', folder.file('kedge.yaml')),
    await attest('-o', folder.file('kedge.yaml')),
  ]
  expect(all.map(({ code, err }) => `${code} ${/E_\w+|has no release/.exec(err)?.[0] ?? ''}`)).toEqual([
    '2 E_SIGNING_KEY',
    '1 has no release',
    '2 E_FILE_UNREADABLE',
  ])
  expect(JSON.stringify([...all, await attest()])).not.toContain(secret)
  expect(readFileSync(folder.file('kedge.yaml'), 'utf8')).toContain('apiVersion')
})
