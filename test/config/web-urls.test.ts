import { expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { configJsonSchema } from '../../src/config/schema.ts'
import { registry } from '../../src/registry.ts'

/** Every key that holds an address on the web, by its place in the schema, and where it stands in the file below. */
const KEYS: Readonly<Record<string, string>> = {
  'argocd.url': 'argocd.url',
  'argocd.api.url': 'argocd.api.url',
  'links[].url': 'links[0].url',
  'server.publicUrl': 'server.publicUrl',
  'tracing.endpoint': 'tracing.endpoint',
  'registries[].url': 'registries[0].url',
  'github.apiBaseUrl': 'github.apiBaseUrl',
  'forges[].github.apiBaseUrl': 'forges[0].apiBaseUrl',
  'forges[].gitlab.apiBaseUrl': 'forges[1].apiBaseUrl',
  'forges[].gitea.url': 'forges[2].url',
  'slack.apiUrl': 'slack.apiUrl',
  'channels[].slack.apiUrl': 'channels[0].apiUrl',
  'channels[].webhook.url': 'channels[1].url',
  'renderers[].argocd.url': 'renderers[0].url',
  'alerts.sources[].alertmanager.url': 'alerts.sources[0].url',
  'alerts.sources[].prometheus.url': 'alerts.sources[1].url',
}
const ALL = Object.values(KEYS).sort()
/** Those to which something goes that others must not read, whatever else is said. */
const CONFIDENTIAL = ['argocd.api.url', 'channels[1].url', 'registries[0].url', 'renderers[0].url']

/** The file that has one address in all its places. */
const fileWith = (url: string): string =>
  `apiVersion: kedge/v1
argocd: { url: U, api: { url: U } }
links: [{ text: Here, url: U }]
server: { publicUrl: U }
tracing: { endpoint: U }
registries: [{ host: ghcr.io, url: U }]
github: { apiBaseUrl: U }
slack: { apiUrl: U }
forges: [{ type: github, apiBaseUrl: U }, { type: gitlab, apiBaseUrl: U }, { type: gitea, url: U }]
channels: [{ type: slack, apiUrl: U }, { type: webhook, url: U }]
renderers: [{ type: argocd, url: U }]
alerts: { sources: [{ type: alertmanager, url: U }, { type: prometheus, url: U }] }
`.replaceAll(/\bU\b/g, JSON.stringify(url))

/** The places with a fault of that kind; all the text of the faults is looked through for what must not be told. */
function refused(url: string, reason: RegExp): readonly string[] {
  const { faults } = parseConfig(fileWith(url))
  expect(JSON.stringify(faults)).not.toContain('planted')
  return [...new Set(faults.flatMap((fault) => (reason.test(fault.reason) ? [fault.path] : [])))].sort()
}

interface Node {
  format?: string
  const?: string
  items?: Node
  properties?: Readonly<Record<string, Node>>
  oneOf?: readonly Node[]
  anyOf?: readonly Node[]
}

/** Where a schema has an address, as KEYS names the places. */
function addressesIn(node: Node, path: readonly string[] = []): readonly string[] {
  if (node.format === 'uri') return [path.join('.').replaceAll('.[]', '[]')]
  const type = node.properties?.['type']?.const
  const here = type === undefined ? path : [...path, type]
  return [
    ...Object.entries(node.properties ?? {}).flatMap(([key, member]) => addressesIn(member, [...here, key])),
    ...(node.items ? addressesIn(node.items, [...path, '[]']) : []),
    ...[...(node.oneOf ?? []), ...(node.anyOf ?? [])].flatMap((one) => addressesIn(one, path)),
  ]
}

it('every key of the configuration that holds an address is held to the rule', () => {
  expect([...addressesIn(configJsonSchema(registry) as Node)].sort()).toEqual(Object.keys(KEYS).sort())
})

it.each([
  'https://:planted@h',
  'https://planted@h',
  'https://user:planted@h',
  'https:planted@h',
  'HTTPS:/planted@h',
  'http://planted:80@evil.com',
])('no key takes %s, and nothing of it is shown', (url) => {
  expect(refused(url, /^must not hold a user or password \(not shown\)$/)).toEqual(ALL)
})

it.each(['https:\\\\planted\u0085@h', 'https://:plan ted\u0085@h', 'https://planted\u0001@h'])(
  'nothing is shown of %j either, which has a fault beside that',
  (url) => {
    expect(refused(url, /./)).toEqual(ALL)
  },
)

it.each(['ftp:planted@h', 'https://', 'http://', 'kedge.example', 'ftp://h', 'ht\ttp://h', 'https://h/a\u0001b'])(
  'no key takes %j',
  (url) => {
    expect(refused(url, /^must be an http\(s\) URL$/)).toEqual(ALL)
  },
)

it.each([
  'https://h.example/x',
  'HTTPS://H.example',
  'http://127.0.0.1:80',
  'http://[::1]:80',
  'http://localhost:8080',
  'https://h\n.example\t/x',
])('every key takes %j', (url) => {
  expect(refused(url, /./)).toEqual([])
})

it('a key keeps an address without the tabs and line breaks that its readers would pass over', () => {
  expect(parseConfig(fileWith('https://h\n.example\t/x')).file?.server.publicUrl).toBe('https://h.example/x')
})

it.each(['http://h', 'HTTP://h', 'http://localhost.evil.com', 'http://127.0.0.1.evil.com', 'http://0.0.0.0'])(
  'an address to which secrets go is never %j; another may be',
  (url) => {
    expect(refused(url, /^must be https: /)).toEqual(CONFIDENTIAL)
    expect(refused(url, /^must be an http/)).toEqual([])
  },
)
