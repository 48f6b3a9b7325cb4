import { spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { createSigning } from '../../src/adapters/signing/signing.ts'
import { countingClock, tempFolder } from '../adapters/ledgers/sqlite/temp.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'

// Every command of docs/signed-ledger.md, as it stands there, one block after the other in one folder.

const PAGE = readFileSync(new URL('../../docs/signed-ledger.md', import.meta.url), 'utf8')
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

const CHECKPOINTS = '{ keyFile: signing.pem, origin: kedge.example.com/prod, folder: audit }'

const blocks = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)

test('what the page says an auditor runs can be run as it stands', { timeout: 120_000 }, async () => {
  using folder = tempFolder()
  mkdirSync(folder.file('bin'))
  writeFileSync(folder.file('bin/kedge'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`)
  chmodSync(folder.file('bin/kedge'), 0o755)
  writeFileSync(folder.file('kedge.yaml'), `apiVersion: kedge/v1\nledger: { path: ledger.db, checkpoints: ${CHECKPOINTS} }\n`)
  const PATH = [folder.file('bin'), process.env['PATH']].join(delimiter)
  let HEAD = ''
  const run = (block: string): string => {
    const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', block], {
      cwd: folder.path,
      encoding: 'utf8',
      env: { PATH, HEAD, RELEASE: 'c' },
    })
    expect({ block, status, stderr: status === 0 ? '' : stderr + stdout }).toEqual({ block, status: 0, stderr: '' })
    return stdout
  }
  const [makeKey = '', verify = '', verifyByHand = '', attest = '', openByHand = ''] = blocks
  run(makeKey)
  expect(statSync(folder.file('signing.pem')).mode & 0o077).toBe(0)
  {
    await using ledger = createSqliteLedger({ path: folder.file('ledger.db'), clock: countingClock() })
    await ledger.append(['a', 'b', 'c'].map((key) => releaseEntry(aRelease({ key }))))
    const key = createPrivateKey(readFileSync(folder.file('signing.pem')))
    const signing = createSigning({ origin: 'kedge.example.com/prod', folder: folder.file('audit'), file: undefined, key: () => key })
    const head = await ledger.head()
    HEAD = `${head?.sequence ?? 0}:${head?.hash ?? ''}`
    if (head) await signing.places[0]?.add(signing.checkpoint(head, Date.now()))
  }
  expect(run(verify)).toContain('1 of 1 checkpoints and noted heads lie on the chain, the newest at record 3')
  expect(run(verifyByHand)).toContain('Signature Verified Successfully')
  expect(JSON.parse(readFileSync(folder.file('record'), 'utf8'))).toMatchObject({ sequence: 3, kind: 'release', key: 'c' })
  expect(run(attest)).toContain('1 of 1 records lie on the chain')
  expect(run(openByHand)).toContain('Signature Verified Successfully')
  expect(JSON.parse(readFileSync(folder.file('payload'), 'utf8'))).toMatchObject({ predicate: { release: { key: 'c' } } })
  expect(blocks).toHaveLength(5)
})
