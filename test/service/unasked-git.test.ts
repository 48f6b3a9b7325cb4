import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createService } from '../../src/service.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTerminal } from '../cli/terminal.ts'
import { rememberLog } from '../remember-log.ts'

test('who begins with nothing said reads at the start, on the page and in explain the one line that lets Kedge look into Git', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-unasked-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const world = stack.use(await createWorld({ pace: 0.02, pods: { startMs: 5, readyMs: 10 }, pollMs: 20 }))
  await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  await writeFile(join(folder, 'kubeconfig'), world.kubernetes.kubeconfig(), { mode: 0o600 })
  const file = join(folder, 'kedge.yaml')
  const base = `apiVersion: kedge/v1
clusters: [{ name: demo, kubeconfig: kubeconfig }]
server: { api: { port: 0 }, webhooks: { port: 0 } }
ledger: { path: ledger.db }
mirrors: { path: mirrors }
`
  const tell = async (more: string): Promise<{ log: string; page: string; explain: string }> => {
    await writeFile(file, base + more)
    const { config, secrets } = loadConfig({ file, env: {} })
    const { logger, lines } = rememberLog()
    await using service = await createService(config, secrets, { ...realAdapters, logger: () => logger })
    await service.ready()
    const terminal = createTerminal()
    await runCli(['explain', 'checkout', '--server', service.apiUrl], terminal)
    const page = await (await fetch(service.apiUrl)).text()
    return { log: JSON.stringify(lines), page, explain: terminal.out() }
  }

  const unasked = await tell('')
  const line = `allow: { repositories: ["${world.forge.url}/acme/gitops"] }`
  expect(unasked.log).toContain('Git is not looked into; this line of the configuration lets Kedge')
  expect(unasked.page).toContain(`<code>${line.replaceAll('"', '&#34;')}</code>`)
  expect(unasked.explain).toContain(`Git is not looked into. This line of the configuration lets Kedge: ${line}`)

  // The very line does it.
  const asked = await tell(line)
  expect(JSON.stringify(asked)).not.toContain('not looked into')
})
