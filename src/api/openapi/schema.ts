// How the shapes of contract.ts are told to programs: JSON Schema (2020-12, as OpenAPI 3.1 has it), checked by the compiler key by key.

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>

/** A property that may be absent. */
export interface Optional {
  readonly optional: Schema
}

/** One schema for every key of `T`; marked where JSON may lack the key. A key that is missing here, or is gone there, does not compile. */
export type Properties<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? Optional : undefined extends T[K] ? Optional : Schema
}

/** An object with exactly the keys of `T`. */
export function object<T>(description: string, properties: Properties<T>): Schema {
  const entries = Object.entries<Schema | Optional>(properties)
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(entries.map(([key, one]) => [key, isOptional(one) ? one.optional : one])),
    required: entries.flatMap(([key, one]) => (isOptional(one) ? [] : [key])),
    additionalProperties: false,
  }
}

function isOptional(one: Schema | Optional): one is Optional {
  return Object.hasOwn(one, 'optional')
}

/** An object of which other keys may come: a document of the ledger, or what belongs to somebody else. */
export function open(description: string, properties: Readonly<Record<string, Schema>> = {}): Schema {
  return { type: 'object', description, properties, required: Object.keys(properties), additionalProperties: true }
}

export function optional(schema: Schema): Optional {
  return { optional: schema }
}

/** The same, or null. */
export function nullable(schema: Schema): Schema {
  const { type, description, ...rest } = schema
  if (typeof type === 'string' && !Object.hasOwn(rest, 'enum'))
    return { type: [type, 'null'], ...(description !== undefined && { description }), ...rest }
  return { anyOf: [schema, { type: 'null' }] }
}

export function list(items: Schema, description?: string): Schema {
  return { type: 'array', ...(description !== undefined && { description }), items }
}

export function text(description?: string): Schema {
  return { type: 'string', ...(description !== undefined && { description }) }
}

export function number(description?: string): Schema {
  return { type: 'number', ...(description !== undefined && { description }) }
}

/** A whole number. */
export function whole(description?: string): Schema {
  return { type: 'integer', ...(description !== undefined && { description }) }
}

export function flag(description?: string): Schema {
  return { type: 'boolean', ...(description !== undefined && { description }) }
}

export function time(description = 'Epoch milliseconds.'): Schema {
  return { type: 'number', description }
}

export function oneOf(words: readonly string[], description?: string): Schema {
  return { type: 'string', ...(description !== undefined && { description }), enum: words }
}

/** One of the schemas by name, see `SCHEMAS`. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}
