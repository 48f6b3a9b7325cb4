import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createConfigSource } from '../../src/config/source.ts'
import { readLedger, writeConfig } from '../../src/demo/stage.ts'
import type { Signing } from '../../src/ports/signing.ts'
import { createService, type Service } from '../../src/service.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { createTerminal } from '../cli/terminal.ts'
import { holds, until } from '../until.ts'

interface Running {
  folder: string
  world: World
  service: Service
  /** Exchanges the key as a mounted Secret is exchanged. */
  exchange: (pem: string) => Promise<void>
  verify: (...more: string[]) => Promise<{ code: number; out: string }>
  /** Ends the service. */
  stop: () => Promise<void>
}

function aKey(): { secret: string; open: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    open: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

async function start(stack: AsyncDisposableStack, key: string, signing?: (real: Signing) => Signing): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'kedge-signed-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const world = stack.use(await createWorld({ pace: 0.3 }))
  const checkpoints = '{ keyFile: signing.pem, origin: kedge.example/test, folder: audit, file: audit.log, everyRecords: 1 }'
  const ledger = `{ path: ledger.db, checkpoints: ${checkpoints} }`
  await writeFile(join(folder, 'signing.pem'), key, { mode: 0o600 })
  const file = await writeConfig({ world, folder, port: 0, ledger })
  const location = { file, env: {} }
  const loaded = loadConfig(location)
  const adapters = {
    ...realAdapters,
    signing: (site: Parameters<typeof realAdapters.signing>[0]) => {
      const real = realAdapters.signing(site)
      return real && (signing?.(real) ?? real)
    },
  }
  const source = createConfigSource(location, loaded)
  const service = stack.use(await createService(loaded.config, loaded.secrets, adapters, { source }))
  await service.ready()
  return {
    folder,
    world,
    service,
    async exchange(pem) {
      await writeFile(join(folder, 'signing.new'), pem, { mode: 0o600 })
      await rename(join(folder, 'signing.new'), join(folder, 'signing.pem'))
    },
    async verify(...more) {
      const terminal = createTerminal()
      const code = await runCli(['ledger', 'verify', join(folder, 'ledger.db'), ...more], terminal)
      return { code, out: terminal.out() + terminal.err() }
    },
    stop: async () => service[Symbol.asyncDispose](),
  }
}

async function failOnce(world: World): Promise<string> {
  world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
  await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  await world.commitImage('v1.8.0', 'alice')
  return until(() => [...world.repository.pulls.values()][0]?.body, { what: 'a pull request', timeoutMs: 30_000 })
}

const notes = (folder: string): Promise<string[]> => readdir(join(folder, 'audit')).catch(() => [])
const soon = (what: string) => ({ what, timeoutMs: 30_000 })

test.concurrent('what a service has signed, and the pull request says, is what an auditor holds its ledger against', async () => {
  await using stack = new AsyncDisposableStack()
  const key = aKey()
  const { folder, world, service, verify, stop } = await start(stack, key.secret)
  await writeFile(join(folder, 'public.pem'), key.open)
  const body = await failOnce(world)
  const newest = await readLedger(folder, (ledger) => ledger.head())
  await until(async () => ((await notes(folder)).some((name) => Number(name.slice(0, 16)) >= (newest?.sequence ?? 0)) ? true : undefined), {
    ...soon('a checkpoint of what was recorded'),
  })
  const ready = (await (await fetch(`${service.apiUrl}/readyz`)).json()) as { conditions: { name: string; ok: boolean; detail: string }[] }
  expect(ready.conditions.find(({ name }) => name === 'checkpoints')).toMatchObject({
    ok: true,
    detail: expect.stringMatching(/audit: record \d+; .*audit\.log: record \d+/) as string,
  })
  const metrics = await (await fetch(`${service.apiUrl}/metrics`)).text()
  expect(metrics).toMatch(/^kedge_checkpoints_total\{result="written"\} [1-9]/m)
  expect(metrics).toMatch(/^kedge_checkpoint_record\{place=".*audit"\} [1-9]/m)
  await stop()
  const [, head = ''] = /Ledger when this was written: `(\d+:[0-9a-f]{64})` \(`kedge ledger verify --expect-head`\)/.exec(body) ?? []
  const places = ['--checkpoints', join(folder, 'audit'), '--checkpoints', join(folder, 'audit.log')]
  const { code, out } = await verify('--key', join(folder, 'public.pem'), ...places, '--expect-head', head)
  expect([code, out]).toEqual([0, expect.stringMatching(/(\d+) of \1 checkpoints and noted heads lie on the chain/) as string])
  expect(await readFile(join(folder, 'audit.log'), 'utf8')).not.toContain('PRIVATE')
}, 60_000)

test.concurrent('a key that is exchanged signs from then on; one that is none is told, and the one before goes on', async () => {
  await using stack = new AsyncDisposableStack()
  const [first, second] = [aKey(), aKey()]
  const { folder, world, service, exchange, verify, stop } = await start(stack, first.secret)
  await writeFile(join(folder, 'first.pem'), first.open)
  await writeFile(join(folder, 'second.pem'), second.open)
  await until(async () => ((await notes(folder)).length > 0 ? true : undefined), soon('a first checkpoint'))
  const condition = async (name: string) => {
    const { conditions } = (await (await fetch(`${service.apiUrl}/readyz`)).json()) as {
      conditions: { name: string; ok: boolean; detail: string }[]
    }
    return conditions.find((one) => one.name === name)
  }
  const garbage = second.secret.replace('MC4C', 'MC4D')
  await exchange(garbage)
  const told = await until(
    async () => ((await condition('configuration'))?.ok === false ? condition('configuration') : undefined),
    soon('a fault'),
  )
  expect(told?.detail).toContain('ledger.checkpoints.keyFile: "signing.pem" is no private key in PEM')
  expect(told?.detail).not.toContain(garbage.split('\n')[1])
  await exchange(second.secret)
  await until(async () => ((await condition('configuration'))?.ok ? true : undefined), soon('the new key'))
  const before = (await notes(folder)).length
  await failOnce(world)
  await until(async () => ((await notes(folder)).length > before ? true : undefined), soon('a checkpoint by the new key'))
  await stop()
  const places = ['--checkpoints', join(folder, 'audit')]
  const both = ['--key', join(folder, 'first.pem'), '--key', join(folder, 'second.pem')]
  expect(await verify(...both, ...places)).toMatchObject({ code: 0 })
  for (const one of ['first.pem', 'second.pem'])
    expect(await verify('--key', join(folder, one), ...places)).toMatchObject({
      code: 1,
      out: expect.stringContaining('E_CHECKPOINT_KEY') as string,
    })
}, 60_000)

test.concurrent('a place that never answers holds up neither the card nor the pull request, nor the end', async () => {
  await using stack = new AsyncDisposableStack()
  let asked = 0
  const { world, stop } = await start(stack, aKey().secret, (real) => ({
    ...real,
    places: [
      {
        name: 'a bucket that hangs',
        newest: async () => undefined,
        add() {
          asked += 1
          return new Promise(() => undefined)
        },
      },
    ],
  }))
  await failOnce(world)
  await holds('a card', () => world.slack.messages.length > 0)
  expect(asked).toBe(1)
  await stop()
}, 60_000)
