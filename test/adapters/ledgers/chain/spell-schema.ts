import type { z } from 'zod'
import { canonicalJson } from '../../../../src/domain/canonical-json.ts'

/**
 * All that a schema takes, as text: two schemas that take the same documents are spelled alike, in whichever order they name members and
 * words, and whatever the library's own form of them is.
 * @throws Error for what it does not know how to spell: a change of that would be seen by nobody
 */
export function spellSchema(schema: z.core.$ZodType): string {
  const { def } = (schema as z.core.$ZodTypes)._zod
  const of = spellChecks(def)
  switch (def.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return `${def.type}${of}`
    case 'enum':
      return `one of ${spellWords(Object.values(def.entries))}${of}`
    case 'literal':
      return `one of ${spellWords(def.values)}${of}`
    case 'nullable':
    case 'optional':
      return `${def.type}(${spellSchema(def.innerType)})${of}`
    case 'union':
      return `any(${def.options.map(spellSchema).sort().join('|')})${of}`
    case 'record':
      return `record(${spellSchema(def.keyType)}:${spellSchema(def.valueType)})${of}`
    case 'array':
      return `list(${spellSchema(def.element)})${of}`
    case 'object': {
      if (def.catchall) throw unknown('what an object takes besides its members')
      const members = Object.entries<z.core.$ZodType>(def.shape).map(([name, member]) => `${JSON.stringify(name)}:${spellSchema(member)}`)
      return `{${members.sort().join(',')}}${of}`
    }
    default:
      throw unknown(def.type)
  }
}

function spellWords(words: readonly unknown[]): string {
  return words
    .map((word) => canonicalJson(word))
    .sort()
    .join('|')
}

function spellChecks(def: { checks?: readonly z.core.$ZodCheck<never>[] }): string {
  return (def.checks ?? []).map((check) => ` like ${spellPattern(check)}`).join('')
}

function spellPattern({ _zod: { def } }: z.core.$ZodCheck<never>): string {
  if (def.check === 'string_format' && 'pattern' in def && def.pattern instanceof RegExp) return String(def.pattern)
  throw unknown(`the check ${def.check}`)
}

function unknown(what: string): Error {
  return new Error(`no spelling is known for ${what}: add one to spell-schema.ts`)
}
