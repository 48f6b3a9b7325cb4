import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { folderPlace } from '../../src/adapters/signing/places.ts'
import type { LedgerHead, LedgerRecord } from '../../src/ports/ledger.ts'
import { countingClock, tempFolder } from '../adapters/ledgers/sqlite/temp.ts'
import { aSigner, type TestSigner } from '../adapters/signing/signer.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'
import { kedgeLedger } from './kedge.ts'

// What an auditor runs. Whoever can write to the ledger can write another one with the right hashes, and has no key.

const RECORDS = 12

let folder: ReturnType<typeof tempFolder>
let signer: TestSigner
beforeEach(async () => {
  folder = tempFolder()
  signer = aSigner(folder.file('public.pem'))
  mkdirSync(folder.file('audit'))
})
afterEach(() => folder[Symbol.dispose]())

async function write(name: string, count = RECORDS, change = (key: string) => key): Promise<readonly LedgerRecord[]> {
  await using ledger = createSqliteLedger({ path: folder.file(name), clock: countingClock() })
  for (let number = 1; number <= count; number += 1) await ledger.append([releaseEntry(aRelease({ key: change(`r${number}`) }))])
  return await Array.fromAsync(ledger.records())
}

async function sign(head: LedgerHead | undefined, by = signer): Promise<void> {
  if (head) await folderPlace(folder.file('audit')).add({ head: { sequence: head.sequence, hash: head.hash }, text: by.note(head) })
}

const verify = (name: string, ...more: string[]) =>
  kedgeLedger('verify', folder.file(name), '--key', signer.publicFile, '--checkpoints', folder.file('audit'), ...more)

interface Json {
  ok: boolean
  lying: number
  archived: number
  newest: LedgerHead
  faults: { code: string; sequence: number; what: string }[]
}
const json = async (name: string, ...more: string[]) => JSON.parse((await verify(name, '-o', 'json', ...more)).out) as Json

async function exported(name: string): Promise<string[]> {
  return (await kedgeLedger('export', folder.file(name))).out.trimEnd().split('\n')
}

test('a ledger, its backup and its export lie on their checkpoints, and what was appended since does not matter', async () => {
  const records = await write('ledger.db')
  for (const at of [2, 7, 9]) await sign(records[at])
  await kedgeLedger('backup', folder.file('backup.db'), '-c', await configOf('ledger.db'))
  writeFileSync(folder.file('ledger.jsonl'), `${(await exported('ledger.db')).join('\n')}\n`)
  for (const name of ['ledger.db', 'backup.db', 'ledger.jsonl']) {
    const { code, out } = await verify(name)
    expect([name, code]).toEqual([name, 0])
    expect(out).toContain(`3 of 3 checkpoints and noted heads lie on the chain, the newest at record 10 (${records[9]?.hash ?? ''})`)
  }
})

async function configOf(ledger: string): Promise<string> {
  writeFileSync(folder.file('kedge.yaml'), `apiVersion: kedge/v1\nledger: { path: ${ledger} }\n`)
  return folder.file('kedge.yaml')
}

test('each record that is changed in turn is found, with its number, also where all hashes behind it are made anew', async () => {
  const records = await write('ledger.db')
  await sign(records.at(-1))
  for (let victim = 1; victim <= RECORDS; victim += 1) {
    // As somebody does who knows how hashes are made: the record, and all behind it.
    const rewritten = await write(`forged-${victim}.db`, RECORDS, (key) => (key === `r${victim}` ? 'someone-else' : key))
    expect(rewritten.slice(0, victim - 1).map(({ hash }) => hash)).toEqual(records.slice(0, victim - 1).map(({ hash }) => hash))
    const name = `forged-${victim}.db`
    expect((await kedgeLedger('verify', folder.file(name))).code).toBe(0)
    const { code, out } = await verify(name)
    expect([victim, code]).toEqual([victim, 1])
    expect(out).toContain(`E_LEDGER_REWRITTEN: record ${RECORDS} is ${rewritten.at(-1)?.hash ?? ''}`)
    // As somebody does who does not.
    const database = new DatabaseSync(folder.file(name))
    database.exec(`DROP TRIGGER record_is_not_changed; UPDATE record SET at = at + 1 WHERE sequence = ${victim}`)
    database.close()
    const clumsy = await verify(name)
    expect(clumsy.code).toBe(1)
    // The newest record is looked at when it is opened.
    const told = victim === RECORDS ? `E_LEDGER_BROKEN: .* record ${victim},` : `BROKEN at record ${victim}: .*\\n.*E_LEDGER_BROKEN`
    expect(clumsy.out + clumsy.err).toMatch(new RegExp(told))
  }
})

