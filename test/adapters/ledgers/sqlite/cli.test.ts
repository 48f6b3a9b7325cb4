import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { runLedgerExport } from '../../../../src/cli/commands/ledger/read.ts'
import { runLedgerVerify } from '../../../../src/cli/commands/ledger/verify.ts'
import { readCsv } from '../../../api/report/read-csv.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { countingClock, tempFolder } from './temp.ts'

function rememberingIo(input = '') {
  const written = { stdout: '', stderr: '' }
  const io = {
    stdout: (text: string) => void (written.stdout += text),
    stderr: (text: string) => void (written.stderr += text),
    stdin: () => Promise.resolve(input),
  }
  return { io, written }
}

async function ledgerWith(path: string, keys: readonly string[]): Promise<void> {
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append(keys.map((key) => releaseEntry(aRelease({ key }), '=cmd|"x"')))
}

it('verify says intact with the head and exits 0; the export of the same ledger has the same head', async () => {
  using folder = tempFolder()
  await ledgerWith(folder.file('ledger.db'), ['a', 'b'])
  const direct = rememberingIo()
  expect(await runLedgerVerify({ path: folder.file('ledger.db') }, direct.io)).toBe(0)
  expect(direct.written.stdout).toMatch(/ledger\.db: intact, 2 records, head [0-9a-f]{64}\n$/)
  const exported = rememberingIo()
  expect(await runLedgerExport({ path: folder.file('ledger.db') }, exported.io)).toBe(0)
  writeFileSync(folder.file('ledger.jsonl'), exported.written.stdout)
  for (const [path, input] of [
    [folder.file('ledger.jsonl'), ''],
    ['-', exported.written.stdout],
  ] as const) {
    const again = rememberingIo(input)
    expect(await runLedgerVerify({ path, output: 'json' }, again.io)).toBe(0)
    expect(direct.written.stdout).toContain((JSON.parse(again.written.stdout) as { head: string }).head)
  }
})

it('verify names the broken record and exits 1', async () => {
  using folder = tempFolder()
  await ledgerWith(folder.file('ledger.db'), ['a', 'b', 'c'])
  const database = new DatabaseSync(folder.file('ledger.db'))
  database.exec(`DROP TRIGGER record_is_not_changed; UPDATE record SET at = 0 WHERE sequence = 2`)
  database.close()
  const { io, written } = rememberingIo()
  expect(await runLedgerVerify({ path: folder.file('ledger.db') }, io)).toBe(1)
  expect(written.stdout).toMatch(/BROKEN at record 2: .*\nThe records before it are sound\. .*E_LEDGER_BROKEN/)
})

it('a copy in a folder that cannot be written to can be verified', async () => {
  using folder = tempFolder()
  await ledgerWith(folder.file('ledger.db'), ['a', 'b'])
  chmodSync(folder.file('ledger.db'), 0o444)
  chmodSync(folder.path, 0o555)
  const child = spawn(process.execPath, [new URL('verify-unprivileged.ts', import.meta.url).pathname, folder.file('ledger.db')])
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  chmodSync(folder.path, 0o755)
  expect({ code: code as unknown, stderr, stdout }).toEqual({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('intact, 2 records') as string,
  })
})

it('what cannot be read exits 3 with a reason, and nothing is created', async () => {
  using folder = tempFolder()
  const { io, written } = rememberingIo()
  expect(await runLedgerVerify({ path: folder.file('none.db') }, io)).toBe(3)
  expect(await runLedgerExport({ path: folder.file('none.db') }, io)).toBe(3)
  expect(written).toEqual({
    stdout: '',
    stderr: expect.stringMatching(/none\.db does not exist\. Name .* --config[^]*none\.db does not exist/) as string,
  })
})

/** What may not begin a cell: OWASP, CSV injection. */
const RUNS = /^\s*[=+\-@\t\r＝＋－＠]/
const HOSTILE = ['=cmd|"x"', ' =1', '\u00a0@A1', '＝1', '＋1', 'x;=1', 'x|-1', 'x\t＠A1', 'x\n=1', 'x;"=1', '";"+1']

it('no csv cell begins as what a spreadsheet would run, whatever it takes for the end of a cell', async () => {
  using folder = tempFolder()
  {
    await using ledger = createSqliteLedger({ path: folder.file('ledger.db'), clock: countingClock() })
    await ledger.append(HOSTILE.map((text) => releaseEntry(aRelease({ key: text }), text)))
  }
  const { io, written } = rememberingIo()
  expect(await runLedgerExport({ path: folder.file('ledger.db'), format: 'csv' }, io)).toBe(0)
  for (const separator of [',', ';', '\t', '|'])
    for (const cell of readCsv(written.stdout, separator).flat()) expect(cell).not.toMatch(RUNS)
  const [head, ...rows] = readCsv(written.stdout)
  expect(head).toEqual(['sequence', 'at', 'kind', 'key', 'event', 'hash'])
  expect(rows.map(([sequence, , kind]) => [sequence, kind])).toEqual(HOSTILE.map((_, index) => [String(index + 1), 'release']))
  expect(rows.map(([, , , key, event]) => [key, event].map((cell) => cell?.replaceAll("'", '')))).toEqual(
    HOSTILE.map((text) => [text, text]),
  )
})

it('an export in a format that there is not exits 2', async () => {
  using folder = tempFolder()
  await ledgerWith(folder.file('ledger.db'), ['a'])
  const { io, written } = rememberingIo()
  expect(await runLedgerExport({ path: folder.file('ledger.db'), format: 'xml' }, io)).toBe(2)
  expect(written.stderr).toContain('jsonl, csv')
})
