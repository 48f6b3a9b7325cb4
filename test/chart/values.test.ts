import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configJsonSchema } from '../../src/config/schema.ts'
import { CHART } from '../../tools/chart/helm.ts'

interface Schema {
  properties?: Record<string, Schema>
  additionalProperties?: unknown
}

const values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Record<string, unknown>
const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as Required<Schema>

/** Keys of a block of values and of its schema, as far down as both have names of their own. */
function differences(block: unknown, { properties, additionalProperties }: Schema, path: string): string[] {
  if (properties === undefined || typeof block !== 'object' || block === null) return []
  const [said, known] = [Object.keys(block), Object.keys(properties)]
  return [
    ...(additionalProperties === false ? [] : [`${path || 'the whole'} takes keys that nobody knows`]),
    ...said.filter((key) => !known.includes(key)).map((key) => `${path}${key} is not in the schema`),
    ...known.filter((key) => !said.includes(key) && key !== 'global').map((key) => `${path}${key} is not in values.yaml`),
    ...said.flatMap((key) => differences((block as Record<string, unknown>)[key], properties[key] ?? {}, `${path}${key}.`)),
  ]
}

describe('the values of the chart', () => {
  it('have the configuration schema that Kedge prints (npm run chart writes it)', () => {
    const { $schema: _, ...config } = configJsonSchema()
    expect(schema.properties['config']).toEqual(config)
  })

  it('and their schema have the same keys, all the way down', () => {
    const { config: _, ...rest } = schema.properties
    const { config: __, ...said } = values
    expect(differences(said, { properties: rest, additionalProperties: schema.additionalProperties }, '')).toEqual([])
  })
})
