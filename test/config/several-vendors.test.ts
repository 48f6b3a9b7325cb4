import { expect, it } from 'vitest'
import { github } from '../../src/adapters/forges/github/manifest.ts'
import { createMemoryForges } from '../../src/adapters/forges/memory/forge.ts'
import { memoryForge } from '../../src/adapters/forges/memory/manifest.ts'
import { spellFault } from '../../src/config/faults.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { configJsonSchema } from '../../src/config/schema.ts'
import { keysOf, type SchemaNode } from './reference.ts'

// As many kinds of forge as there may be, a fault speaks of the kind that was meant.

const vendors = { forges: [github, memoryForge(createMemoryForges({ now: () => 0 }))], channels: [] }

it.each([
  ['{ type: memry }', '"memry" must be one of github, memory; did you mean memory?'],
  ['{ host: git.example }', 'line 2, forges[0].type: is missing'],
  ['{ type: github, tokenFil: x }', 'forges[0].tokenFil: is not a known key; did you mean tokenFile?'],
  ['{ type: memory, host: a, token: x }', 'forges[0].token: is not a known key; known are type, host, webhook'],
  ['{ type: memory, host: a, webhook: { secretFil: x } }', 'forges[0].webhook.secretFil: is not a known key'],
])('%s: %s', (entry, fault) => {
  const { faults } = parseConfig(`apiVersion: kedge/v1\nforges: [${entry}]\n`, vendors)
  expect(faults.map(spellFault).join('\n')).toContain(fault)
})

it('the keys of each kind are told apart', () => {
  const keys = keysOf(configJsonSchema(vendors) as SchemaNode).map(([key]) => key)
  expect(keys).toEqual(expect.arrayContaining(['forges[github].host', 'forges[memory].host']))
})
