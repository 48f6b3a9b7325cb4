import type { z } from 'zod'

type Fits = (value: unknown) => boolean

/**
 * The answer of a schema, yes or no, for values that JSON can hold: several times as fast as the schema itself, which says why and makes a
 * copy. What it does not know of schemas it asks the schema.
 */
export function compileFits(schema: z.core.$ZodType): Fits {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if ((def.checks?.length ?? 0) > 0) return asked(schema)
  switch (def.type) {
    case 'string':
    case 'boolean':
      return (value) => typeof value === def.type
    case 'number':
      return Number.isFinite
    case 'enum': {
      const words = new Set<unknown>(Object.values(def.entries))
      return (value) => words.has(value)
    }
    case 'nullable': {
      const fits = compileFits(def.innerType)
      return (value) => value === null || fits(value)
    }
    case 'optional': {
      const fits = compileFits(def.innerType)
      return (value) => value === undefined || fits(value)
    }
    case 'literal': {
      const words = new Set<unknown>(def.values)
      return (value) => words.has(value)
    }
    case 'union': {
      const options = def.options.map(compileFits)
      return (value) => options.some((fits) => fits(value))
    }
    case 'record': {
      const [name, member] = [compileFits(def.keyType), compileFits(def.valueType)]
      return (value) => isPlain(value) && Object.keys(value).every((key) => name(key) && member(value[key]))
    }
    case 'array': {
      const fits = compileFits(def.element)
      return (value) => Array.isArray(value) && value.every(fits)
    }
    case 'object':
      return compileObject(def.shape)
    default:
      return asked(schema)
  }
}

function compileObject(shape: Readonly<Record<string, z.core.$ZodType>>): Fits {
  const members = Object.entries(shape).map(([name, member]) => ({ name, fits: compileFits(member) }))
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    return members.every(({ name, fits }) => fits((value as Readonly<Record<string, unknown>>)[name]))
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function asked(schema: z.core.$ZodType): Fits {
  return (value) => (schema as z.ZodType).safeParse(value).success
}
