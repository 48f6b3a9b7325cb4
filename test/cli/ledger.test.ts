import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { openLedger } from '../../src/reconcile/ledger/open-ledger.ts'
import { countingClock, tempFolder } from '../adapters/ledgers/sqlite/temp.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from '../contract/ledger-documents.ts'
import { headOf, kedgeLedger } from './kedge.ts'
import { ledgerOf } from './ledger-of.ts'

let folder: ReturnType<typeof tempFolder>
beforeEach(() => void (folder = tempFolder()))
afterEach(() => folder[Symbol.dispose]())

test('a backup taken beside the writer is restored into an empty place, with the head that it had', async () => {
  const from = await ledgerOf(folder, 'a', ['r1', 'r2'])
  const to = await ledgerOf(folder, 'b', [])
  await using running = createSqliteLedger({ path: folder.file('a.db'), clock: countingClock() })
  const head = await headOf(from)
  expect(await kedgeLedger('backup', folder.file('backup'), '-c', from)).toMatchObject({
    code: 0,
    out: expect.stringContaining(`2 records, head ${head}`) as string,
  })
  await running.append([releaseEntry(aRelease({ key: 'r3' }))])
  expect(await kedgeLedger('restore', folder.file('backup'), '-c', to)).toMatchObject({ code: 0 })
  expect(await headOf(to)).toBe(head)
})

test('a backup that an older version wrote is restored with the head that it had', async () => {
  const to = await ledgerOf(folder, 'b', [])
  await copyFile(new URL('../fixtures/ledger-v1.db', import.meta.url), folder.file('old.db'))
  expect(await kedgeLedger('restore', folder.file('old.db'), '-c', to)).toMatchObject({ code: 0 })
  expect(await headOf(to)).toBe('6380a4704909984ea704a02af94e9eb8d96d3fb5f3dfdd1147361105fc474d6f')
})

test('restore leaves a ledger that has records alone, until it is told to put it aside', async () => {
  const from = await ledgerOf(folder, 'a', ['r1'])
  const to = await ledgerOf(folder, 'b', ['r2', 'r3'])
  const [head, before] = [await headOf(from), await headOf(to)]
  await kedgeLedger('backup', folder.file('backup'), '-c', from)
  expect(await kedgeLedger('restore', folder.file('backup'), '-c', to)).toMatchObject({
    code: 2,
    err: expect.stringContaining('E_LEDGER_NOT_EMPTY') as string,
  })
  expect(await headOf(to)).toBe(before)
  const { code, out } = await kedgeLedger('restore', folder.file('backup'), '--replace', '-c', to)
  expect([code, await headOf(to)]).toEqual([0, head])
  const [, aside = ''] = /is now (\S+)\n/.exec(out) ?? []
  expect((await kedgeLedger('verify', aside)).out).toContain(before)
})

test('restore waits for nobody: a ledger that a service holds is refused', async () => {
  const from = await ledgerOf(folder, 'a', ['r1'])
  await kedgeLedger('backup', folder.file('backup'), '-c', from)
  await using _running = createSqliteLedger({ path: folder.file('a.db'), clock: countingClock() })
  expect(await kedgeLedger('restore', folder.file('backup'), '--replace', '-c', from)).toMatchObject({
    code: 2,
    err: expect.stringContaining('E_LEDGER_LOCKED') as string,
  })
})

test('an export is imported with the head that it had; one that was changed is not, nor restored over anything', async () => {
  const from = await ledgerOf(folder, 'a', ['r1', 'r2'])
  const to = await ledgerOf(folder, 'b', [])
  await writeFile(folder.file('export'), (await kedgeLedger('export', '-c', from)).out)
  expect(await kedgeLedger('import', folder.file('export'), '-c', to)).toMatchObject({ code: 0 })
  expect(await headOf(to)).toBe(await headOf(from))
  await writeFile(folder.file('changed'), (await readFile(folder.file('export'), 'utf8')).replace('"r2"', '"r9"'))
  const other = await ledgerOf(folder, 'c', ['r1'])
  for (const args of [['import'], ['restore', '--replace']] as const) {
    const { code, out } = await kedgeLedger(...args, folder.file('changed'), '-c', other)
    expect([code, out]).toEqual([1, expect.stringContaining('BROKEN at record 2') as string])
  }
  expect((await kedgeLedger('verify', '-c', other)).out).toContain('1 records')
})

test('what is archived can be verified with the rest, and what is decided on is as it was', async () => {
  const file = await ledgerOf(folder, 'a', [])
  const day = 86_400_000
  let now = day
  {
    await using ledger = createSqliteLedger({ path: folder.file('a.db'), clock: { now: () => now } })
    await ledger.append([effectEntry(anEffect({ key: 'done' })), effectEntry(anEffect({ key: 'pending' }))])
    await ledger.append([effectEntry(anEffect({ key: 'done', state: 'done' })), revertEntry(aRevert({ key: 'v1' }))])
    const ended = { state: 'ended', outcome: 'restored', endedAt: 9 } as const
    for (let at = 0; at < 210; at += 1) await ledger.append([releaseEntry(aRelease({ key: `r${at}`, startedAt: at, ...ended }))])
    now = 9 * day
    await ledger.append([releaseEntry(aRelease({ key: 'r209', startedAt: 209, ...ended, recurrence: 2 }))])
  }
  const memory = async () => {
    await using ledger = createSqliteLedger({ path: folder.file('a.db'), clock: { now: () => now }, readOnly: true })
    const loop = await openLedger(ledger)
    return { releases: loop.releases({ limit: 999 }), reverts: loop.reverts({}), effects: loop.pendingEffects() }
  }
  const [whole, before] = [await kedgeLedger('verify', '-c', file), await memory()]
  const { code, out } = await kedgeLedger('archive', folder.file('old'), '--before', '1970-01-05', '-c', file)
  expect([code, out]).toEqual([0, expect.stringMatching(/records up to 214, head [^]*intact, 202 records after record 214 /) as string])
  expect(await memory()).toEqual(before)
  expect((await kedgeLedger('verify', '-c', file)).out).toContain('after record 214')
  await writeFile(folder.file('all'), (await readFile(folder.file('old'), 'utf8')) + (await kedgeLedger('export', '-c', file)).out)
  expect((await kedgeLedger('verify', folder.file('all'))).out).toContain('intact, 416 records, head')
  expect(whole.out).toContain('215 records')
  expect((await kedgeLedger('archive', folder.file('more'), '--before', '1970-01-05', '-c', file)).out).toContain('no record is so old')
  const to = await ledgerOf(folder, 'b', [])
  expect((await kedgeLedger('move', '--to', to, '-c', file)).out).toContain('after record 214')
})

test('a ledger is moved to the place of another configuration, or to a file, and stays where it was', async () => {
  const from = await ledgerOf(folder, 'a', ['r1', 'r2'])
  const to = await ledgerOf(folder, 'b', [])
  const head = await headOf(from)
  expect(await kedgeLedger('move', '--to', to, '-c', from)).toMatchObject({ code: 0 })
  expect(await kedgeLedger('move', '--to', folder.file('c.db'), '-c', to)).toMatchObject({ code: 0 })
  expect((await kedgeLedger('verify', folder.file('c.db'))).out).toContain(head)
  expect(await headOf(from)).toBe(head)
  expect((await kedgeLedger('move', '--to', to, '-c', from)).err).toContain('E_LEDGER_NOT_EMPTY')
})
