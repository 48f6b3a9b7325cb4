import { expect, it } from 'vitest'
import { github } from '../../src/adapters/forges/github/manifest.ts'
import { createMemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { memoryForge } from '../../src/adapters/forges/memory/manifest.ts'
import { memoryLedger } from '../../src/adapters/ledgers/memory/manifest.ts'
import { createMemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import { sqlite } from '../../src/adapters/ledgers/sqlite/manifest.ts'
import { argocd } from '../../src/adapters/renderers/argocd/manifest.ts'
import { directory } from '../../src/adapters/renderers/directory/manifest.ts'
import { memoryRenderer } from '../../src/adapters/renderers/memory/manifest.ts'
import { spellFault } from '../../src/config/faults.ts'
import { readConfig } from '../../src/config/load.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { configJsonSchema } from '../../src/config/schema.ts'
import { keysOf, type SchemaNode } from './reference.ts'

// As many kinds of forge as there may be, a fault speaks of the kind that was meant.

const vendors = {
  forges: [github, memoryForge(createMemoryForges({ now: () => 0 }))],
  channels: [],
  renderers: [directory, argocd, memoryRenderer(() => Promise.reject(new Error('not asked')))],
  ledgers: [sqlite, memoryLedger(createMemoryLedger({ clock: { now: () => 0 } }))],
  alerts: [],
}

it.each([
  ['{ type: memry }', '"memry" must be one of github, memory; did you mean memory?'],
  ['{ host: git.example }', 'line 2, forges[0].type: is missing'],
  ['{ type: github, tokenFil: x }', 'forges[0].tokenFil: is not a known key; did you mean tokenFile?'],
  ['{ type: memory, host: a, token: x }', 'forges[0].token: is not a known key; known are type, commits, host, webhook'],
  ['{ type: memory, host: a, webhook: { secretFil: x } }', 'forges[0].webhook.secretFil: is not a known key'],
])('%s: %s', (entry, fault) => {
  const { faults } = parseConfig(`apiVersion: kedge/v1\nforges: [${entry}]\n`, vendors)
  expect(faults.map(spellFault).join('\n')).toContain(fault)
})

it('the keys of each kind are told apart', () => {
  const keys = keysOf(configJsonSchema(vendors) as SchemaNode).map(([key]) => key)
  expect(keys).toEqual(
    expect.arrayContaining(['forges[github].host', 'forges[memory].host', 'renderers[argocd].url', 'renderers[memory].tokenFile']),
  )
  expect(keys.filter((key) => key.startsWith('ledger[') && !key.includes('.checkpoints')).toSorted()).toEqual([
    'ledger[memory].name',
    'ledger[memory].type',
    'ledger[sqlite].path',
    'ledger[sqlite].type',
  ])
})

it('a ledger is the first kind where no type is said, as in 0.1.0, and the kind that is named where one is', () => {
  const ledgerOf = (text: string): unknown => {
    const { ledger } = readConfig(`apiVersion: kedge/v1\n${text}\n`, '/etc/kedge', vendors)
    return [ledger.manifest.id, ledger.options]
  }
  expect(ledgerOf('')).toEqual(['sqlite', { path: '/etc/kedge/.kedge/ledger.db' }])
  expect(ledgerOf('ledger: { path: a.db }')).toEqual(['sqlite', { path: '/etc/kedge/a.db' }])
  expect(ledgerOf('ledger: { type: memory, name: kept }')).toEqual(['memory', { name: 'kept' }])
})

it.each([
  ['ledger: { type: memori }', 'one of sqlite, memory'],
  ['ledger: { type: memory, path: a.db }', 'ledger.path: is not a known key; known are type, name'],
  ['ledger: { pth: a.db }', 'ledger.pth: is not a known key; did you mean path?'],
  ['renderers: [{ type: directory }]', 'renderers[0].type: "directory" must be one of argocd, memory'],
  ['renderers: [{ type: argocd, url: "http://argocd.example" }]', 'renderers[0].url: "http://argocd.example" must be https'],
])('%s: %s', (text, fault) => {
  const { faults } = parseConfig(`apiVersion: kedge/v1\n${text}\n`, vendors)
  expect(faults.map(spellFault).join('\n')).toContain(fault)
})

it('renderers are asked in one order: those that need nothing, that of `argocd.api`, and the list', () => {
  const text = 'argocd: { api: { url: "https://a.example" } }\nrenderers: [{ type: memory }, { type: argocd, url: "https://b.example" }]'
  const { renderers } = readConfig(`apiVersion: kedge/v1\n${text}\n`, '/etc/kedge', vendors)
  expect(renderers.map(({ manifest, options }) => [manifest.id, options])).toEqual([
    ['directory', {}],
    ['argocd', { url: 'https://a.example' }],
    ['memory', {}],
    ['argocd', { url: 'https://b.example' }],
  ])
})
