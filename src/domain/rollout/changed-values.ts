import { compareFields } from './compare-fields.ts'
import { isFields, looksLikeImage, POD_TEMPLATE } from './template-shape.ts'
import { ephemeralPaths, type LiveTemplate } from './template.ts'

/** What stands in one place of two templates, as a file would say it; undefined where only the other has that place. Secret as they are. */
export interface ChangedValue {
  before: string | undefined
  after: string | undefined
  /** The last part of the name of the image whose tag or digest it is. */
  image?: string
}

/** A release changes a few values; where there are more, they are taken for generated. */
const MOST_VALUES = 100

/**
 * The values in which two templates that run differ, the parts of an image one by one. Undefined where there are none, or too many.
 * `names`: what the controller puts in to tell its ReplicaSets apart.
 */
export function changedValues(before: LiveTemplate, after: LiveTemplate, names: ReadonlySet<string>): readonly ChangedValue[] | undefined {
  const found: ChangedValue[] = []
  const ephemeral = new Set([before, after].flatMap(ephemeralPaths))
  const differences = compareFields(before.template.open(), after.template.open(), {
    shape: POD_TEMPLATE,
    withDefaults: false,
    mayAdd: () => false,
    differs: (path, one, other) => {
      if (!ephemeral.has(path)) found.push(...valuesOf(path, one, other))
    },
  })
  const own = found.filter((value) => !isName(value, names))
  return differences && own.length > 0 && own.length <= MOST_VALUES ? own : undefined
}

/** Every value in a template, the tag of an image beside it. */
export function valuesIn({ template }: LiveTemplate): ReadonlySet<string> {
  const found = scalarsIn(template.open())
  return new Set([...found, ...found.filter(looksLikeImage).flatMap((image) => partsOf(image).filter((part) => part !== undefined))])
}

function isName({ before, after }: ChangedValue, names: ReadonlySet<string>): boolean {
  return [before, after].every((value) => value === undefined || names.has(value))
}

function valuesOf(path: string, before: unknown, after: unknown): readonly ChangedValue[] {
  if (path.endsWith('.image') && looksLikeImage(before) && looksLikeImage(after)) return imageParts(before, after)
  const [one, other] = [scalarsIn(before), scalarsIn(after)]
  if (one.length === 1 && other.length === 1) return [{ before: one[0], after: other[0] }]
  return [
    ...without(one, other).map((value) => ({ before: value, after: undefined })),
    ...without(other, one).map((value) => ({ before: undefined, after: value })),
  ]
}

function imageParts(before: string, after: string): readonly ChangedValue[] {
  const [one, other] = [partsOf(before), partsOf(after)]
  const [name = ''] = one
  const image = name === other[0] ? { image: name.slice(name.lastIndexOf('/') + 1) } : {}
  return one.flatMap((part, kind) => (part === other[kind] ? [] : { before: part, after: other[kind], ...image }))
}

/** Name with registry, tag, digest. */
function partsOf(image: string): readonly (string | undefined)[] {
  const [reference = '', digest] = image.split('@')
  const tag = /:([^/:]*)$/.exec(reference)?.[1]
  return [tag === undefined ? reference : reference.slice(0, -tag.length - 1), tag, digest]
}

function scalarsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(scalarsIn)
  if (isFields(value)) return Object.values(value).flatMap(scalarsIn)
  return value === undefined || value === null ? [] : [String(value as string | number | boolean)]
}

/** What of a list is left when the other is taken out of it, item by item. */
function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = [...other]
  return list.filter((value) => {
    const at = left.indexOf(value)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
