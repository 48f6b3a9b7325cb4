import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sqlite } from '../../src/adapters/ledgers/sqlite/manifest.ts'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { countingClock, tempFolder } from '../adapters/ledgers/sqlite/temp.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'
import { headOf, kedgeLedger } from './kedge.ts'
import { ledgerOf } from './ledger-of.ts'

let folder: ReturnType<typeof tempFolder>
beforeEach(() => void (folder = tempFolder()))
afterEach(() => folder[Symbol.dispose]())

const open = (name: string) => createSqliteLedger({ path: folder.file(name), clock: countingClock() })

const refusal = (code: string) => ({ code: 2, err: expect.stringContaining(code) as string })

test('a ledger is not restored from itself, by whatever name', async () => {
  const config = await ledgerOf(folder, 'a', ['r1'])
  const head = await headOf(config)
  symlinkSync(folder.file('a.db'), folder.file('link.db'))
  for (const source of ['a.db', 'link.db'])
    expect(await kedgeLedger('restore', folder.file(source), '--replace', '-c', config)).toMatchObject(refusal('E_LEDGER_NOT_EMPTY'))
  expect(await headOf(config)).toBe(head)
})

test('nothing is filled from what holds no record: it would start as new', async () => {
  const config = await ledgerOf(folder, 'a', ['r1'])
  const head = await headOf(config)
  const to = await ledgerOf(folder, 'b', [])
  await writeFile(folder.file('blank'), '\n\n')
  await open('none.db').close()
  for (const source of ['blank', 'none.db'])
    expect(await kedgeLedger('restore', folder.file(source), '--replace', '-c', config)).toMatchObject(refusal('holds no record'))
  expect(await kedgeLedger('import', folder.file('blank'), '-c', to)).toMatchObject(refusal('holds no record'))
  expect([await headOf(config), existsSync(folder.file('b.db'))]).toEqual([head, false])
})

test('a restore that dies before its end leaves the ledger that was there, and can be begun again', async () => {
  const config = await ledgerOf(folder, 'a', ['r1', 'r2'])
  const from = await ledgerOf(folder, 'b', ['r3'])
  const [head, other] = [await headOf(config), await headOf(from)]
  await using dying = await sqlite.beginAnew?.({ path: folder.file('a.db') }, { source: folder.file('b.db'), now: () => 0 })
  await using made = await dying?.open()
  await using source = open('b.db')
  await made?.importChain({ after: undefined, records: source.records() })
  mkdirSync(folder.file('later'))
  for (const name of await readdir(folder.path)) if (name.startsWith('a.')) cpSync(folder.file(name), folder.file(`later/${name}`))
  const later = folder.file('later/a.yaml')
  {
    await using service = open('later/a.db')
    expect(await service.verify()).toMatchObject({ intact: true, records: 2, head })
  }
  expect(await kedgeLedger('restore', folder.file('later/a.db.restoring'), '--replace', '-c', later)).toMatchObject(
    refusal('E_LEDGER_NOT_EMPTY'),
  )
  expect(await kedgeLedger('backup', folder.file('backup'), '-c', from)).toMatchObject({ code: 0 })
  expect(await kedgeLedger('restore', folder.file('backup'), '--replace', '-c', later)).toMatchObject({ code: 0 })
  expect(await headOf(later)).toBe(other)
  expect((await readdir(folder.file('later'))).filter((name) => name.includes('restoring'))).toEqual([])
})

test.each([
  ['a ledger that was not put in its place', 'a.db.restoring'],
  ['one that was put aside', 'a.db.2026-11-29T041500000Z'],
])('a start that finds no ledger but %s says so, and does not begin a new one', async (_what, name) => {
  const config = await ledgerOf(folder, 'a', [])
  await open(name).close()
  for (const isEmptyFile of [false, true]) {
    if (isEmptyFile) await writeFile(folder.file('a.db'), '')
    expect(() => open('a.db')).toThrow(
      expect.objectContaining({ code: 'E_LEDGER_LOST', message: expect.stringContaining(folder.file(name)) as string }),
    )
  }
  await ledgerOf(folder, 'b', ['r1'])
  expect(await kedgeLedger('restore', folder.file('b.db'), '-c', config)).toMatchObject({ code: 0 })
  await using again = open('a.db')
  expect((await again.head())?.sequence).toBe(1)
})

test('what is put aside goes with its log, and neither is taken for the other', async () => {
  const config = await ledgerOf(folder, 'a', ['r1'])
  await ledgerOf(folder, 'b', ['r2'])
  const to = await ledgerOf(folder, 'c', [])
  let head: string | undefined
  {
    await using running = open('a.db')
    await running.append([releaseEntry(aRelease({ key: 'r3' }))])
    for (const end of ['', '-wal']) cpSync(folder.file(`a.db${end}`), folder.file(`c.db${end}`))
    head = (await running.head())?.hash
  }
  expect(await headOf(config)).toBe(head)
  const { code, out } = await kedgeLedger('restore', folder.file('b.db'), '--replace', '-c', to)
  const [, aside = ''] = /is now (\S+)\n/.exec(out) ?? []
  expect([code, existsSync(`${aside}-wal`)]).toEqual([0, true])
  expect((await kedgeLedger('verify', aside)).out).toContain(head)
  expect((await kedgeLedger('verify', '-c', to)).out).toContain('intact, 1 records')
})

test('an archive that ends early leaves no export, and one that is there already is told as that, and left alone', async () => {
  const config = await ledgerOf(folder, 'a', ['r1', 'r2'])
  const old = folder.file('old')
  await writeFile(old, 'mine')
  await writeFile(`${folder.file('new')}.part`, 'of one that was killed')
  for (const args of [
    ['archive', old, '--before', '2026-01-01'],
    ['backup', old],
  ])
    expect(await kedgeLedger(...args, '-c', config)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/E_LEDGER_NOT_EMPTY: there is a file already at \S+old/) as string,
    })
  expect(await kedgeLedger('archive', folder.file('none/new'), '--before', '2026-01-01', '-c', config)).toMatchObject(
    refusal('E_LEDGER_WRITE'),
  )
  expect((await kedgeLedger('verify', '-c', config)).out).toContain('intact, 2 records, head')
  expect(await kedgeLedger('archive', folder.file('new'), '--before', '2026-01-01', '-c', config)).toMatchObject({ code: 0 })
  expect((await kedgeLedger('verify', folder.file('new'))).out).toContain('intact, 1 records')
  expect((await readdir(folder.path)).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('one file has one writer, also by a link to it', async () => {
  await ledgerOf(folder, 'a', ['r1'])
  symlinkSync(folder.file('a.db'), folder.file('link.db'))
  await using _one = open('a.db')
  expect(() => open('link.db')).toThrow(expect.objectContaining({ code: 'E_LEDGER_LOCKED' }))
})