test('of a ledger that was rewritten it is told up to where it is as it was', async () => {
  const records = await write('ledger.db')
  for (const at of [2, 5, 8]) await sign(records[at])
  await write('forged.db', RECORDS, (key) => (key === 'r8' ? 'someone-else' : key))
  const { ok, faults, newest, lying } = await json('forged.db')
  expect(ok).toBe(false)
  expect([lying, newest.sequence]).toEqual([2, 6])
  expect(faults).toMatchObject([{ code: 'E_LEDGER_REWRITTEN', sequence: 9 }])
  expect(faults[0]?.what).toContain('what is up to record 6 is as it was noted')
})

test('a tail that was cut off is found, and from which record on it is missing', async () => {
  const records = await write('ledger.db')
  await sign(records[4])
  await sign(records.at(-1))
  for (const left of [5, 8, RECORDS - 1]) {
    writeFileSync(folder.file('cut.jsonl'), `${(await exported('ledger.db')).slice(0, left).join('\n')}\n`)
    expect((await kedgeLedger('verify', folder.file('cut.jsonl'))).code).toBe(0)
    const { faults } = await json('cut.jsonl')
    expect(faults).toMatchObject([{ code: 'E_LEDGER_TRUNCATED', sequence: left + 1 }])
    expect((await verify('cut.jsonl')).code).toBe(1)
  }
})

test('another ledger in its place is found, an empty one, and a checkpoint that another ledger has under the same key', async () => {
  const records = await write('ledger.db')
  await sign(records[5])
  const other = await write('other.db', RECORDS, (key) => `other-${key}`)
  expect((await json('other.db')).faults).toMatchObject([{ code: 'E_LEDGER_REWRITTEN', sequence: 6 }])
  writeFileSync(folder.file('empty.jsonl'), '\n')
  expect((await json('empty.jsonl')).faults).toMatchObject([{ code: 'E_LEDGER_TRUNCATED', sequence: 1 }])
  // Put beside its own ones, it is on no chain that has them.
  await sign(other[7])
  expect((await json('ledger.db')).faults).toMatchObject([{ code: 'E_LEDGER_REWRITTEN', sequence: 8 }])
})

test('a key that was exchanged: all public keys that were in use are named, and one that is missing is told', async () => {
  const records = await write('ledger.db')
  await sign(records[3])
  const next = aSigner(folder.file('next.pem'))
  await sign(records[8], next)
  expect(await json('ledger.db', '--key', next.publicFile)).toMatchObject({ lying: 2, faults: [] })
  const { code, out } = await verify('ledger.db')
  expect(code).toBe(1)
  expect(out).toMatch(
    /E_CHECKPOINT_KEY: .*0000000000000009-\w+\.note is signed by none of the keys .* but by kedge\.example\/test\+[0-9a-f]{8}/,
  )
})

test('a checkpoint whose text was changed, or that is half there, is told and proves nothing', async () => {
  const records = await write('ledger.db')
  const note = signer.note(records[3] ?? { sequence: 0, hash: '' })
  const forged = note.replace(
    Buffer.from(records[3]?.hash ?? '', 'hex').toString('base64'),
    Buffer.from(records[2]?.hash ?? '', 'hex').toString('base64'),
  )
  writeFileSync(folder.file('audit/a.note'), forged)
  writeFileSync(folder.file('audit/b.note'), note.slice(0, 40))
  writeFileSync(folder.file('audit/README'), 'no checkpoint, and not looked at')
  const { faults } = await json('ledger.db')
  expect(faults.map(({ code, what }) => `${code} ${what.replace(folder.path, '')}`)).toEqual([
    'E_CHECKPOINT_UNPROVEN the signature of /audit/a.note is not that of its key',
    'E_CHECKPOINT_UNPROVEN /audit/b.note is no whole checkpoint',
  ])
})

