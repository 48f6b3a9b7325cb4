import { execFile } from 'node:child_process'
import { renameSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { fatalFault, walkFault, writeFault } from '../../../../src/adapters/ledgers/sqlite/faults.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createVirtualClock } from '../../../../src/adapters/replay/virtual-clock.ts'
import { SILENT } from '../../../../src/ports/log.ts'
import { resumeLedger } from '../../../../src/reconcile/ledger/resume-ledger.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { until } from '../../../until.ts'
import { countingClock, tempFolder } from './temp.ts'

/** As node:sqlite throws it. */
const sqlite = (errcode: number) => Object.assign(new Error('what SQLite says'), { code: 'ERR_SQLITE_ERROR', errcode })

it.each([
  ['SQLITE_PERM', 3],
  ['SQLITE_BUSY', 5],
  ['SQLITE_BUSY_RECOVERY', 261],
  ['SQLITE_LOCKED', 6],
  ['SQLITE_NOMEM', 7],
  ['SQLITE_READONLY', 8],
  ['SQLITE_FULL', 13],
  ['SQLITE_CANTOPEN', 14],
  ['SQLITE_PROTOCOL', 15],
  ['SQLITE_IOERR_SHMSIZE', 4_874],
  ['SQLITE_IOERR_NOMEM', 3_082],
  ['SQLITE_IOERR_SHMMAP', 5_386],
  ['SQLITE_IOERR_GETTEMPPATH', 6_410],
])('a walk that %s ends passes: it says so, and the ledger goes on', (_, errcode) => {
  const told = {
    code: 'E_LEDGER_OPEN',
    retryable: true,
    message: expect.stringMatching(/cannot be read for now: .*what SQLite says/) as string,
  }
  expect(walkFault('/ledger.db', sqlite(errcode))).toMatchObject(told)
  expect(fatalFault('/ledger.db', sqlite(errcode))).toBeUndefined()
  expect(writeFault('/ledger.db', sqlite(errcode))).toMatchObject({ code: 'E_LEDGER_WRITE' })
})

it.each([
  ['SQLITE_CORRUPT', 11, 'E_LEDGER_BROKEN'],
  ['SQLITE_CORRUPT_INDEX', 779, 'E_LEDGER_BROKEN'],
  ['SQLITE_NOTADB', 26, 'E_LEDGER_BROKEN'],
  ['SQLITE_IOERR_READ', 266, 'E_LEDGER_DISK'],
  ['SQLITE_IOERR_SHORT_READ', 522, 'E_LEDGER_DISK'],
  ['SQLITE_IOERR_FSYNC', 1_034, 'E_LEDGER_DISK'],
  ['SQLITE_ERROR', 1, undefined],
  ['SQLITE_MISUSE', 21, undefined],
])('one that %s ends does not', (_, errcode, code) => {
  const fault = sqlite(errcode)
  expect(walkFault('/ledger.db', fault)).toBe(fault)
  expect(fatalFault('/ledger.db', fault)?.code).toBe(code)
})

it('a process without a file handle left says that, loses nothing, and walks once it has one', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await createSqliteLedger({ path, clock: countingClock() }).close()
  const program = new URL('without-handles.ts', import.meta.url).pathname
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, program, path])
  const told = { code: 'E_LEDGER_OPEN', retryable: true, what: expect.stringContaining('cannot be opened') as string }
  expect(JSON.parse(stdout)).toMatchObject({ without: [told, told], lost: null, again: true })
})

it('a file that cannot be opened for a while ends no service that walks beside, and the walk holds afterwards', async () => {
  using folder = tempFolder()
  const path = folder.file('ledger.db')
  await using store = createSqliteLedger({ path, clock: countingClock(), lookEveryMs: 3_600_000 })
  await store.append([releaseEntry(aRelease({ key: 'a' }))])
  await store.keepCheckpoint(await store.head())
  const clock = createVirtualClock(0)
  const advance = (seconds: number) => clock.advanceTo(clock.now() + seconds * 1_000, () => new Promise((turn) => setImmediate(turn)))
  let isAway = false
  const away = (): void => {
    if (!isAway) renameSync(path, `${path}.away`)
    isAway = true
  }
  const verify: typeof store.verify = (take, interrupted) => {
    away()
    return store.verify(take, interrupted)
  }
  await using resumed = await resumeLedger({ ...store, verify }, { name: 'the ledger', clock, logger: SILENT, random: () => 1 })
  await until(() => resumed.chain().trouble, { what: 'the first try', timeoutMs: 10_000 })
  await advance(20 * 60)
  expect(resumed.chain()).toMatchObject({ from: { sequence: 1 }, broken: undefined, trouble: { code: 'E_LEDGER_OPEN' } })
  renameSync(`${path}.away`, path)
  await advance(5 * 60)
  await until(() => (resumed.chain().from ? undefined : true), { what: 'the walk', timeoutMs: 10_000 })
  expect(resumed.chain()).toMatchObject({ broken: undefined, trouble: undefined })
})
