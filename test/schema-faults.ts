type Schema = Readonly<Record<string, unknown>>

/**
 * What a value has that a JSON Schema refuses, with where it stands: the part of 2020-12 that docs/openapi.json uses. A keyword that is not
 * known here is a fault, too, so that none is passed over.
 */
export function schemaFaults(value: unknown, schema: Schema, root: Schema, at = '$'): readonly string[] {
  const unknown = Object.keys(schema).filter((key) => !KNOWN.has(key))
  if (unknown.length > 0) return [`${at}: keyword ${unknown.join()} is not known`]
  const { $ref, anyOf, type, enum: words } = schema
  if (typeof $ref === 'string') return schemaFaults(value, named($ref, root), root, at)
  if (Array.isArray(anyOf)) {
    const all = (anyOf as Schema[]).map((one) => schemaFaults(value, one, root, at))
    return all.some((faults) => faults.length === 0) ? [] : [`${at}: fits none of ${all.length}: ${all.flat().join('; ')}`]
  }
  const types = type === undefined ? undefined : ([type].flat() as string[])
  if (types && !types.some((one) => isOf(value, one))) return [`${at}: ${JSON.stringify(value)?.slice(0, 80)} is no ${types.join(' or ')}`]
  if (Array.isArray(words) && !words.includes(value)) return [`${at}: ${JSON.stringify(value)} is none of ${words.join()}`]
  if (Array.isArray(value))
    return value.flatMap((one, index) => schemaFaults(one, (schema['items'] ?? {}) as Schema, root, `${at}[${index}]`))
  return typeof value === 'object' && value !== null ? objectFaults(value as Schema, schema, root, at) : []
}

const KNOWN = new Set('$ref anyOf type enum items properties required additionalProperties description minimum maximum default'.split(' '))

function objectFaults(value: Schema, schema: Schema, root: Schema, at: string): readonly string[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>
  const missing = ((schema['required'] ?? []) as string[])
    .filter((key) => !Object.hasOwn(value, key))
    .map((key) => `${at}.${key}: is missing`)
  const inner = Object.entries(value).flatMap(([key, one]) => {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined
    if (known) return schemaFaults(one, known, root, `${at}.${key}`)
    return schema['additionalProperties'] === false ? [`${at}.${key}: is not described`] : []
  })
  return [...missing, ...inner]
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

function named(ref: string, root: Schema): Schema {
  return ref
    .split('/')
    .slice(1)
    .reduce<unknown>((found, key) => (found as Schema)[key], root) as Schema
}