test('what is archived is proven by its export, the rest by what is left, and a beginning that was made up by nothing', async () => {
  const records = await write('ledger.db')
  for (const at of [2, 5, 10]) await sign(records[at])
  const lines = await exported('ledger.db')
  const after = JSON.stringify({ after: { sequence: 6, hash: records[5]?.hash } })
  writeFileSync(folder.file('rest.jsonl'), [after, ...lines.slice(6), ''].join('\n'))
  expect(await json('rest.jsonl')).toMatchObject({ lying: 2, archived: 1, faults: [] })
  expect((await verify('rest.jsonl')).out).toContain('1 of them are of records that were archived')
  writeFileSync(folder.file('whole.jsonl'), [...lines.slice(0, 6), after, ...lines.slice(6), ''].join('\n'))
  expect(await json('whole.jsonl')).toMatchObject({ lying: 3, archived: 0, faults: [] })
  // A chain that says it goes on after all that was signed.
  writeFileSync(folder.file('none.jsonl'), `${JSON.stringify({ after: { sequence: 90, hash: 'ab'.repeat(32) } })}\n`)
  expect((await json('none.jsonl')).faults).toMatchObject([{ code: 'E_CHECKPOINT_UNPROVEN' }])
})

test('a place without checkpoints proves nothing, and that is told', async () => {
  await write('ledger.db')
  const { code, out } = await verify('ledger.db')
  expect(code).toBe(1)
  expect(out).toContain('E_CHECKPOINT_UNPROVEN: no checkpoint and no head that was noted is of a record that is here')
})

test('a head that was noted elsewhere, such as in a pull request, needs no key', async () => {
  const records = await write('ledger.db')
  const expect6 = ['--expect-head', `6:${records[5]?.hash ?? ''}`]
  expect(await kedgeLedger('verify', folder.file('ledger.db'), ...expect6)).toMatchObject({ code: 0 })
  await write('forged.db', RECORDS, (key) => (key === 'r2' ? 'someone-else' : key))
  const forged = await kedgeLedger('verify', folder.file('forged.db'), ...expect6)
  expect([forged.code, forged.out]).toEqual([1, expect.stringContaining('E_LEDGER_REWRITTEN: record 6 is ') as string])
  const cut = await kedgeLedger('verify', folder.file('ledger.db'), '--expect-head', `${RECORDS + 1}:${'0'.repeat(64)}`)
  expect([cut.code, cut.out]).toEqual([1, expect.stringContaining('E_LEDGER_TRUNCATED') as string])
  expect((await kedgeLedger('verify', folder.file('ledger.db'), '--expect-head', '6:abc')).code).toBe(2)
})

test('keys and checkpoints go together, and a private key is refused without a word of it', async () => {
  await write('ledger.db')
  expect((await kedgeLedger('verify', folder.file('ledger.db'), '--key', signer.publicFile)).code).toBe(2)
  expect((await kedgeLedger('verify', folder.file('ledger.db'), '--checkpoints', folder.file('audit'))).code).toBe(2)
  const pem = signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  writeFileSync(folder.file('private.pem'), pem)
  const refused = await kedgeLedger(
    'verify',
    folder.file('ledger.db'),
    '--key',
    folder.file('private.pem'),
    '--checkpoints',
    folder.file('audit'),
  )
  expect(refused.code).toBe(3)
  expect(refused.err).toContain('E_SIGNING_KEY')
  expect(refused.err + refused.out).not.toContain(pem.split('\n')[1])
  expect(await readFile(folder.file('private.pem'), 'utf8')).toBe(pem)
})
