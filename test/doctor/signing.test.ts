import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { folderPlace } from '../../src/adapters/signing/places.ts'
import { loadConfig } from '../../src/config/load.ts'
import { checkSigning } from '../../src/doctor/check-signing.ts'
import { countingClock } from '../adapters/ledgers/sqlite/temp.ts'
import { aSigner } from '../adapters/signing/signer.ts'
import { configFolder } from '../config/files.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'

function site(checkpoints = '{ keyFile: key.pem, origin: kedge.example/test, folder: audit }') {
  const folder = configFolder(
    `apiVersion: kedge/v1\nledger: { path: ledger.db${checkpoints === '' ? '' : `, checkpoints: ${checkpoints}`} }\n`,
  )
  const signer = aSigner(join(folder.path, 'public.pem'))
  const pem = signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  writeFileSync(join(folder.path, 'key.pem'), pem, { mode: 0o600 })
  const look = async () => {
    const findings = await checkSigning(loadConfig({ file: folder.file, env: {} }))
    expect(JSON.stringify(findings)).not.toContain(pem.split('\n')[1])
    return findings.map(({ level, says }) => `${level} ${says.replaceAll(folder.path, '')}`)
  }
  return { folder, signer, look, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

async function append(path: string): Promise<void> {
  await using ledger = createSqliteLedger({ path, clock: countingClock() })
  await ledger.append([releaseEntry(aRelease({ key: 'r1' })), releaseEntry(aRelease({ key: 'r2' }))])
}

test('the key is named by its public half, and the place is looked at, also where nothing was signed yet', async () => {
  using place = site()
  expect(await place.look()).toEqual([
    expect.stringMatching(/^ok the key is there, can sign, and others cannot read it; its public half has the SHA-256 [0-9a-f]{64}$/),
    'ok can be written at /audit',
  ])
})

test('what is there is counted, and a ledger that does not go so far is told', async () => {
  using place = site()
  await append(join(place.folder.path, 'ledger.db'))
  const audit = folderPlace(join(place.folder.path, 'audit'))
  const add = (sequence: number, by = place.signer) => {
    const head = { sequence, hash: 'ab'.repeat(32) }
    return audit.add({ head, text: by.note(head) })
  }
  await add(2)
  expect(await place.look()).toContain('ok /audit has 1 by this key, up to record 2')
  await add(1, aSigner(join(place.folder.path, 'other.pem')))
  expect(await place.look()).toContain('ok /audit has 1 by this key, up to record 2; 1 are by other keys, or cannot be read')
  await add(7)
  expect((await place.look()).at(-1)).toMatch(/^warn \/audit\/0+7-\w+\.note is of record 7, and the ledger ends at 2$/)
})

test.skipIf(process.getuid?.() === 0)('a folder that cannot be written to fails', async () => {
  using place = site()
  mkdirSync(join(place.folder.path, 'audit'))
  chmodSync(join(place.folder.path, 'audit'), 0o500)
  expect((await place.look())[1]).toMatch(/^fail .*audit cannot be written by this user$/)
})

test('where nothing is signed, nothing is said', async () => {
  using place = site('')
  expect(await place.look()).toEqual([])
})
