import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { KEYS_OF_THE_START, takeOver } from '../../src/config/live-keys.ts'
import { readConfig } from '../../src/config/load.ts'
import type { Config } from '../../src/config/settings.ts'
import { CHANGES } from './changes-of-the-start.ts'

const read = (more: string): Config => readConfig(`apiVersion: kedge/v1\n${more}`, '/etc/kedge')

const SLACK = 'channels: [{ type: slack, tokenFile: token }]\n'
const RUNNING = read(SLACK)

it.each(KEYS_OF_THE_START)('%s holds from the next start on, and is named', (key) => {
  const { config, waiting } = takeOver(RUNNING, read(SLACK + CHANGES[key]))
  expect(waiting).toContain(key)
  expect(config).toEqual(RUNNING)
})

it('all else holds at once, also beside a key that waits', () => {
  const more = [
    'defaults: { mode: pr, channel: "#deploys" }',
    'allow: { repositories: ["https://github.com/acme/*"] }',
    'forges: [{ type: github, tokenFile: token }]',
    'channels: [{ type: slack, tokenFile: another }]',
    'links: [{ text: Board, url: "https://grafana.example" }]',
    'argocd: { url: "https://argocd.example", webhook: { fields: { application: $.app } } }',
    'limits: { openPerRepository: 3 }',
  ]
  const written = read(`${more.join('\n')}\nserver: { publicUrl: "https://kedge.example", webhooks: { maxBodyBytes: 2048 } }`)
  expect(takeOver(RUNNING, written)).toEqual({ config: written, waiting: [] })
  const { config, waiting } = takeOver(RUNNING, { ...written, mirrors: { path: '/elsewhere' } })
  expect([config, waiting]).toEqual([written, ['mirrors']])
})

it.each([
  ['the first channel', read(''), RUNNING],
  ['the loss of the last channel', RUNNING, read('')],
])('%s waits for the next start', (_, running, written) => {
  expect(takeOver(running, written).waiting).toEqual(['channels (the first, or the last)'])
})

it('of every key of the configuration it is decided when it holds', () => {
  const live = ['policy', 'forges', 'channels', 'renderers', 'registries', 'links', 'warnings']
  const atStart = new Set(KEYS_OF_THE_START.map((key) => key.split('.')[0]))
  expect(new Set(Object.keys(RUNNING))).toEqual(new Set([...live, ...atStart]))
})

it('the documentation has the same table', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
  const section = /^## Changes without a restart$.*?(?=^## )/ms.exec(page)?.[0] ?? ''
  const row = /^\| at the next start \|(?<keys>.*)\|$/m.exec(section)?.groups?.['keys'] ?? ''
  expect([...row.matchAll(/`([^`]+)`/g)].map(([, key]) => key)).toEqual([...KEYS_OF_THE_START])
})
