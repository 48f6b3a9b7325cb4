import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { createConfigSource } from '../../src/config/source.ts'
import { writeConfig } from '../../src/demo/stage.ts'
import { createService, type Service } from '../../src/service.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { TOKENS } from '../../src/simulator/world/story.ts'
import { until } from '../until.ts'

interface Running extends AsyncDisposable {
  world: World
  service: Service
  /** Puts files in place as a mounted ConfigMap or Secret does: all at once, by another link. */
  mount(files: Readonly<Record<string, string>>): Promise<void>
  /** The configuration as it was written first. */
  written: string
  condition(): Promise<{ ok: boolean; detail: string } | undefined>
}

/** A service on a configuration that is mounted, with a release that has failed; in mode observe, so nothing comes of it. */
async function start(): Promise<Running> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-changes-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const tokens = { [TOKENS.github]: { login: 'kedge[bot]' }, 'another-token': { login: 'another[bot]' } }
  const world = stack.use(await createWorld({ pace: 0.3, github: { tokens } }))
  await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  const first = await writeConfig({ world, folder, port: 0 })
  const written = (await readFile(first, 'utf8')).replace('mode: pr', 'mode: observe')
  const names = ['kedge.yaml', 'github-token', 'slack-token', 'kubeconfig']
  let generation = 0
  let mounted: Record<string, string> = {}
  for (const name of names) mounted[name] = name === 'kedge.yaml' ? written : await readFile(join(folder, name), 'utf8')
  const mount: Running['mount'] = async (files) => {
    mounted = { ...mounted, ...files }
    const place = `..${(generation += 1)}`
    await mkdir(join(folder, place))
    for (const [name, content] of Object.entries(mounted)) await writeFile(join(folder, place, name), content)
    await symlink(place, join(folder, '..new'))
    await rename(join(folder, '..new'), join(folder, '..data'))
  }
  await mount({})
  for (const name of names) {
    await rm(join(folder, name))
    await symlink(`..data/${name}`, join(folder, name))
  }
  const location = { file: first, env: {} }
  const loaded = loadConfig(location)
  const source = createConfigSource(location, loaded)
  const service = stack.use(await createService(loaded.config, loaded.secrets, undefined, { source }))
  await service.ready()
  const opened = stack.move()
  return {
    world,
    service,
    mount,
    written,
    async condition() {
      const response = await fetch(`${service.apiUrl}/readyz`)
      expect(response.status).toBe(200)
      const { conditions } = (await response.json()) as { conditions: { name: string; ok: boolean; detail: string }[] }
      return conditions.find(({ name }) => name === 'configuration')
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function failOnce({ world }: Running): Promise<void> {
  world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
  await world.commitImage('v1.8.0', 'alice')
  await world.untilRollout(({ status }) => status?.abort === true && status.phase === 'Degraded')
}

const soon = { timeoutMs: 30_000, what: 'the configuration holds' }

test.concurrent('a mode that is changed in a mounted file holds at once: what waited is opened, with the token of then', async () => {
  await using running = await start()
  await failOnce(running)
  expect(running.world.repository.pulls.size).toBe(0)
  await running.mount({ 'kedge.yaml': running.written.replace('mode: observe', 'mode: pr'), 'github-token': 'another-token' })
  const pull = await until(() => [...running.world.repository.pulls.values()][0], soon)
  expect(pull.author).toBe('another[bot]')
  expect(await running.condition()).toEqual({ name: 'configuration', ok: true, detail: 'holds as it is written' })
}, 60_000)

test.concurrent('a configuration that is wrong is told in /readyz and the metrics, and the one before goes on', async () => {
  await using running = await start()
  await running.mount({ 'kedge.yaml': running.written.replace('mode: observe', 'mode: prr') })
  const told = await until(async () => {
    const condition = await running.condition()
    return condition?.ok === false ? condition : undefined
  }, soon)
  expect(told.detail).toMatch(/cannot be used, so the one before goes on: line 2, defaults.mode: "prr" must be one of/)
  const metrics = await (await fetch(`${running.service.apiUrl}/metrics`)).text()
  expect(metrics).toContain('kedge_condition{condition="configuration"} 0')
  await failOnce(running)
  expect(running.world.repository.pulls.size).toBe(0)
  await running.mount({ 'kedge.yaml': running.written.replace('mode: observe', 'mode: pr') })
  await until(() => [...running.world.repository.pulls.values()][0], soon)
  expect(await running.condition()).toMatchObject({ ok: true })
}, 60_000)

test.concurrent('a key that holds from the next start on is named, and all others hold', async () => {
  await using running = await start()
  const changed = running.written.replace('mode: observe', 'mode: pr').replace('log: { level: silent }', 'log: { level: error }')
  await running.mount({ 'kedge.yaml': changed.replace('name: demo', 'name: other') })
  await failOnce(running)
  await until(() => [...running.world.repository.pulls.values()][0], soon)
  expect(await running.condition()).toMatchObject({ ok: true, detail: 'waits for the next start: clusters, argocd.cluster, log' })
}, 60_000)

test.concurrent('a token of the API and a secret of a webhook that are replaced hold from then on', async () => {
  await using running = await start()
  const { written, service } = running
  const files = (secret: string) => ({
    'kedge.yaml': `${written}argocd: { webhook: { secretFile: ..data/argocd-hook } }\n`,
    'argocd-hook': secret,
  })
  const tell = async (secret: string): Promise<number> => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ application: 'checkout', applicationNamespace: 'argocd' })
    return (await fetch(`${service.webhooksUrl}/webhooks/argocd`, { method: 'POST', headers, body })).status
  }
  expect(await tell('one')).not.toBe(202)
  await running.mount(files('one-secret'))
  await until(async () => ((await tell('one-secret')) === 202 ? true : undefined), soon)
  await running.mount(files('two-secret'))
  await until(async () => ((await tell('two-secret')) === 202 ? true : undefined), soon)
  expect(await tell('one-secret')).toBe(401)
}, 60_000)
