import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import { entriesOf } from '../../src/config/entries.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { configJsonSchema } from '../../src/config/schema.ts'
import { NO_SECRETS, readSecrets } from '../../src/config/secrets.ts'
import { toConfig } from '../../src/config/settings.ts'
import { writeConfig } from '../../src/demo/stage.ts'
import { registry } from '../../src/registry.ts'
import { createService } from '../../src/service.ts'
import type { Adapters } from '../../src/service/adapters.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { STORY } from '../../src/simulator/world/story.ts'
import { isBlock, keysOf, type SchemaNode } from '../config/reference.ts'
import { holds } from '../until.ts'
import { everyKey, FILES } from './every-key.ts'
import { createReadRecorder } from './read-recorder.ts'

// The wiring as a whole: of a configuration in which everything is said, everything is read on the way through one release.

/** What nobody reads on that way, and why that is right. */
const READ_ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/^file\.apiVersion$/, 'says which schema it is, and has been held against it'],
  [/^config\.(?:forges|channels)\[\d\]\.path$/, 'where a fault of the entry would be told'],
  [/^config\.alerts\.labels\.(?:cluster|rollout)$/, 'for an alert about a Rollout that bakes: test/service/alert-places.test.ts'],
  [/^config\.alerts\.sources\[\d\]\.(?:name|path)$/, 'where a fault of the entry would be told'],
  [/^config\.forges\[\d\]\.name$/, 'an address names a channel, never a forge'],
  [/^secrets\.forges\[[12]\]\.credential\.installationId$/, 'for the first token of an App: test/adapters/forges/github/app.test.ts'],
  [/^config\.channels\[0\]\.options\.interactivity\.(?:team|names\.U1)$/, 'for what people press: test/http/webhooks/interactions.test.ts'],
  [/^config\.policy\.storms\.(?:holdFrom|withinMs)$/, 'for the second failure of one cause: test/simulation/storm.test.ts'],
  [/^secrets\.alerts\[\d\]\.authorization$/, 'for each call, by the file of then: test/service/alert-tokens.test.ts'],
  [/^secrets\.(?:channels\[3\]\.)?texts$/, 'kept out of the log and of traces: test/planted-secrets.ts'],
]

afterEach(() => vi.unstubAllEnvs())

test('the sample says every key that the schema has', () => {
  const schema = configJsonSchema() as SchemaNode
  const said = new Set(
    pathsOf(parse(everyKey({ github: { url: 'http://a' }, slack: { apiUrl: 'http://b' }, alerts: {} } as World, 'http://c'))),
  )
  const old = keysOf(schema).filter(([, node]) => (node as { deprecated?: boolean }).deprecated)
  const known = keysOf(schema).filter(([key, node]) => {
    // There is one ledger at a time. The other kinds have a release of their own: test/adapters/ledgers/postgres/story.test.ts.
    return !isBlock(node) && !key.startsWith('ledger[postgres]') && !old.some(([path]) => key === path || key.startsWith(`${path}.`))
  })
  expect(known.map(([key]) => key).filter((key) => !said.has(key))).toEqual([])
})

test('every key of the configuration, and every secret, is read on the way through a release', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'kedge-every-key-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const world = stack.use(await createWorld())
  const collector = await startCollector()
  await writeConfig({ world, folder, port: 0 })
  await Promise.all(Object.entries(FILES).map(([name, text]) => writeFile(join(folder, name), text, { mode: 0o600 })))

  // Of the cluster that the pod is in nothing answers here: nobody waits for it.
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1')
  vi.stubEnv('KUBERNETES_SERVICE_PORT', '1')
  const recorder = createReadRecorder()
  const parsed = parseConfig(everyKey(world, collector.url))
  expect(parsed.faults).toEqual([])
  const file = recorder.watch('file', parsed.file as NonNullable<typeof parsed.file>)
  const entries = recorder.watch('config', entriesOf(file, registry))
  const read = readSecrets(file, entries, { folder, env: {} })
  expect(read.faults).toEqual([])
  const config = recorder.watch('config', toConfig(file, entries, folder))
  const secrets = recorder.watch('secrets', read.secrets)

  // To hide a secret is not to use it: whoever keeps them out of the log gets them from elsewhere.
  const adapters: Adapters = {
    ...realAdapters,
    logger: (settings) => realAdapters.logger(settings, NO_SECRETS),
    tracer: (site) => realAdapters.tracer({ ...site, secrets: { ...NO_SECRETS, otlpHeaders: site.secrets.otlpHeaders } }),
  }
  {
    await using service = await createService(config, secrets, adapters)
    await playOneRelease(world)
    await deliver(service.webhooksUrl, world)
  }
  expect(recorder.unread().filter((path) => !READ_ELSEWHERE.some(([pattern]) => pattern.test(path)))).toEqual([])
  expect(collector.headers()).toContain('planted-header')
}, 60_000)

