import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { configJsonSchema } from '../../src/config/schema.ts'
import { ANNOTATIONS } from '../../src/domain/policy/annotations.ts'
import { registry } from '../../src/registry.ts'
import { keysOf, renderReference, type SchemaNode } from './reference.ts'

const PAGE = new URL('../../docs/configuration.md', import.meta.url)
const REFERENCE = /(?<=<!-- keys: begin.*-->\n\n).*?(?=\n\n<!-- keys: end -->)/s
const schema = configJsonSchema() as SchemaNode
/** Said once, at `defaults` and at the `match` of rules. */
const repeated = (key: string) => key.startsWith('rules[].set.') || key.startsWith('mute[].match.')

describe('docs/configuration.md', () => {
  it('has every key with what it takes, its default and what it does (UPDATE_DOCS=1 writes them)', () => {
    const page = readFileSync(PAGE, 'utf8')
    const reference = renderReference(schema, repeated)
    if (process.env['UPDATE_DOCS'] === '1')
      writeFileSync(
        PAGE,
        page.replace(REFERENCE, () => reference),
      )
    expect(REFERENCE.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(reference)
  })

  it('may say the keys of rules and mute windows once, because they are the same', () => {
    const names = (prefix: string) => keysOf(schema).flatMap(([key]) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))
    expect(names('rules[].set.')).toEqual(names('defaults.'))
    expect(names('mute[].match.')).toEqual(names('rules[].match.'))
  })

  it('lists every annotation and every variable', () => {
    const page = readFileSync(PAGE, 'utf8')
    const listed = [...page.matchAll(/^\| `kedge\.dev\/([a-z-]+)`/gm)].map((match) => match[1])
    expect(new Set(listed)).toEqual(new Set(Object.keys(ANNOTATIONS)))
    const manifests = [
      ...registry.forges.map(({ id }) => `adapters/forges/${id}/manifest`),
      ...registry.ledgers.map(({ id }) => `adapters/ledgers/${id}/manifest`),
      ...registry.channels.map(({ id }) => `adapters/channels/${id}/manifest`),
    ]
    const source = ['config/env', 'config/secrets', ...manifests]
      .map((name) => readFileSync(new URL(`../../src/${name}.ts`, import.meta.url), 'utf8'))
      .join('')
    const variables = new Set([...source.matchAll(/KEDGE_[A-Z_]+/g)].map(([variable]) => variable))
    expect([...variables].filter((variable) => !page.includes(`\`${variable}\``))).toEqual([])
  })

  it('shows only files that are valid', () => {
    const examples = [...readFileSync(PAGE, 'utf8').matchAll(/```yaml\n(apiVersion: kedge\/v1\n.*?)```/gs)].map((match) => match[1] ?? '')
    expect(examples.length).toBeGreaterThanOrEqual(2)
    for (const example of examples) expect(parseConfig(example).faults).toEqual([])
  })
})

it('every key of the schema has a description, and every block refuses keys that it does not know', () => {
  const keys = keysOf(schema)
  expect(keys.filter(([, node]) => !node.description).map(([key]) => key)).toEqual([])
  const open = keys.filter(([, node]) =>
    [node, node.items, ...(node.items?.oneOf ?? [])].some((each) => each?.properties && each.additionalProperties !== false),
  )
  expect(open.map(([key]) => key)).toEqual([])
})
