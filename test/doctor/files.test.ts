import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { loadConfig } from '../../src/config/load.ts'
import { checkFiles } from '../../src/doctor/check-files.ts'
import { createTerminal } from '../cli/terminal.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kedge-files-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string, mode = 0o600): void => {
  writeFileSync(join(folder, name), text)
  chmodSync(join(folder, name), mode)
}

async function told(yaml: string): Promise<readonly string[]> {
  write('kedge.yaml', `apiVersion: kedge/v1\n${yaml}\n`)
  const { named } = loadConfig({ file: join(folder, 'kedge.yaml'), env: {} })
  return (await checkFiles(named)).map(({ level, says }) => `${level}: ${says.replaceAll(`${folder}/`, '')}`)
}

it('a file that is absent, a folder, empty or behind something else is never called there', async () => {
  mkdirSync(join(folder, 'folder'))
  write('empty', '')
  write('plain', 'x')
  expect(await told('git: { caFile: gone }')).toEqual(['fail: gone (git.caFile) is not there'])
  expect(await told('git: { caFile: folder }')).toEqual(['fail: folder (git.caFile) is no file'])
  expect(await told('git: { caFile: empty }')).toEqual(['fail: empty (git.caFile) is empty'])
  expect(await told('git: { caFile: plain/x }')).toEqual(['fail: plain/x (git.caFile) is not there'])
  expect(await told('clusters: [{ name: a, kubeconfig: gone }, { name: b, kubeconfig: plain }]')).toEqual([
    'ok: 1 of 2 that the configuration names are there and can be read',
    'fail: gone (clusters[0].kubeconfig) is not there',
  ])
})

it('a secret that everybody may read is warned of, and a certificate is not', async () => {
  write('token', 'x', 0o644)
  write('ca', 'x', 0o644)
  const forge = 'git: { caFile: ca }\nforges: [{ type: gitlab, tokenFile: token }]'
  expect(await told(forge)).toEqual([
    'ok: 1 of 2 that the configuration names are there and can be read',
    'warn: token (forges[0].tokenFile) can be read by everybody on this machine',
  ])
  chmodSync(join(folder, 'token'), 0o640)
  expect(await told(forge)).toEqual(['ok: 2 of 2 that the configuration names are there and can be read'])
})

it('the files of entries, of the renderer at argocd.api and of the ledger are among them', async () => {
  for (const name of ['token', 'hook', 'url']) write(name, name === 'url' ? 'postgres://a@b/c' : 'x')
  const says = await told(
    'argocd: { api: { url: "https://a.example", tokenFile: token, caFile: gone } }\n' +
      'forges: [{ type: gitlab, tokenFile: token, webhook: { secretFile: hook } }]\nledger: { type: postgres, urlFile: url }',
  )
  expect(says).toEqual(['ok: 4 of 5 that the configuration names are there and can be read', 'fail: gone (argocd.api.caFile) is not there'])
})

it('the doctor calls no configuration valid that is not there', { timeout: 60_000 }, async () => {
  const unnamed = { ...createTerminal(), now: Date.now }
  await runCli(['doctor'], unnamed)
  expect(unnamed.out()).toMatch(/^⚠ warn {2}configuration: kedge\.yaml is not there: the built-in settings hold; mode observe by default\n/)
  const [absent, terminal] = [join(folder, 'kedge.yaml'), { ...createTerminal({ env: { KUBECONFIG: '/nowhere' } }), now: Date.now }]
  expect([await runCli(['doctor', '--config', absent], terminal), terminal.err()]).toEqual([2, expect.stringContaining('does not exist')])
})