/** A release fails in a Rollout that annotations speak of: a PR, and a card. */
async function playOneRelease(world: World): Promise<void> {
  const application = { plural: 'applications', namespace: STORY.applicationNamespace, name: STORY.application }
  const annotations = { 'kedge.dev/mode': 'pr', 'kedge.dev/channel': `ops:${STORY.channel.id}`, 'kedge.dev/reviewers': 'ada' }
  world.kubernetes.store.patch(application, { metadata: { labels: { team: 'shop' }, annotations } })
  await world.alerts.fire({ alertname: 'Burn' })
  await world.untilRollout((rollout) => rollout.status?.phase === 'Healthy')
  world.scriptMetric((image) => (image.endsWith(':v1.8.0') ? 0.5 : 0.99))
  await world.commitImage('v1.8.0', 'alice')
  await holds('a PR and a card', () => world.repository.pulls.size > 0 && world.slack.messages.length > 0, 30_000)
}

/** What a forge and Argo CD tell of it. */
async function deliver(webhooksUrl: string, world: World): Promise<void> {
  world.alerts.receiver = { url: `${webhooksUrl}/webhooks/alertmanager`, token: FILES['alerts-hook'] ?? '' }
  expect(await world.alerts.resolve('Burn')).toBe(202)
  world.github.forge.webhooks.setTarget({ url: `${webhooksUrl}/webhooks/github`, secret: FILES['forge-hook'] ?? '' })
  await world.unrelatedCommit('bob')
  await world.github.forge.webhooks.settled()
  expect(world.github.forge.webhooks.deliveries.at(-1)).toMatchObject({ event: 'push', status: 202 })
  const names = { app: STORY.application, appNs: STORY.applicationNamespace, ro: STORY.rollout, roNs: STORY.namespace, in: 'demo' }
  const headers = { authorization: `Bearer ${FILES['argocd-hook']}`, 'content-type': 'application/json' }
  const told = await fetch(`${webhooksUrl}/webhooks/argocd`, { method: 'POST', headers, body: JSON.stringify(names) })
  expect(told.status).toBe(202)
}

async function startCollector(): Promise<{ url: string; headers(): readonly (string | string[] | undefined)[] }> {
  const got: (string | string[] | undefined)[] = []
  const server = createServer((request, response) => {
    got.push(request.headers['x-planted'])
    request.resume().on('end', () => response.end('{}'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers: () => got }
}

function pathsOf(value: unknown, path = ''): readonly string[] {
  // As the schema has it: `forges[]`, and `forges[gitea]` where there are several types.
  if (Array.isArray(value))
    return [path, ...value.flatMap((item) => ['', typeOf(item)].flatMap((type) => pathsOf(item, `${path}[${type}]`)))]
  if (typeof value !== 'object' || value === null) return [path]
  const typed = typeOf(value) === '' || path.endsWith(']') ? [] : pathsOf(value, `${path}[${typeOf(value)}]`)
  return [path, ...typed, ...Object.entries(value).flatMap(([key, member]) => pathsOf(member, path === '' ? key : `${path}.${key}`))]
}

function typeOf(item: unknown): string {
  return typeof item === 'object' && item !== null && 'type' in item ? String(item.type) : ''
}
