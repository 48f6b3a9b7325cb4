import { createPublicKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createRecordedView } from '../../src/adapters/kubernetes/recorded-view.ts'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { loadConfig } from '../../src/config/load.ts'
import { SILENT } from '../../src/ports/log.ts'
import { UNTRACED, type Adapters } from '../../src/service/adapters.ts'
import { openPorts } from '../../src/service/open-ports.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startGitHub } from '../../src/simulator/github.ts'
import { PRIVATE_KEY } from '../adapters/forges/github/github-edge.ts'

/** `serve`'s own ports over a forge that is there, with an App; the clusters show nothing. */
async function open() {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-refused-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const clock = createSystemClock()
  const publicKey = createPublicKey(PRIVATE_KEY).export({ type: 'spki', format: 'pem' }).toString()
  const app = { id: 42, slug: 'kedge-app', installationId: 7, publicKey }
  const github = await startGitHub({ clock, directory: join(folder, 'origin'), tokens: {}, app })
  stack.defer(() => github.stop())
  const { people, cloneUrl } = await github.createRepository('acme/deploy')
  const head = await people.commit('ada', { files: { 'app.yaml': 'one\n' }, message: 'feat: one' })
  await writeFile(join(folder, 'key.pem'), PRIVATE_KEY, { mode: 0o600 })
  const file = join(folder, 'kedge.yaml')
  await writeFile(
    file,
    `apiVersion: kedge/v1
clusters: [{ name: prod }]
allow: { repositories: ["${cloneUrl}"] }
forges: [{ type: github, apiBaseUrl: "${github.url}/api/v3", app: { id: 42, privateKeyFile: key.pem } }]
mirrors: { path: mirrors }
`,
  )
  const { config, secrets } = loadConfig({ file, env: {} })
  const adapters: Adapters = {
    ...realAdapters,
    ...UNTRACED,
    logger: () => SILENT,
    ledger: () => createMemoryLedger({ clock }),
    view: async ({ name }) => ({
      ...createRecordedView(name, clock).view,
      start: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }),
  }
  const ports = stack.use(await openPorts(config, secrets, adapters))
  const opened = stack.move()
  return { github, cloneUrl, head, ports, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

it('a credential that was refused is named to the forge that gave it, which gives another', async () => {
  await using at = await open()
  const password = async (rejected?: string) => (await at.ports.forges.credentialsFor(at.cloneUrl, rejected))?.password
  const first = await password()
  expect([await password(), first]).toEqual([first, expect.stringMatching(/^ghs_/)])
  const second = await password(first)
  expect(second).toMatch(/^ghs_/)
  expect(second).not.toBe(first)
})

it('a token that is revoked while Git has it is replaced, and what was asked is asked again', async () => {
  await using at = await open()
  const repository = await at.ports.environment.repositories.open(at.cloneUrl)
  expect(await repository.fetch('main')).toBe(at.head)
  at.github.forge.accounts.revoke((await at.ports.forges.credentialsFor(at.cloneUrl))?.password ?? '')
  expect(await repository.fetch('main')).toBe(at.head)
})

it('one repository stays one object through everything that stands before it: what was read of it is found again', async () => {
  await using at = await open()
  const { repositories } = at.ports.environment
  expect(await repositories.open(at.cloneUrl)).toBe(await repositories.open(at.cloneUrl))
})
