import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { spellFault } from '../../src/config/faults.ts'
import { checkConfig, loadConfig } from '../../src/config/load.ts'
import { secretTexts } from '../../src/config/secrets.ts'
import { configFolder } from './files.ts'

const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const LINE = PEM.split('\n')[1] ?? ''

function folderWith(key: string, mode: number, more = 'folder: audit') {
  const origin = more.includes('origin') ? '' : 'origin: kedge.example/prod, '
  const yaml = `apiVersion: kedge/v1\nledger: { checkpoints: { keyFile: key.pem, ${origin}${more} } }\n`
  const folder = configFolder(yaml)
  writeFileSync(join(folder.path, 'key.pem'), key)
  chmodSync(join(folder.path, 'key.pem'), mode)
  return folder
}

function faultsOf(key: string, mode: number, more?: string): string {
  using folder = folderWith(key, mode, more)
  const { faults } = checkConfig({ file: folder.file, env: {} }, { secrets: true })
  const text = faults.map(spellFault).join('\n')
  expect(text).not.toContain(LINE)
  return text
}

it.each([0o600, 0o400, 0o440, 0o640])('a key with mode %o signs, and is printed by nothing', (mode) => {
  using folder = folderWith(PEM, mode)
  const loaded = loadConfig({ file: folder.file, env: {} })
  expect(loaded.secrets.signingKey?.asymmetricKeyType).toBe('ed25519')
  expect(loaded.config.ledger.checkpoints).toEqual({
    origin: 'kedge.example/prod',
    folder: join(folder.path, 'audit'),
    file: undefined,
    everyRecords: 1_000,
    everyMs: 900_000,
  })
  for (const text of [JSON.stringify(loaded), inspect(loaded, { depth: 9, showHidden: true }), inspect(loaded.secrets.signingKey)])
    expect(text).not.toContain(LINE)
  // The log hides it as a whole, and line by line.
  expect(secretTexts(loaded.secrets)).toEqual(expect.arrayContaining([PEM.trim(), LINE]))
  expect(loaded.files).toContain(join(folder.path, 'key.pem'))
})

it('a word before the key is no secret: hidden wherever it stands, it would garble the log', () => {
  using folder = folderWith(`prod\n${PEM}`, 0o600)
  const texts = secretTexts(loadConfig({ file: folder.file, env: {} }).secrets)
  expect(texts).toContain(LINE)
  expect(texts).not.toContain('prod')
})

it.each([
  [PEM, 0o644, /line 2, ledger.checkpoints.keyFile: "?key.pem"? may be read or written by others \(mode 0644\)/],
  [PEM, 0o660, /may be read or written by others \(mode 0660\)/],
  ['', 0o600, /is no private key in PEM/],
  [`${PEM.slice(0, 40)}\n${PEM.slice(60)}`, 0o600, /is no private key in PEM/],
  [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    0o600,
    /type ec, not of Ed25519/,
  ],
  [`${PEM}${' '.repeat(70_000)}`, 0o600, /is longer than 65536 bytes/],
])('a key that cannot sign, or that others can read, is refused without a word of it', (key, mode, why) => {
  expect(faultsOf(key, mode)).toMatch(why)
})

it.each([
  ['everyRecords: 5', /ledger.checkpoints: needs a folder or a file/],
  ['folder: audit, origin: "a name"', /origin/],
  ['folder: audit, everyRecords: 0', /everyRecords/],
  ['folder: audit, secret: x', /secret/],
])('what is said of checkpoints is checked: %s', (more, why) => {
  expect(faultsOf(PEM, 0o600, more)).toMatch(why)
})
